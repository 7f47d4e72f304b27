"""A test message: sent at once to one channel, recorded nowhere, and what the other side answered."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Literal
from uuid import uuid4

import msgspec

from connectors.notify.channel import DeliveryError
from connectors.notify.message import Message
from connectors.notify.texts import clock_time
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.voice.channels import build_channels

Outcome = Literal["delivered", "partly", "refused", "again", "unknown"]


class TryChannel(msgspec.Struct, frozen=True):
    """Where a test message is to go: a channel, and to a channel of people the id of one."""

    channel: str
    person_id: str = ""


class Tried(msgspec.Struct, frozen=True):
    """What became of a test message."""

    channel: str
    outcome: Outcome
    reason: str  # a message; "" where it was delivered
    wait_s: float | None  # that the other side asked for
    renewable: bool  # the answer has a reference by which the message could be renewed
    unreached: tuple[str, ...]
    seconds: float


def try_channel(home: Home, asked: TryChannel, clock: Callable[[], datetime]) -> Tried:
    """Send a test message; raises `UsageError` for a channel that there is not, or for a person too many or too few."""
    (channel,) = build_channels(home, [asked.channel])
    destination = asked.person_id or channel.name
    if (channel.reaches == "people") != bool(asked.person_id):
        if channel.reaches == "people":
            raise UsageError(
                message("{channel} writes to people: say to whom, {channel}:PERSON", channel=channel.name)
            )
        raise UsageError(
            message("{channel} has one destination, itself: name no person", channel=channel.name)
        )
    began = time.monotonic()
    try:
        receipt = channel.send(_test_message(clock()), destination)
    except DeliveryError as e:
        seconds = time.monotonic() - began
        return Tried(channel.name, e.outcome, e.reason, e.wait_s, False, (), seconds)
    outcome: Outcome = "partly" if receipt.unreached else "delivered"
    seconds = time.monotonic() - began
    return Tried(channel.name, outcome, "", None, bool(receipt.reference), receipt.unreached, seconds)


def _test_message(at: datetime) -> Message:
    """Return a message that nobody takes for an alert; its time makes it differ from the one before."""
    text = f"【测试】这是账号巡查系统的测试消息，请忽略。\n发送时间：{clock_time(at)}:{at:%S}"
    return Message(uuid4(), "test", at, "", "测试消息", "", "", "", text, False, {})
