"""Messages: what a channel carries, made from derived events."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from connectors.notify import emergency_texts, task_texts, texts
from events import derived_ids
from events.alert import AlertCleared, AlertRaised, AlertSkipped, AlertUnreached, AlertWithdrawn
from events.base import Payload
from events.codec import Event
from events.emergency import EmergencyAnnounced
from events.instants import UtcDatetime, local_iso
from events.patrol import SourceImpaired, SourceRecovered, SourceRestored, SourceStalled
from events.rectification import RectificationAnnounced

SUMMARY_NAMES = 20

MESSAGE_TYPES = frozenset(
    payload.type
    for payload in (
        AlertRaised,
        AlertCleared,
        AlertWithdrawn,
        SourceStalled,
        SourceRecovered,
        SourceImpaired,
        SourceRestored,
        EmergencyAnnounced,
        AlertUnreached,
        RectificationAnnounced,
    )
)
"""Types of the derived events that somebody is told."""


_OfSource = Literal["stalled", "recovered", "impaired", "restored"]
_OF_SOURCES: dict[type[Payload], _OfSource] = {
    SourceStalled: "stalled",
    SourceRecovered: "recovered",
    SourceImpaired: "impaired",
    SourceRestored: "restored",
}


class Message(msgspec.Struct, frozen=True):
    """Something that a person is told; `id` is that of the event told, so a second telling is a duplicate."""

    id: UUID
    kind: Literal[
        "alert",
        "cleared",
        "withdrawn",
        "stalled",
        "recovered",
        "impaired",
        "restored",
        "summary",
        "emergency",
        "unreached",
        "task",
        "digest",
        "test",
    ]
    at: UtcDatetime  # when it was true, not when it is sent
    account_id: str  # the source's id where a source is meant, "" in a summary
    name: str
    owner: str
    level: str
    audience: str
    text: str  # Chinese, one or a few lines
    replay: bool
    details: dict[str, str]


LimitDays = int | Callable[[str], int]
"""The days of silence that a ruleset allows; of several rulesets by the name that an alert bears."""


def message_of(event: Event[Payload], *, limit_days: LimitDays) -> Message | None:
    """Make the message of a derived event; None for events that nobody is told.

    `limit_days` is the limit of the ruleset whose ladder raised the alert: the owner unit needs the end of
    the time that is left, while the event's own deadline is that of its step.
    """
    match event.data:
        case AlertRaised() as alert if not isinstance(alert, AlertSkipped):  # which is a kind of it
            days = limit_days if isinstance(limit_days, int) else limit_days(alert.ruleset)
            return _raised(event, alert, alert.anchor_at + timedelta(days=days))
        case AlertCleared() as cleared:
            return _cleared(event, cleared)
        case AlertWithdrawn() as withdrawn:
            return _withdrawn(event, withdrawn)
        case EmergencyAnnounced() as announced:
            return _emergency(event, announced)
        case AlertUnreached() | RectificationAnnounced() as told:
            return _unreached(event, told) if isinstance(told, AlertUnreached) else _task(event, told)
    return _of_source(event)


def summary_of(messages: Sequence[Message]) -> Message:
    """Make one message for alerts that were old when they were raised; the order given does not matter.

    Raises `ValueError` for no messages, for messages that are not alerts, and for replays mixed with others,
    because a replay may not go where the others go.
    """
    alerts = sorted({m.id: m for m in messages}.values(), key=lambda m: (m.at, m.id), reverse=True)
    if not alerts or any(m.kind != "alert" for m in alerts):
        raise ValueError("a summary needs one alert at least, and alerts only")
    newest = alerts[0]
    if any(m.replay != newest.replay for m in alerts):
        raise ValueError("sum up replays and other alerts apart")
    counts = Counter(m.level for m in alerts)
    levels = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    names = list({m.account_id: m.name for m in alerts}.values())
    more = max(len(names) - SUMMARY_NAMES, 0)
    owners = {m.owner for m in alerts}
    audiences = {m.audience for m in alerts}
    return Message(
        id=derived_ids.alert_summary(m.id for m in alerts),
        kind="summary",
        at=newest.at,
        account_id="",
        name="提醒汇总",
        owner=newest.owner if len(owners) == 1 else "",
        level="",
        audience=newest.audience if len(audiences) == 1 else "",
        text=texts.summary_text(len(alerts), levels, names[:SUMMARY_NAMES], more, replay=newest.replay),
        replay=newest.replay,
        details={"count": str(len(alerts)), **{f"count.{level}": str(n) for level, n in levels.items()}},
    )


def _raised(event: Event[Payload], alert: AlertRaised, limit_at: datetime) -> Message:
    name = texts.one_line(alert.name) or texts.one_line(alert.given_id or event.subject)
    owner = texts.one_line(alert.owner)
    return Message(
        id=event.id,
        kind="alert",
        at=event.time.astimezone(UTC),
        account_id=event.subject,
        name=name,
        owner=owner,
        level=alert.level,
        audience=alert.audience,
        text=texts.raised_text(alert, name, owner, event.time, limit_at),
        replay=alert.replay,
        details={
            "silent_since": _iso(alert.anchor_at),
            "silent_days": str((event.time - alert.anchor_at) // timedelta(days=1)),
            "deadline": _iso(alert.deadline),
            "limit_at": _iso(limit_at),
            "opener_id": str(alert.opener_id),
            "given_id": alert.given_id,
            "ruleset": alert.ruleset,
        },
    )


def _cleared(event: Event[Payload], cleared: AlertCleared) -> Message:
    name = texts.one_line(cleared.name) or texts.one_line(cleared.given_id or event.subject)
    owner = texts.one_line(cleared.owner)
    return Message(
        id=event.id,
        kind="cleared",
        at=event.time.astimezone(UTC),
        account_id=event.subject,
        name=name,
        owner=owner,
        level=cleared.level,
        audience="",
        text=texts.cleared_text(cleared, name, owner, event.time),
        replay=cleared.replay,
        details={
            "opener_id": str(cleared.opener_id),
            "cleared_by": str(cleared.by),
            "given_id": cleared.given_id,
        },
    )


def _withdrawn(event: Event[Payload], withdrawn: AlertWithdrawn) -> Message:
    name = texts.one_line(withdrawn.name) or texts.one_line(withdrawn.given_id or event.subject)
    owner = texts.one_line(withdrawn.owner)
    opener = withdrawn.opener_id
    was_end = opener is not None and withdrawn.corrects == derived_ids.alert_cleared(event.subject, opener)
    return Message(
        id=event.id,
        kind="withdrawn",
        at=event.time.astimezone(UTC),
        account_id=event.subject,
        name=name,
        owner=owner,
        level=withdrawn.level,
        audience=withdrawn.audience,
        text=texts.withdrawn_text(withdrawn, name, owner, was_end=was_end),
        replay=withdrawn.replay,
        details={
            "withdrawn_id": str(withdrawn.corrects),
            "reason": withdrawn.reason,
            "given_id": withdrawn.given_id,
        },
    )


def _emergency(event: Event[Payload], announced: EmergencyAnnounced) -> Message:
    """Make a message that waits for nothing; the phone list of the unit is put in when it is sent."""
    name = texts.one_line(announced.name) or texts.one_line(announced.given_id or event.subject)
    owner = texts.one_line(announced.owner)
    return Message(
        id=event.id,
        kind="emergency",
        at=event.time.astimezone(UTC),
        account_id=event.subject,
        name=name,
        owner=owner,
        level=announced.step,
        audience="emergency",
        text=emergency_texts.emergency_text(announced, name, owner, event.time),
        replay=announced.replay,
        details={
            "emergency_id": str(announced.emergency_id),
            "step": announced.step,
            "rule": announced.rule,
            "suspected_at": _iso(announced.suspected_at),
            "given_id": announced.given_id,
        },
    )


def _unreached(event: Event[Payload], unreached: AlertUnreached) -> Message:
    name = texts.one_line(unreached.name) or texts.one_line(unreached.given_id or event.subject)
    owner = texts.one_line(unreached.owner)
    return Message(
        id=event.id,
        kind="unreached",
        at=event.time.astimezone(UTC),
        account_id=event.subject,
        name=name,
        owner=owner,
        level=unreached.level,
        audience="",
        text=texts.unreached_text(name, owner, unreached.level, nobody=unreached.cause == "nobody"),
        replay=False,
        details={"message_id": str(unreached.message_id), "cause": unreached.cause},
    )


def _task(event: Event[Payload], announced: RectificationAnnounced) -> Message:
    """Make the message about tasks of a unit; behind the last day a leader is told, too."""
    name = texts.one_line(announced.name) or texts.one_line(announced.given_id or event.subject)
    unit = texts.one_line(announced.unit)
    return Message(
        id=event.id,
        kind="task",
        at=event.time.astimezone(UTC),
        account_id=event.subject,
        name=name,
        owner=unit,
        level=announced.step,
        audience="leader" if announced.step == "late" else "operator",
        text=task_texts.task_text(announced, name, unit),
        replay=announced.replay,
        details={"due": announced.due.isoformat(), "count": str(announced.count)},
    )


def _of_source(event: Event[Payload]) -> Message | None:
    """Make the message about a source, None where the event is about none."""
    name, data = texts.one_line(event.subject), event.data
    match data:
        case SourceStalled():
            details = {"since": _iso(data.since), "expected_posts": str(data.expected_posts)}
            text = texts.stalled_text(data, name)
        case SourceRecovered():
            details, text = {"since": _iso(data.since)}, texts.recovered_text(data, name, event.time)
        case SourceImpaired():
            details = {"since": _iso(data.since), "what": data.what}
            text = texts.impaired_text(data, name)
        case SourceRestored():
            details = {"since": _iso(data.since), "what": data.what}
            text = texts.restored_text(data, name, event.time)
        case _:
            return None
    return Message(
        id=event.id,
        kind=_OF_SOURCES[type(data)],
        at=event.time.astimezone(UTC),
        account_id=event.subject,
        name=name,
        owner="",
        level="",
        audience="",
        text=text,
        replay=data.replay,
        details=details,
    )


def _iso(at: datetime) -> str:
    return local_iso(at) or ""
