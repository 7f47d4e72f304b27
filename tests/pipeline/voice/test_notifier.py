import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.log.deliveries import Delivery, note_outcome, outcome_of
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED
from connectors.notify.channel import DeliveryError
from events.base import Payload
from events.codec import CODEC, Event
from events.ids import derived_id, partition_of
from pipeline.home.folder import Home
from pipeline.runtime.embedded.notifier import Notifiers
from pipeline.voice.outlet import Outlet
from tests.pipeline.derived import NOW, OLD, cleared, raised, withdrawn
from tests.pipeline.shown import Shown

AWAY = DeliveryError("away", permanent=False, unknown=False)


@pytest.fixture
def log(home) -> Iterator[EmbeddedLog]:
    log = EmbeddedLog(Home(home).log_path, clock=lambda: NOW)
    yield log
    log.close()


def append(log: EmbeddedLog, *events: Event[Payload]) -> None:
    with log.transaction():
        for event in events:
            log.write_derived(partition_of(event.subject, log.partitions), [event])


def tell(log: EmbeddedLog, channel: Shown, *events: Event[Payload]) -> int:
    """Append derived events and tell them; a notifier is made anew each time."""
    append(log, *events)
    with Notifiers([Outlet(channel)], log, limit_days=14, clock=lambda: NOW) as notifiers:
        return notifiers.deliver_pending()


def test_messages_are_told_once_and_recorded(log):
    """In the order of the log, over all partitions; what was told is not told again."""
    channel = Shown()
    assert 2 == tell(log, channel, raised("A"), raised("B"))
    assert 1 == tell(log, channel, raised("A"), cleared("B"))
    assert [raised("A").id, raised("B").id, cleared("B").id] == channel.ids
    recorded = [
        event.data.message_id
        for partition in range(log.partitions)
        for record in log.read(DERIVED, partition, 0, 100)
        if (event := CODEC.decode(record.value)).type == "alert.delivered"
    ]
    assert sorted(recorded) == sorted(channel.ids)


def test_a_withdrawal_is_told_to_whoever_was_told_the_alert(log):
    """A channel that never heard of the alert is not told."""
    channel = Shown()
    tell(log, channel, raised("A"))
    tell(log, channel, withdrawn("A"), withdrawn("B"))
    assert [raised("A").id, withdrawn("A").id] == channel.ids


def test_what_is_told_again_after_its_withdrawal_was_right(log):
    """The reconciler takes back what was told otherwise and tells it as it follows, under one id: that is no news."""
    channel = Shown()
    tell(log, channel, raised("A"))
    tell(log, channel, withdrawn("A"), raised("A"), withdrawn("B"), raised("B"))
    assert [raised("A").id, raised("B").id] == channel.ids


def test_a_summary_tells_of_ends_and_withdrawals(log):
    """They are not told by themselves as well."""
    channel = Shown()
    events = (raised("A", age=OLD), raised("B", age=OLD), cleared("A"), withdrawn("B"))
    assert 1 == tell(log, channel, *events)
    assert 0 == tell(log, channel, *events)
    (summary,) = channel.messages
    assert ("summary", "2") == (summary.kind, summary.details["count"])
    assert "1个账号已恢复更新" in summary.text
    assert "1条经核对有误" in summary.text


def test_an_end_is_told_behind_its_alert_whatever_its_time(log):
    """A post that was seen before the look that proved the silence, and recorded behind it."""
    channel, end = Shown(), cleared("A")
    before = Event(end.id, end.source, end.subject, NOW - OLD, end.data)
    assert 2 == tell(log, channel, raised("A"), before)
    assert [raised("A").id, end.id] == channel.ids


def test_old_alerts_of_all_partitions_are_told_in_one_summary(log):
    """However many partitions the log has."""
    channel = Shown()
    assert 1 == tell(log, channel, *(raised(str(n), age=OLD) for n in range(20)))
    assert ["20"] == [m.details["count"] for m in channel.messages]


def test_a_channel_of_news_begins_with_what_comes_next(log):
    """And goes on there, also where a notifier was made and had nothing to tell."""
    channel = Shown()
    channel.replays = False
    append(log, raised("A"))
    assert 0 == tell(log, channel)
    append(log, raised("B"))
    assert 1 == tell(log, channel, raised("C", replay=True))
    assert [raised("B").id] == channel.ids


def test_a_channel_that_fails_for_now_rests_and_goes_on(log):
    """It holds up no other channel, takes nothing more before, and is told the rest once it is back."""
    away, other = Shown(None, AWAY, name="away"), Shown(name="other")
    append(log, raised("A"), raised("B"))
    with Notifiers(
        [Outlet(away, retry_s=0.2), Outlet(other)], log, limit_days=14, clock=lambda: NOW
    ) as notifiers:
        assert 3 == notifiers.deliver_pending()
        append(log, raised("C"))
        assert 1 == notifiers.deliver_pending()
        deadline = time.monotonic() + 10.0
        while len(away.messages) < 3 and time.monotonic() < deadline:
            notifiers.deliver_pending()
    assert [raised(account).id for account in "ABC"] == away.ids == other.ids


def test_what_was_sent_is_recorded_before_the_next_is_sent(log):
    """A crash sends one message again at most: the one whose outcome is not known."""
    seen: list[int] = []

    class Counting(Shown):
        def send(self, message, destination):
            reader = EmbeddedLog(path)
            seen.append(reader.db.execute("SELECT count(*) FROM deliveries").fetchone()[0])
            reader.close()
            return super().send(message, destination)

    path = Path(log.db.execute("PRAGMA database_list").fetchone()[2])
    assert 3 == tell(log, Counting(), raised("A"), raised("B"), raised("C"))
    assert [0, 1, 2] == seen


def test_a_summary_that_an_earlier_release_had_begun_is_told_as_it_was(log):
    """It named the alerts of it, and was killed; what is raised since goes into the next summary."""
    channel = Shown()
    append(log, raised("A", age=OLD), raised("B", age=OLD), raised("C", age=OLD, replay=True))
    with log.transaction():
        note_outcome(log.db, Delivery(raised("C").id, "shown", "shown"), "summary")
        log.set_meta("summary:shown", " ".join(str(raised(account).id) for account in "ABC"))
    assert 2 == tell(log, channel, raised("D", age=OLD), raised("E", age=OLD), cleared("A"))
    assert ["2", "2"] == [m.details["count"] for m in channel.messages]
    assert derived_id("summary", *sorted(str(raised(a).id) for a in "AB")) == channel.ids[0]
    assert log.meta("summary:shown") is None


def test_what_is_past_its_patience_is_recorded_as_failed(log, monkeypatch):
    """A channel that has been down for days: an old step is given up with the reason, a new one goes on waiting."""
    monkeypatch.setattr("pipeline.voice.patience.TRIED_S", 0.0)
    away = Shown(AWAY, AWAY, name="away")
    append(log, raised("A"))
    later = NOW + timedelta(hours=73)
    with Notifiers([Outlet(away, retry_s=0.0)], log, limit_days=14, clock=lambda: later) as notifiers:
        assert 1 == notifiers.deliver_pending()
    delivery = Delivery(raised("A").id, "away", "away")
    assert "failed" == outcome_of(log.db, delivery)
