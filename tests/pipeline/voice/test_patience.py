"""How long a message is tried by its step, and that none is tried for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.notify.channel import DeliveryError, Receipt
from connectors.notify.message import Message
from pipeline.voice.outlet import LONGEST_REST_S, Outlet
from pipeline.voice.patience import EARLY, LAST, TRIED_S, is_given_up, patience
from tests.connectors.notify.conftest import a_message
from tests.pipeline.shown import Shown

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def step(hours_left: int, **more) -> Message:
    details = {"limit_at": NOW.isoformat(), "deadline": (NOW - timedelta(hours=hours_left)).isoformat()}
    return a_message(details=details, **more)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (step(96), EARLY),
        (step(37), EARLY),
        (step(36), LAST),
        (step(0), LAST),
        (a_message(kind="withdrawn"), LAST),
        (a_message(kind="stalled"), LAST),
        (step(96, kind="cleared"), LAST),
    ],
)
def test_a_last_step_is_tried_longer(message, expected):
    """An early one has another behind it; the limit, and what ends or takes back, has nothing."""
    assert expected == patience(message)


def test_nothing_is_given_up_before_its_time_and_nothing_kept_for_ever():
    """The message is older than its patience, and the channel has failed for a while in this process."""
    message = step(96)
    old = NOW - EARLY - timedelta(seconds=1)
    assert is_given_up(message, old, NOW, TRIED_S)
    assert not is_given_up(message, old, NOW, TRIED_S - 1)
    assert not is_given_up(message, NOW - EARLY, NOW, TRIED_S)


async def _failed(outlet):
    with pytest.raises(DeliveryError):
        await outlet.send(a_message(), "shown")


@pytest.mark.parametrize(("asked", "rests"), [(None, 60.0), (5.0, 5.0), (1e9, LONGEST_REST_S)])
def test_a_channel_rests_as_long_as_it_was_asked_to(asked, rests):
    """No other side is left alone for ever, whatever it says; the reason of the failure is told on."""
    import asyncio
    import time

    outlet = Outlet(Shown(DeliveryError("no", permanent=False, unknown=False, wait_s=asked)))
    asyncio.run(_failed(outlet))
    assert abs(outlet.rested_at - time.monotonic() - rests) < 1
    with pytest.raises(DeliveryError, match="rests after a failure: no"):
        asyncio.run(outlet.send(a_message(), "shown"))
    outlet.close()


def test_a_persons_own_failure_holds_up_nobody_else():
    """The channel does not rest, and is not failing; a group has but one destination, and rests."""
    import asyncio

    alone = DeliveryError("no such user today", permanent=False, unknown=False, alone=True)
    people = Outlet(Shown(alone, None, addressed=lambda _: ("p1", "p2")))
    asyncio.run(_failed(people))
    assert (0.0, 0.0) == (people.rested_at, people.failing_s)
    assert Receipt() == asyncio.run(people.send(a_message(), "p2"))
    group = Outlet(Shown(alone))
    asyncio.run(_failed(group))
    assert group.rested_at > 0
    people.close()
    group.close()
