from collections.abc import Iterator

import pytest

from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED
from events.base import Payload
from events.codec import CODEC, Event
from events.ids import partition_of
from pipeline.home.folder import Home
from pipeline.voice.notifier import Notifier
from tests.pipeline.derived import NOW, OLD, cleared, raised, withdrawn
from tests.pipeline.shown import Shown


@pytest.fixture
def log(home) -> Iterator[EmbeddedLog]:
    log = EmbeddedLog(Home(home).log_path, clock=lambda: NOW)
    yield log
    log.close()


def tell(log: EmbeddedLog, channel: Shown, *events: Event[Payload]) -> int:
    """Append derived events and tell them; a notifier is made anew each time."""
    with log.transaction():
        for event in events:
            log.write_derived(partition_of(event.subject, log.partitions), [event])
    notifier = Notifier(log, [channel], limit_days=14, clock=lambda: NOW)
    return notifier.deliver_pending()


def test_messages_are_told_once_and_recorded(log):
    """In the order of their own times; what was told is not told again."""
    channel = Shown()
    assert 2 == tell(log, channel, raised("A"), raised("B"))
    assert 1 == tell(log, channel, raised("A"), cleared("B"))
    assert {raised("A").id, raised("B").id} == set(channel.ids[:2])
    assert [cleared("B").id] == channel.ids[2:]
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
