import shutil
import sqlite3
import sys
from datetime import UTC, datetime, timedelta

import pytest

from connectors.log.dead_letters import DeadLetter
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED, FACTS, LogError
from events.codec import CODEC
from events.instants import to_micros
from tests.connectors.log.contract import LogContract
from tests.connectors.log.facts import BrokenOffError, a_marker, a_post, broken_off, everything
from tests.connectors.log.letters_contract import LettersContract

WAL_HEADER = 32
FRAME_HEADER = 24


class TestEmbeddedLog(LogContract, LettersContract):
    @pytest.fixture
    def log(self, log_path, opened):
        return opened(log_path)

    @pytest.fixture
    def reopen(self, log_path, opened):
        return lambda: opened(log_path)

    @pytest.fixture
    def writer(self, log_path):
        return [sys.executable, "-m", "tests.connectors.log.writer", str(log_path)]


def test_a_marker_is_later_than_what_was_appended_before(log):
    """A marker closes every moment before it: its time is strictly greater in every partition."""
    log.append([a_post(n) for n in range(20)])
    known = max(r.recorded_at for r in everything(log))
    log.append([a_marker()])
    marker = str(a_marker().id)
    for record in everything(log):
        assert (record.recorded_at > known) == (str(CODEC.envelope(record.value).id) == marker)


def test_a_clock_that_goes_back_does_not_take_recorded_at_along(log_path, opened):
    """The time of the log is the running maximum, across appends, partitions and reopening."""
    now = datetime(2021, 6, 17, 12, tzinfo=UTC)
    times = iter([now, now - timedelta(hours=1), now, now + timedelta(seconds=1)])
    first = opened(log_path, clock=lambda: next(times))
    for n in range(3):
        first.append([a_marker(n)])
    second = opened(log_path, clock=lambda: next(times))
    second.append([a_marker(3)])
    start = to_micros(now)
    for partition in range(4):
        recorded = [r.recorded_at for r in second.read(FACTS, partition, 0, 10)]
        assert recorded == [start, start + 1, start + 2, start + 1_000_000]


