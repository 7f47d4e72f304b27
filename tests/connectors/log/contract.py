"""What every implementation of `Log` keeps; a test class of each inherits it and gives the fixtures.

`log` is an empty log of four partitions, `reopen` opens the same log once more, `writer` is the command of a process
that appends to it (see `tests.connectors.log.writer`).
"""

import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.log.port import DERIVED, FACTS, Log
from events.codec import CODEC
from events.ids import partition_of
from tests.connectors.log.facts import BrokenOffError, a_marker, a_post, broken_off, everything, ids_in

ROOT = Path(__file__).parents[3]
PARTITIONS = 4
WRITERS = 4
APPENDS = 50


class LogContract:
    @pytest.fixture
    def log(self) -> Log:
        raise NotImplementedError

    @pytest.fixture
    def reopen(self) -> Callable[[], Log]:
        raise NotImplementedError

    @pytest.fixture
    def writer(self) -> list[str]:
        raise NotImplementedError

    def test_a_new_log_is_empty(self, log):
        """Every partition of both topics ends at 0 and reads as nothing."""
        for topic in (FACTS, DERIVED):
            assert log.end_offsets(topic) == [0] * PARTITIONS
            assert everything(log, topic) == []

    def test_an_append_gives_coordinates_without_gaps(self, log):
        """Offsets of a partition run from 0 on, whatever batches they came in."""
        assert log.append([a_post(n) for n in range(10)]) == 10
        assert log.append([a_post(n) for n in range(10, 40)]) == 30
        assert sum(log.end_offsets(FACTS)) == 40
        for partition, end in enumerate(log.end_offsets(FACTS)):
            records = log.read(FACTS, partition, 0, 100)
            assert [(r.partition, r.offset) for r in records] == [(partition, n) for n in range(end)]

    def test_nothing_to_append_is_no_record(self, log):
        """An empty append succeeds and writes nothing."""
        assert log.append([]) == 0
        assert everything(log) == []

    def test_a_record_reads_back_as_it_was_appended(self, log):
        """The event of a record equals the one appended."""
        post = a_post(7)
        log.append([post])
        (record,) = everything(log)
        assert CODEC.decode(record.value) == post

    def test_a_subject_lives_in_one_partition_in_order(self, log):
        """Records of a subject keep their order, in the partition that its name gives."""
        subjects = [f"wechat:s{n}" for n in range(5)]
        for n in range(20):
            log.append([a_post(n, subject=s) for s in subjects])
        for subject in subjects:
            home = log.read(FACTS, partition_of(subject, PARTITIONS), 0, 1000)
            times = [e.time for r in home if (e := CODEC.envelope(r.value)).subject == subject]
            assert times == [a_post(n).time for n in range(20)]

    def test_a_broadcast_stands_once_in_every_partition(self, log):
        """A marker counts once a partition, with one id."""
        assert log.append([a_post(1), a_marker(), a_post(2)]) == PARTITIONS + 2
        marker = str(a_marker().id)
        for partition in range(PARTITIONS):
            ids = [str(CODEC.envelope(r.value).id) for r in log.read(FACTS, partition, 0, 100)]
            assert ids.count(marker) == 1

    def test_recorded_at_never_falls_within_a_partition(self, log):
        """The log's own time rises with its offsets."""
        for n in range(20):
            log.append([a_post(n), a_marker(n)])
        for partition in range(PARTITIONS):
            times = [r.recorded_at for r in log.read(FACTS, partition, 0, 1000)]
            assert times == sorted(times)

    def test_an_append_is_all_or_nothing(self, log):
        """An exception among the events leaves no record, and the log goes on."""

        def failing() -> Iterator[object]:
            yield a_post(1)
            raise RuntimeError("the source broke off")

        with pytest.raises(RuntimeError, match="broke off"):
            log.append(failing())
        assert everything(log) == []
        log.append([a_post(2)])
        assert len(everything(log)) == 1

    def test_reading_goes_on_from_an_offset_up_to_a_limit(self, log):
        """A reader that asks again from where it stopped sees every record once."""
        log.append([a_post(n, subject="wechat:one") for n in range(10)])
        partition = partition_of("wechat:one", PARTITIONS)
        seen: list[int] = []
        while records := log.read(FACTS, partition, len(seen), 3):
            assert len(records) <= 3
            seen += [r.offset for r in records]
        assert seen == list(range(10))

    def test_a_transaction_that_breaks_off_leaves_nothing(self, log):
        """Neither facts nor what was to be remembered of them."""

        def work() -> None:
            log.write_facts([a_post(1)])
            log.write_derived(0, [a_post(2)])
            log.set_meta("taken", "yes")

        with pytest.raises(BrokenOffError):
            broken_off(log, work)
        assert everything(log) == everything(log, DERIVED) == []
        assert log.meta("taken") is None
        with log.transaction():
            work()
        assert (len(everything(log)), len(everything(log, DERIVED)), log.meta("taken")) == (1, 1, "yes")

    def test_grouped_transactions_are_all_there_at_the_end_of_the_group(self, log):
        """One that is broken off leaves nothing of its own and takes nothing of the others away."""
        with log.grouped():
            for number in range(5):

                def work(number: int = number) -> None:
                    log.write_facts([a_post(number, subject="wechat:one")])
                    log.set_meta(f"taken {number}", "yes")

                if number == 2:
                    with pytest.raises(BrokenOffError):
                        broken_off(log, work)
                else:
                    with log.transaction():
                        work()
        wanted = [0, 1, 3, 4]
        assert [str(a_post(n, subject="wechat:one").id) for n in wanted] == ids_in(log)
        assert wanted == [n for n in range(5) if log.meta(f"taken {n}") == "yes"]
        with log.transaction():
            log.write_facts([a_post(5, subject="wechat:one")])
        assert 5 == len(everything(log))

    def test_a_log_opened_again_holds_the_same(self, log, reopen):
        """Records and ends survive; new records come after them."""
        log.append([a_post(n) for n in range(10)])
        again = reopen()
        assert everything(again) == everything(log)
        again.append([a_post(10, subject="wechat:account-1")])
        partition = partition_of("wechat:account-1", PARTITIONS)
        assert log.end_offsets(FACTS)[partition] == len(again.read(FACTS, partition, 0, 100))
        assert log.read(FACTS, partition, 0, 100) == again.read(FACTS, partition, 0, 100)

    def test_writer_processes_lose_nothing_to_one_another(self, log, writer):
        """Four processes append at once: all records are there once, offsets have no gap, times do not fall."""
        processes = [
            subprocess.Popen([*writer, str(n), str(APPENDS)], stdin=-1, stdout=-1, cwd=ROOT, text=True)
            for n in range(WRITERS)
        ]
        with_pipes = [(p, p.stdin, p.stdout) for p in processes]
        assert [out.readline() for _, _, out in with_pipes if out] == ["ready\n"] * WRITERS
        for _, go, _ in with_pipes:
            assert go
            go.write("go\n")
            go.flush()
        for process in processes:
            process.communicate(timeout=60)
        assert [p.returncode for p in processes] == [0] * WRITERS
        expected = Counter(str(a_post(w * APPENDS + n).id) for w in range(WRITERS) for n in range(APPENDS))
        assert Counter(ids_in(log)) == expected
        for partition, end in enumerate(log.end_offsets(FACTS)):
            records = log.read(FACTS, partition, 0, 1000)
            assert [r.offset for r in records] == list(range(end))
            assert [r.recorded_at for r in records] == sorted(r.recorded_at for r in records)
