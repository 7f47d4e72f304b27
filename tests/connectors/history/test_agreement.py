"""A log and its history that do not tell of one past: found at the ends, and by sums where the ends agree."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.history.agreement import OtherPastError, compare, require_one_past, time_sums
from connectors.history.sink import TOPICS, Sink
from connectors.log.embedded import EmbeddedLog
from connectors.log.placement import Placed
from connectors.log.port import DERIVED, FACTS
from tests.connectors.history.test_sink import a_marker, a_post, opened


def lives_of(log):
    return dict.fromkeys(TOPICS, log.incarnation)


def difference_of(history, log):
    found = compare(history, log, lives_of(log))
    return sorted({e.place for e in found.ended}), sorted({f.place for f in found.forked})


@pytest.fixture
def copied(tmp_path, opened_logs):
    """Return a log as it was: the file alone, as somebody copies it back."""

    def copy(log, name="copy"):
        log.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path = Path(shutil.copy(tmp_path / "log.sqlite", tmp_path / f"{name}.sqlite"))
        return opened_logs(path)

    return copy


@pytest.fixture
def opened_logs():
    logs = []

    def open_log(path, **options):
        logs.append(EmbeddedLog(path, **options))
        return logs[-1]

    yield open_log
    for log in logs:
        log.close()


def test_a_log_that_is_ahead_of_its_history_is_the_same_past(embedded_history, log):
    """An empty history, one that is behind, one that has everything: a sink goes on with each."""
    require_one_past(embedded_history, log, lives_of(log))
    log.append([a_post(n) for n in range(9)])
    assert difference_of(embedded_history, log) == ([], [])
    Sink(embedded_history, log).catch_up()
    assert difference_of(embedded_history, log) == ([], [])
    log.append([a_post(n) for n in range(9, 30)])
    require_one_past(embedded_history, log, lives_of(log))


def test_a_log_that_was_copied_back_is_refused_before_anything_is_stored(embedded_history, log, copied):
    """Facts and derived events are compared by partition; both ends, and what the history alone holds, are told."""
    log.append([a_marker(0), *(a_post(n) for n in range(9))])
    old = copied(log)
    log.append([a_marker(1)])
    with log.transaction():
        log.write_derived(2, [opened(1), opened(2)])
    Sink(embedded_history, log).catch_up()
    assert difference_of(embedded_history, old) == ([(DERIVED, 2), *((FACTS, p) for p in range(4))], [])
    rows = embedded_history.command("SELECT count() FROM records")
    with pytest.raises(OtherPastError, match="older than its history") as raised:
        Sink(embedded_history, old)
    assert "6 records of 5 partitions are in the history alone" in str(raised.value)
    assert "export FOLDER from_history" in str(raised.value)
    assert embedded_history.command("SELECT count() FROM records") == rows


def test_a_copy_that_went_on_is_a_fork_whatever_its_length(embedded_history, log, copied):
    """Shorter, as long as the history, and longer: the record at the common end is another one."""
    log.append([a_marker(0)])
    copies = [copied(log, f"copy{n}") for n in range(3)]
    for n in range(2):
        log.append([a_marker(10 + n)])
    Sink(embedded_history, log).catch_up()
    every = [(FACTS, p) for p in range(4)]
    for more, copy in enumerate(copies, 1):
        for n in range(more):
            copy.append([a_marker(20 + n)])
        assert difference_of(embedded_history, copy) == (every if more < 2 else [], every)
        with pytest.raises(OtherPastError, match="two pasts"):
            Sink(embedded_history, copy)


def test_the_same_facts_taken_at_another_time_are_another_past(embedded_history, log, copied):
    """Ids are alike where an import was repeated on the copy; what was known when is not."""
    old = copied(log)
    for each in (log, old):
        each.append([a_marker(0), a_post(1)])
    Sink(embedded_history, log).catch_up()
    assert difference_of(embedded_history, old) == ([], [(FACTS, p) for p in range(4)])


def test_one_partition_is_enough(embedded_history, log, copied):
    """What went to another partition alone does not hide it."""
    log.append([a_post(n) for n in range(9)])
    old = copied(log)
    account = a_post(0).subject
    log.append([a_post(70)])
    Sink(embedded_history, log).catch_up()
    found = compare(embedded_history, old, lives_of(old))
    assert a_post(70).subject == account
    assert ([len(found.ended)], found.forked) == ([1], [])


def test_unreadable_records_and_other_lives_are_no_difference(embedded_history, log, make_log):
    """A dead letter has no id in the history; the rows of an earlier life say nothing about this one."""
    log.append_placed({1: [Placed("x", b"no event")], 2: [Placed("x", b'{"specversion":"1.0"}')]})
    Sink(embedded_history, log).catch_up()
    assert difference_of(embedded_history, log) == ([], [])
    following = make_log("next")
    assert difference_of(embedded_history, following) == ([], [])
    Sink(embedded_history, following)


def test_sums_tell_a_difference_behind_a_common_end(embedded_history, log, copied, opened_logs, tmp_path):
    """A former release let an older log go on: the ends agree, and what stands before them does not."""
    log.append([a_marker(0)])
    old = copied(log)
    log.append([a_marker(1)])
    old.append([a_marker(2)])
    later = datetime.now(UTC) + timedelta(days=1)
    for name in ("log", "copy"):
        opened_logs(tmp_path / f"{name}.sqlite", clock=lambda: later).append([a_marker(3)])
    Sink(embedded_history, log).catch_up()
    assert difference_of(embedded_history, old) == ([], [])
    sums = time_sums(embedded_history, log.incarnation)
    assert sums == {(FACTS, p): (3, log.time_sum(FACTS, p, 3)) for p in range(4)}
    assert all(old.time_sum(FACTS, p, 3) != sums[FACTS, p][1] for p in range(4))