def test_every_connection_is_durable(log):
    """WAL with synchronous FULL: a commit is on the disk when it returns."""
    assert log.db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert log.db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_log_that_was_never_made_is_refused(tmp_path):
    """The message says what to do, and no file appears."""
    with pytest.raises(LogError, match="xuncha init"):
        EmbeddedLog(tmp_path / "log.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_making_a_log_again_leaves_it_as_it_is(log_path, log):
    """Records, partitions and incarnation of an existing log stay."""
    log.append([a_post(1)])
    EmbeddedLog.make(log_path, partitions=9)
    again = EmbeddedLog(log_path)
    assert (again.partitions, again.incarnation) == (log.partitions, log.incarnation)
    assert len(everything(again)) == 1
    again.close()


def test_two_logs_have_different_incarnations(tmp_path, opened, log):
    """A token of one log never means records of another."""
    EmbeddedLog.make(tmp_path / "other.sqlite", partitions=4)
    assert opened(tmp_path / "other.sqlite").incarnation != log.incarnation


def damages(wal: bytes, page_size: int) -> dict[str, bytes]:
    """Damage the last frame of a WAL in the ways that a power cut may."""
    frame = FRAME_HEADER + page_size
    assert (len(wal) - WAL_HEADER) % frame == 0
    middle = len(wal) - page_size // 2
    return {
        "last byte missing": wal[:-1],
        "half of the page": wal[:middle],
        "frame header only": wal[: len(wal) - page_size],
        "one bit turned": wal[:middle] + bytes([wal[middle] ^ 1]) + wal[middle + 1 :],
        "page of zeros": wal[: len(wal) - page_size] + bytes(page_size),
        "whole frame missing": wal[:-frame],
    }


@pytest.mark.parametrize(
    "damage",
    [
        "last byte missing",
        "half of the page",
        "frame header only",
        "one bit turned",
        "page of zeros",
        "whole frame missing",
    ],
)
def test_a_torn_end_of_the_wal_costs_the_torn_append_alone(tmp_path, log_path, log, opened, damage):
    """Everything committed before is there, nothing of the torn transaction, and appending goes on without a gap."""
    for n in range(5):
        log.append([a_post(10 * n + i) for i in range(10)])
    before = everything(log)
    log.append([a_post(n) for n in range(100, 140)] + [a_marker()])
    torn = tmp_path / "torn.sqlite"
    shutil.copy(log_path, torn)
    wal = log_path.with_name(log_path.name + "-wal").read_bytes()
    page_size = log.db.execute("PRAGMA page_size").fetchone()[0]
    torn.with_name(torn.name + "-wal").write_bytes(damages(wal, page_size)[damage])

    survivor = opened(torn)
    assert survivor.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert everything(survivor) == before
    survivor.append([a_post(n) for n in range(200, 240)])
    for partition, end in enumerate(survivor.end_offsets(FACTS)):
        records = survivor.read(FACTS, partition, 0, 1000)
        assert [r.offset for r in records] == list(range(end))
        assert [r.recorded_at for r in records] == sorted(r.recorded_at for r in records)


def test_a_transaction_that_fails_leaves_nothing_of_facts_derived_and_meta(log):
    """Everything written inside a transaction goes with it, and the next one works."""

    def work():
        log.write_facts([a_post(1)])
        log.write_derived(0, [a_post(2)])
        log.set_meta("position", "7")

    with pytest.raises(BrokenOffError):
        broken_off(log, work)
    assert (everything(log), everything(log, DERIVED), log.meta("position")) == ([], [], None)
    with log.transaction():
        log.write_facts([a_post(1)])
        log.set_meta("position", "8")
    assert (len(everything(log)), log.meta("position")) == (1, "8")


def test_a_commit_that_fails_is_rolled_back(log):
    """The error of the commit comes out, and the log is usable again."""
    log.db.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    log.db.execute("CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
    log.db.execute("PRAGMA foreign_keys = ON")

    def commit_that_fails():
        with log.transaction():
            log.write_facts([a_post(1)])
            log.db.execute("INSERT INTO child VALUES (1)")

    with pytest.raises(sqlite3.IntegrityError):
        commit_that_fails()
    assert everything(log) == []
    log.append([a_post(2)])
    assert len(everything(log)) == 1


def test_derived_events_stand_in_the_partition_of_their_fact(log):
    """They have offsets of their own and do not move those of facts."""
    log.append([a_marker()])
    with log.transaction():
        log.write_derived(3, [a_post(1), a_post(2)])
        log.write_derived(3, [])
    assert log.end_offsets(DERIVED) == [0, 0, 0, 2]
    assert log.end_offsets(FACTS) == [1, 1, 1, 1]
    assert [r.offset for r in log.read(DERIVED, 3, 0, 10)] == [0, 1]


def test_fail_points_stand_on_both_sides_of_the_commit(log_path, opened):
    """A failure before the commit leaves nothing, one after it leaves everything."""

    def failing_at(wanted):
        def fail_point(point):
            if point == wanted:
                raise KeyboardInterrupt

        return fail_point

    with pytest.raises(KeyboardInterrupt):
        opened(log_path, fail_point=failing_at("append.before_commit")).append([a_post(1)])
    reader = opened(log_path)
    assert everything(reader) == []
    with pytest.raises(KeyboardInterrupt):
        opened(log_path, fail_point=failing_at("append.after_commit")).append([a_post(1)])
    assert len(everything(reader)) == 1


def test_a_reader_is_not_held_up_by_a_writer(log, log_path, opened):
    """A reader sees the log as last committed while a transaction is open."""
    log.append([a_post(1)])
    with log.transaction():
        log.write_facts([a_post(2)])
        assert len(everything(opened(log_path))) == 1
    assert len(everything(opened(log_path))) == 2


def letters(log: EmbeddedLog, *marks: str) -> list[int]:
    """Note short and long letters that hold a mark each, and change them, which leaves their bytes in free pages."""
    with log.transaction():
        for n, mark in enumerate(marks):
            raw = (mark * (1 + 2000 * (n % 3))).encode()
            log.note_letter(DeadLetter("feed.xml", f"item {n}", f"no time: {mark}", raw))
    ids = [letter.id for letter in log.letters()]
    for _ in range(3):
        with log.transaction():
            log.mark_replayed(ids)
    return ids


def test_an_erased_letter_leaves_no_bytes(log, log_path):
    """Neither in the file, its free pages included, nor in its write-ahead log; the others keep theirs."""
    marks = [f"某人{n:03}的原文" for n in range(60)]
    ids = letters(log, *marks)
    assert log.erase_letters(ids[::2]).wiped
    left = b"".join(path.read_bytes() for path in log_path.parent.iterdir())
    assert [mark for mark in marks if mark.encode() in left] == marks[1::2]
    assert [letter.id for letter in log.letters()] == ids
    assert log.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [letter.replayed_at is None for letter in log.letters()] == [False] * len(ids)


def test_a_letter_is_erased_beside_a_reader_once_that_ends(log, log_path, opened):
    """The write-ahead log cannot be emptied under a reader: that is said, and doing it again completes it."""
    (one, *_) = letters(log, "某人的原文", "其他")
    reader = opened(log_path)
    reader.db.execute("BEGIN")
    reader.db.execute("SELECT count(*) FROM dead_letters").fetchone()
    assert not log.erase_letters([one]).wiped
    assert log.letters()[0].raw == b""
    reader.db.execute("COMMIT")
    assert log.erase_letters([]).wiped
    assert "某人的原文".encode() not in b"".join(path.read_bytes() for path in log_path.parent.iterdir())
