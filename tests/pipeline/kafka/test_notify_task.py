import json
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from connectors.log.deliveries import Delivery
from connectors.notify.channel import DeliveryError
from connectors.notify.jsonl_file import FileChannel
from connectors.notify.webhook import Limits, WebhookChannel
from events.alert import AlertDelivered, AlertDeliveryFailed
from events.envelope import Record
from events.ids import derived_id, partition_of
from events.instants import to_micros
from pipeline.runtime.kafka.notify_changelog import outcome_state, read_notified
from pipeline.runtime.kafka.task import Task
from pipeline.voice import notifier
from pipeline.voice.notifier import AT_ONCE
from pipeline.voice.outlet import Outlet
from tests.connectors.endpoint import Answer
from tests.pipeline.derived import NOW, OLD, SOURCE, cleared, raised, scored, stalled, withdrawn
from tests.pipeline.kafka.partition import Partition
from tests.pipeline.shown import Shown

AWAY = DeliveryError("away", permanent=False, unknown=False)
UNANSWERED = DeliveryError("took it, and the answer was lost", permanent=False, unknown=True)
REFUSED = DeliveryError("refused", permanent=True, unknown=False)


def webhook(endpoint) -> WebhookChannel:
    return WebhookChannel(endpoint.url(), allow_private=True, limits=Limits(attempts=1))


def posted(endpoint) -> list[str]:
    return [request.headers["Idempotency-Key"] for request in endpoint.requests]


def ids_of(path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_bytes().splitlines()]


def test_each_message_is_told_once_in_the_order_of_the_log():
    """With an event that records it, and the position behind it; scores are nobody's news."""
    events = [raised("A"), scored("A"), raised("B"), cleared("A"), stalled()]
    partition, channel = Partition(*events), Shown()
    partition.serve(partition.task(channel))
    assert [events[n].id for n in (0, 2, 3, 4)] == channel.ids
    (recorded,) = partition.told
    assert [
        (
            derived_id("alert.delivered", str(i), "shown"),
            AlertDelivered(message_id=i, channel="shown", destination="shown"),
        )
        for i in channel.ids
    ] == [(e.id, e.data) for e in recorded]
    assert ["A", "B", "A", SOURCE] == [e.subject for e in recorded]
    again = partition.task(channel)
    assert (partition.records[-1].offset + 1, None, False) == (again.next_offset, again.retry_at, again.full)


def test_an_alert_that_is_raised_again_is_not_told_again():
    """Folding anew under another ruleset, and the reconciler, raise it under its own id."""
    partition, channel = Partition(raised("A"), raised("A")), Shown()
    task = partition.task(channel)
    partition.serve(task)
    partition.add(raised("A"))
    partition.serve(task)
    partition.add(raised("A"))
    partition.serve(partition.task(channel))
    assert [raised("A").id] == channel.ids


def test_a_withdrawal_is_told_to_whoever_was_told_the_alert():
    """A channel that begins behind the alert never heard of it."""
    partition, first, later = Partition(raised("A")), Shown(name="first"), Shown(name="later")
    begin = partition.end
    partition.add(withdrawn("A"))
    partition.serve(partition.task(first))
    partition.serve(partition.task(later, begin=begin))
    assert [raised("A").id, withdrawn("A").id] == first.ids
    assert [] == later.ids


def test_what_is_told_again_after_its_withdrawal_was_right():
    """The reconciler takes back what was told otherwise and tells it as it follows, under one id: that is no news."""
    partition, channel = Partition(raised("A")), Shown()
    partition.serve(partition.task(channel))
    partition.add(withdrawn("A"), raised("A"), withdrawn("B"), raised("B"))
    partition.serve(partition.task(channel))
    assert [raised("A").id, raised("B").id] == channel.ids


def test_channels_are_told_apart():
    """Their outcomes and positions stand in one changelog."""
    partition, one, two = Partition(raised("A")), Shown(name="one"), Shown(name="one-more")
    for channel in (one, two):
        partition.serve(partition.task(channel))
    assert [raised("A").id] == one.ids == two.ids
    names = {name for key in partition.states for name in [key.partition("\x00")[0]]}
    assert {"one", "one-more"} == names


