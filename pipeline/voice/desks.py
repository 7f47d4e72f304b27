"""Which notifier tells a channel, and how a home tells people: built from its settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.notify.channel import Channel
from connectors.notify.message import LimitDays
from pipeline.home.channel_settings import (
    DingTalkRobotSettings,
    FeishuRobotSettings,
    WeComRobotSettings,
)
from pipeline.home.folder import Home
from pipeline.home.rulesets import ladder_of
from pipeline.home.settings import Settings
from pipeline.voice.desk import Desk, Manner
from pipeline.voice.directory import Directories
from pipeline.voice.example_mark import marked_messages
from pipeline.voice.links import links_of
from pipeline.voice.notifier import CardKey, Clock, Notifier, Outcomes, Pace, Position
from pipeline.voice.outlet import Observe, Outlet
from pipeline.voice.personal import PersonalNotifier
from pipeline.voice.phone_list import phone_lists
from projections.voice.cards import Card
from projections.voice.hours import Hours
from projections.voice.routing import Line

_CHATS = (WeComRobotSettings, DingTalkRobotSettings, FeishuRobotSettings)
AnyNotifier = Notifier | PersonalNotifier


def line_of(channel: Channel, settings: Settings) -> Line | None:
    """Return a channel as routing sees it; None for one that is told everything by itself, as the file is.

    Channels of people are routed, and so is a group whose unit the settings name.
    """
    if channel.name in settings.voice.groups:
        return Line(channel.name, f"group:{channel.name}")
    handle = getattr(channel, "handle", None)
    return Line(channel.name, handle) if channel.reaches == "people" and handle else None


def outlets_of(home: Home, channels: Sequence[Channel], observe: Observe | None = None) -> dict[str, Outlet]:
    """Return the outlets of channels by name; nothing about one unit goes into a group of others.

    A chat that the settings name for no unit is told of sources alone.
    """
    settings = home.settings
    chats = {c.name for c in settings.channel if isinstance(c, _CHATS)}
    options: dict[str, Any] = {} if observe is None else {"observe": observe}
    return {
        channel.name: Outlet(
            channel,
            complete=marked_messages(home, phone_lists(home, channel.name)),
            about_units=channel.name not in chats or channel.name in settings.voice.groups,
            **options,
        )
        for channel in channels
    }


def manner_of(settings: Settings, channels: Sequence[Channel]) -> Manner:
    """Return how people are told, from the settings and all channels that they give."""
    voice = settings.voice
    return Manner(
        lines=tuple(line for channel in channels if (line := line_of(channel, settings)) is not None),
        hours=Hours(_minutes(voice.quiet_from), _minutes(voice.quiet_until)),
        most_a_day=voice.messages_a_day,
        pilot=voice.pilot,
    )


def desks_of(home: Home, outlets: Mapping[str, Outlet], channels: Sequence[Channel]) -> dict[str, Desk]:
    """Return a desk for each outlet whose channel is routed, by its name; `channels` are all of the home."""
    manner = manner_of(home.settings, channels)
    routed = {line.name for line in manner.lines}
    if not routed & outlets.keys():
        return {}
    ladder, directories, links = ladder_of(home), Directories(home), links_of(home)
    return {
        name: Desk(outlet, manner, ladder, directories, links)
        for name, outlet in outlets.items()
        if name in routed
    }


def new_notifier(
    outlet: Outlet,
    desk: Desk | None,
    partitions: int,
    positions: Mapping[int, Position | None],
    outcomes: Outcomes,
    *,
    limit_days: LimitDays,
    clock: Clock,
    pace: Pace,
    begins: Mapping[int, int],
    cards: Mapping[CardKey, Card],
) -> AnyNotifier:
    """Make the notifier of some partitions: with a desk that of people, without one that which tells each message."""
    if desk is None:
        return Notifier(
            outlet,
            partitions,
            positions,
            outcomes,
            limit_days=limit_days,
            clock=clock,
            pace=pace,
            begins=begins,
        )
    return PersonalNotifier(
        desk,
        partitions,
        positions,
        outcomes,
        limit_days=limit_days,
        clock=clock,
        pace=pace,
        begins=begins,
        cards=cards,
    )


def _minutes(time_of_day: str) -> int:
    hours, minutes = time_of_day.split(":")
    return int(hours) * 60 + int(minutes)