def test_a_source_is_told_from_the_partition_it_lives_in():
    """Its messages are raised in every partition under one id."""
    channel = Shown()
    for number in range(4):
        partition = Partition(stalled(), number=number, partitions=4)
        partition.serve(partition.task(channel))
        assert (number == partition_of(SOURCE, 4)) == bool(partition.told)
    assert [stalled().id] == channel.ids


def test_a_replay_goes_only_where_nobody_takes_it_for_news(endpoint):
    """A webhook is not told."""
    hook = endpoint()
    partition = Partition(raised("A", replay=True), raised("B"))
    partition.serve(partition.task(webhook(hook)))
    assert [str(raised("B").id)] == posted(hook)


def test_a_new_channel_begins_where_it_is_told_to_and_records_that_at_once():
    """The past is no news to a webhook; what comes while it starts is."""
    partition, channel = Partition(raised("A"), cleared("A")), Shown()
    task = partition.task(channel, begin=partition.end)
    assert (partition.end, AT_ONCE) == (task.next_offset, task.retry_at)
    begin = partition.end
    partition.commit(partition.batch(task))
    partition.add(raised("B"))
    again = partition.task(channel, begin=partition.end)
    assert begin == again.next_offset
    partition.serve(again)
    assert [raised("B").id] == channel.ids


def test_what_cannot_be_read_is_logged_and_passed_over():
    """A newer release may write what this one cannot read; no channel stands still for that."""
    partition, channel = Partition(), Shown()
    partition.records.append(Record(0, partition.end, to_micros(NOW), b"{"))
    partition.end += 1
    partition.add(raised("A"))
    with capture_logs() as logs:
        partition.serve(partition.task(channel))
    assert [("unreadable derived event", "partition 0 offset 1")] == [(e["event"], e["place"]) for e in logs]
    assert [raised("A").id] == channel.ids


def test_a_failure_for_now_keeps_the_rest_and_the_position_before_it(endpoint):
    """What was taken is recorded; nothing more is taken in until the channel is back, and nothing is told twice."""
    hook = endpoint(Answer(200), Answer(503))
    partition = Partition(raised("A"), raised("B"), raised("C"))
    outlet = Outlet(webhook(hook), retry_s=0.0)
    task = partition.task(outlet)
    flush = partition.batch(task)
    partition.commit(flush)
    assert [AlertDelivered(message_id=raised("A").id, channel="webhook", destination="webhook")] == [
        e.data for e in flush.derived
    ]
    assert partition.records[1].offset == flush.next_offset < task.next_offset
    assert (True, outlet.rested_at) == (task.full, task.retry_at)
    partition.serve(partition.task(outlet))
    ids = [str(raised(account).id) for account in "ABC"]
    assert [ids[0], ids[1], ids[1], ids[2]] == posted(hook)


def test_the_same_task_goes_on_when_the_channel_is_back(endpoint):
    """Without a restart."""
    hook = endpoint(Answer(503), Answer(503))
    partition = Partition(raised("A"), raised("B"))
    partition.serve(partition.task(webhook(hook)))
    ids = [str(raised(account).id) for account in "AB"]
    assert [ids[0], *ids[:1] * 2, ids[1]] == posted(hook)


def test_a_channel_that_rests_is_tried_by_no_partition(endpoint):
    """One connection, not one a partition; all come again when the rest is over."""
    hook = endpoint(Answer(503))
    outlet = Outlet(webhook(hook), retry_s=60.0)
    partitions = [Partition(raised("A")), Partition(raised("B"))]
    tasks = [partition.task(outlet) for partition in partitions]
    before = time.monotonic()
    for partition, task in zip(partitions, tasks, strict=True):
        partition.commit(partition.batch(task))
        partition.commit(partition.batch(task))
    assert 1 == hook.connections
    for task in tasks:
        assert task.full
        assert before + 60.0 <= (task.retry_at or 0.0) <= time.monotonic() + 60.0


def test_a_message_refused_for_good_is_recorded_and_does_not_stand_in_the_way(endpoint):
    """Nor is its end told, nor it itself after a restart."""
    hook = endpoint(Answer(400))
    partition = Partition(raised("A"), cleared("A"), raised("B"))
    partition.serve(partition.task(webhook(hook)))
    partition.add(raised("A"))
    partition.serve(partition.task(webhook(hook)))
    assert [str(raised("A").id), str(raised("B").id)] == posted(hook)
    failed = AlertDeliveryFailed(
        message_id=raised("A").id,
        channel="webhook",
        destination="webhook",
        reason="the endpoint answered 400",
        attempts=1,
    )
    assert failed == partition.told[0][0].data


def test_a_batch_ends_in_time_and_goes_on_at_once():
    """A slow channel with many messages does not keep the process from its group; what it took is recorded."""
    partition, channel = Partition(*(raised(str(n)) for n in range(10))), Shown(takes_s=0.02)
    task = partition.task(channel, turn_s=0.05)
    partition.commit(partition.batch(task))
    assert 1 <= len(channel.messages) < 10
    assert (True, AT_ONCE) == (task.full, task.retry_at)
    partition.serve(task)
    assert [raised(str(n)).id for n in range(10)] == channel.ids
    assert not task.full


def test_old_alerts_of_many_batches_are_told_in_one_summary():
    """An import brings them bit by bit; they wait until none has come for a while, others don't."""
    partition, channel = Partition(*(raised(str(n), age=OLD) for n in range(6)), raised("new")), Shown()
    task = partition.task(channel, quiet_s=10.0)
    for _ in range(4):
        partition.commit(partition.batch(task, 2))
    assert [raised("new").id] == channel.ids
    assert not task.full
    assert time.monotonic() < (task.retry_at or 0.0) <= time.monotonic() + 10.0
    partition.serve(partition.task(channel))
    assert ["alert", "summary"] == [m.kind for m in channel.messages]
    assert "6" == channel.messages[1].details["count"]
    assert {
        AlertDelivered(message_id=raised(str(n)).id, channel="shown", destination="shown", summary=True)
        for n in range(6)
    } == {e.data for e in partition.told[-1]}


@pytest.mark.parametrize("limit", ["HELD_MOST", "LONGEST_S"])
def test_old_alerts_neither_wait_for_ever_nor_pile_up(monkeypatch, limit):
    """A trickle that never stops, and a flood: both come to a summary."""
    monkeypatch.setattr(notifier, limit, 2 if limit == "HELD_MOST" else 0.0)
    partition, channel = Partition(raised("A", age=OLD), raised("B", age=OLD)), Shown()
    partition.serve(partition.task(channel, quiet_s=3600.0))
    assert ["summary"] == [m.kind for m in channel.messages]


def test_replays_are_summed_up_apart():
    """Of two summaries the one of the replay comes first, as in an embedded home."""
    partition, channel = Partition(raised("A", age=OLD), raised("B", age=OLD, replay=True)), Shown()
    partition.serve(partition.task(channel))
    assert [True, False] == [m.replay for m in channel.messages]


def test_the_end_of_a_held_alert_goes_into_its_summary():
    """It is told there, and not by itself as well."""
    partition, channel = Partition(raised("A", age=OLD), raised("B", age=OLD)), Shown()
    task = partition.task(channel, quiet_s=3600.0)
    partition.commit(partition.batch(task))
    partition.add(cleared("A"))
    partition.commit(partition.batch(task))
    partition.serve(partition.task(channel))
    (summary,) = channel.messages
    assert "其中1个账号已恢复更新" in summary.text
    assert cleared("A").id in {e.data.message_id for e in partition.told[-1]}


def test_a_summary_that_was_cut_off_is_told_again_as_it_was(tmp_path):
    """It was sent and not recorded; what came since goes into the next one, and the file holds each once."""
    partition, path = Partition(raised("A", age=OLD), raised("B", age=OLD)), tmp_path / "alerts.jsonl"
    task = partition.task(FileChannel(path))
    partition.commit(partition.batch(task))
    partition.batch(task)
    (sent,) = ids_of(path)
    partition.add(raised("C", age=OLD), cleared("A"))
    partition.serve(partition.task(FileChannel(path)), limit=1)
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert sent == lines[0]["id"]
    assert ["2", "1"] == [line["details"]["count"] for line in lines]


def test_a_summary_waits_until_all_its_alerts_are_read_again():
    """After a restart the first records of a summary that was begun make none of their own."""
    partition, channel = Partition(raised("A", age=OLD), raised("B", age=OLD), raised("C")), Shown()
    partition.commit(partition.batch(partition.task(channel, quiet_s=0.0)))
    channel.messages.clear()
    task = partition.task(channel)
    partition.commit(partition.batch(task, 1))
    assert ([], None, False) == (channel.ids, task.retry_at, task.full)
    partition.serve(task, 1)
    assert ["2"] == [m.details["count"] for m in channel.messages]


def test_a_summary_that_fails_for_now_is_the_same_when_it_is_tried_again():
    """And one that is refused for good fails for each of its alerts."""
    partition, channel = Partition(raised("A", age=OLD), raised("B", age=OLD)), Shown(AWAY, REFUSED)
    partition.serve(partition.task(channel))
    assert [] == channel.messages
    assert {raised("A").id, raised("B").id} == {e.data.message_id for e in partition.told[-1]}
    assert {"alert.delivery_failed"} == {e.type for e in partition.told[-1]}


EVENTS = [
    raised("A"),
    raised("B", age=OLD),
    scored("A"),
    cleared("B"),
    raised("C", age=OLD),
    cleared("A"),
    raised("D", age=OLD),
    stalled(),
    raised("E"),
    raised("B", level="limit"),
    cleared("D"),
    raised("A", level="day-12", age=OLD),
    withdrawn("E"),
    withdrawn("A", level="day-12"),
]


@given(
    limits=st.lists(st.integers(1, 5), min_size=1),
    crashes=st.lists(st.integers(1, 6), max_size=5),
    errors=st.lists(st.sampled_from([None, None, AWAY, UNANSWERED]), max_size=12),
    destinations=st.sampled_from([("shown",), ("p1", "p2")]),
)
def test_a_restart_anywhere_tells_each_alert_under_one_id(limits, crashes, errors, destinations):
    """Whatever the batches, failures and crashes between sending and commit: what is sent again has the same id.

    Every alert is recorded once a destination, and every message that was ever sent is one that is recorded.
    """
    partition, channel = Partition(*EVENTS), Shown(*errors, addressed=lambda _: destinations)
    task, step = partition.task(channel), 0
    while task.retry_at is not None or partition.waiting(task):
        flush = partition.batch(task, limits[step % len(limits)])
        step += 1
        if crashes and crashes[0] <= step:
            step, crashes, task = 0, crashes[1:], partition.task(channel)
        else:
            partition.commit(flush)
    told = [[event.data for event in events] for events in partition.told]
    told = [[data for data in each if data.destination == d] for each in told for d in destinations]
    ids = [(data.message_id, data.destination) for each in told for data in each]
    assert len(set(ids)) == len(ids)
    assert {(alert, destination) for alert in ALERTS for destination in destinations} <= set(ids)
    summed_up = [
        (sorted(str(d.message_id) for d in each if d.summary and d.message_id in ALERTS), each)
        for each in told
    ]
    summaries = {
        (derived_id("summary", *members), each[0].destination) for members, each in summed_up if members
    }
    singles = {(data.message_id, data.destination) for each in told for data in each if not data.summary}
    assert summaries | singles == set(channel.sent)


ALERTS = {e.id for e in EVENTS if e.type == "alert.raised"}


def test_it_is_a_task_of_the_loop():
    """The loop knows it by the protocol."""
    task: Task = Partition().task(Shown())
    assert (0, False) == (task.next_offset, task.full)


def test_derived_events_that_were_made_again_are_told_from_the_first_one_on():
    """What was told before is known by its id, in whatever place it stands now; what is new there is told."""
    before, channel = Partition(raised("A"), raised("B"), raised("C")), Shown()
    before.serve(before.task(channel))
    after = Partition(raised("A"), raised("D"), cleared("B"))
    after.states = before.states
    after.serve(after.task(channel, remade={"derived"}))
    assert [raised(a).id for a in "ABCD"] + [cleared("B").id] == channel.ids


def test_a_changelog_that_was_made_again_is_filled_from_the_derived_events():
    """The position holds; what became of the messages before it is learnt where it was recorded, and nothing told."""
    partition, channel = Partition(raised("A"), raised("B"), raised("C", age=OLD)), Shown()
    other = Shown(name="other")
    partition.serve(partition.task(channel))
    partition.serve(partition.task(other))
    outcomes = {key: state for key, state in partition.states.items() if key.startswith("shown\x00")}
    partition.states = {"shown\x00": outcomes.pop("shown\x00")}
    partition.add(cleared("A"), raised("D"))
    partition.serve(partition.task(channel, remade={"notified"}), limit=2)
    assert [cleared("A").id, raised("D").id] == channel.ids[-2:]
    assert 5 == len(channel.ids)
    assert outcomes.items() < partition.states.items()
    assert not any(key.startswith("other") for key in partition.states)


def test_nothing_is_committed_before_all_was_learnt():
    """A notifier that dies in between learns again: what it had written would be taken for whole."""
    partition, channel = Partition(raised("A"), raised("B")), Shown()
    partition.serve(partition.task(channel))
    partition.states = {"shown\x00": partition.states["shown\x00"]}
    task = partition.task(channel, remade={"notified"})
    flush = partition.batch(task, 1)
    assert ([], [], 0) == (flush.states, flush.derived, flush.next_offset)


def test_each_destination_is_told_once_and_refuses_for_itself():
    """One that refuses an alert for good is not told its end; the other is told both, and neither anything again."""
    partition = Partition(raised("A"), cleared("A"))
    channel = Shown(REFUSED, addressed=lambda _: ("p1", "p2"))
    partition.serve(partition.task(channel))
    partition.add(raised("A"))
    partition.serve(partition.task(channel))
    assert [(raised("A").id, "p2"), (cleared("A").id, "p2")] == channel.sent
    assert ["p1", "p2", "p2"] == [e.data.destination for each in partition.told for e in each]


def test_a_failure_for_now_keeps_what_is_left_of_the_destinations():
    """Who was told before it is not told again afterwards, by another owner either."""
    partition = Partition(raised("A"))
    channel = Shown(None, AWAY, addressed=lambda _: ("p1", "p2"))
    partition.commit(partition.batch(partition.task(channel)))
    partition.serve(partition.task(channel))
    assert [(raised("A").id, "p1"), (raised("A").id, "p2")] == channel.sent


def test_a_message_for_nobody_is_passed_over():
    """A channel may have no destination for it; the position goes on."""
    partition, channel = Partition(raised("A")), Shown(addressed=lambda _: ())
    partition.serve(partition.task(channel))
    assert ([], []) == (channel.messages, partition.told)


def test_what_the_whole_channel_knows_nobody_is_told():
    """States of before there were destinations, and what is past on a channel, stand under its name."""
    partition, channel = Partition(raised("A"), raised("B")), Shown(addressed=lambda _: ("p1", "p2"))
    partition.states[f"shown\x00{raised('A').id}"] = msgspec.msgpack.encode("past")
    partition.serve(partition.task(channel))
    assert [(raised("B").id, "p1"), (raised("B").id, "p2")] == channel.sent


def test_states_say_message_and_destination():
    """One that is called as the channel is left out, as in states of earlier releases."""
    outcomes = {
        Delivery(raised("A").id, "shown", "shown"): "delivered",
        Delivery(raised("A").id, "shown", "p1"): "failed",
    }
    states = dict(outcome_state(*item) for item in outcomes.items())
    assert {f"shown\x00{raised('A').id}", f"shown\x00{raised('A').id}\x00p1"} == states.keys()
    assert outcomes == read_notified("shown", states).outcomes


def test_a_new_channel_is_told_nothing_before_its_beginning_is_stored():
    """Killed in between it would begin anew, behind what it was still to be told."""
    partition, channel = Partition(), Shown()
    task = partition.task(channel)
    partition.add(raised("A"))
    partition.batch(task)  # sent, and killed before it was recorded
    partition.serve(partition.task(channel, begin=partition.end))
    assert [raised("A").id] * 2 == channel.ids
