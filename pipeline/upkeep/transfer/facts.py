"""The facts of an export, appended again: each once, as bytes, in an order that keeps that of every subject."""

from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import datetime

from connectors.history.copies import ORIGIN, RECORDS
from connectors.history.rebuilt import Rebuilt, RowError, rebuild
from connectors.log.dead_letters import RAW_LIMIT, DeadLetter
from connectors.log.placement import Placed, partitions_for
from connectors.log.port import FACTS, Log
from connectors.transfer.folder import Folder
from events.codec import CODEC, UnreadableEventError
from events.envelope import Record
from events.instants import from_micros, local_iso
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.progress import Progress
from pipeline.upkeep.transfer.order import in_line
from pipeline.upkeep.transfer.tables import records_file

CHUNK_RECORDS = 20_000
_READ_RECORDS = 5_000


def append_facts(log: Log, folder: Folder, until: datetime) -> tuple[int, list[DeadLetter]]:
    """Append what the log lacks; returns the number of records, and the facts that nobody could read.

    Raises `UsageError` where the log holds other facts than the first ones of the export, and where the log tells an
    earlier time than the old one did.
    """
    unreadable: list[DeadLetter] = []
    chunk: dict[int, list[Placed]] = defaultdict(list)
    appended = waiting = 0
    for partition, record in _lacking(log, folder, unreadable):
        chunk[partition].append(record)
        waiting += 1
        if waiting >= CHUNK_RECORDS:
            _append(log, chunk, until)
            appended, waiting = appended + waiting, 0
            chunk.clear()
    if waiting:
        _append(log, chunk, until)
    return appended + waiting, unreadable


def has_facts(log: Log, folder: Folder) -> bool:
    """Tell whether a log begins with all facts of an export; raises `UsageError` where it holds others among them."""
    return next(_lacking(log, folder, []), None) is None


def _lacking(log: Log, folder: Folder, unreadable: list[DeadLetter]) -> Iterator[tuple[int, Placed]]:
    """Yield the facts that come behind the end of their partition, with it; notes what nobody could read."""
    held = [_Held(log, partition, end) for partition, end in enumerate(log.end_offsets(FACTS))]
    with Progress("写入记录 facts", _count(folder)) as progress:
        for fact in in_line(_lives(folder)):
            progress.add(1)
            if not fact.readable:
                unreadable.append(_letter(fact))
                continue
            record = Placed(fact.subject, fact.value)
            for partition in partitions_for(fact.subject, log.partitions, broadcast=fact.broadcast):
                if not held[partition].holds(record):
                    yield partition, record


class _Held:
    """The facts that one partition of the new log holds already, compared with those that are to come."""

    def __init__(self, log: Log, partition: int, end: int) -> None:
        self._log = log
        self._partition = partition
        self._end = end
        self._offset = 0
        self._read: deque[Record] = deque()

    def holds(self, record: Placed) -> bool:
        """Tell whether the next record that stands here is this one, False behind the end of the partition."""
        if self._offset >= self._end:
            return False
        if not self._read:
            self._read.extend(self._log.read(FACTS, self._partition, self._offset, _READ_RECORDS))
        if not self._read:
            return False  # marks of a foreign producer's transactions are all that is left
        found = self._read.popleft()
        if found.value != record.value:
            raise UsageError(
                message(
                    "partition {partition} offset {offset} of the log holds another fact than the"
                    " export; import into a log that is new, with nothing running that writes to it",
                    partition=self._partition,
                    offset=found.offset,
                )
            )
        self._offset = found.offset + 1
        return True


def _append(log: Log, lacking: dict[int, list[Placed]], until: datetime) -> None:
    fail_point("import.before_chunk")
    log.append_placed(lacking)
    fail_point("import.after_chunk")
    partition = min(lacking)
    first = log.read(FACTS, partition, 0, 1)[0]
    if from_micros(first.recorded_at) <= until:
        raise UsageError(
            message(
                "the log says that it took a fact at {recorded_at}, and the old log took its last"
                " at {until}; set the brokers' clocks right, delete the topics and import again",
                recorded_at=local_iso(from_micros(first.recorded_at)),
                until=local_iso(until),
            )
        )


def _lives(folder: Folder) -> Iterator[list[Iterator[Rebuilt]]]:
    for life in folder.manifest.lives:
        if life.topic == FACTS:
            names = (records_file(FACTS, life.incarnation, p) for p in range(life.partitions))
            yield [_rebuilt(folder, name) for name in names]


def _rebuilt(folder: Folder, name: str) -> Iterator[Rebuilt]:
    begin = 0
    for table in folder.tables(name, RECORDS, added=ORIGIN):
        try:
            yield from rebuild(table)
        except RowError as e:
            raise UsageError(
                message("{place}: {error}; export again", place=folder.place(name, begin + e.row), error=e)
            ) from None
        begin += table.num_rows


def _count(folder: Folder) -> int:
    """Return an upper bound of the facts: broadcasts stand in every partition, and are counted in each."""
    lives = [life for life in folder.manifest.lives if life.topic == FACTS]
    names = [records_file(FACTS, life.incarnation, p) for life in lives for p in range(life.partitions)]
    return sum(file.rows for name in names if (file := folder.file(name)) is not None)


def _letter(fact: Rebuilt) -> DeadLetter:
    """Return the dead letter of a fact that nobody could read, as the folds note it."""
    try:
        CODEC.decode(fact.value)
    except UnreadableEventError as e:
        reason = str(e)
    else:
        reason = "an earlier release could not read it"
    place = f"partition {fact.partition} offset {fact.offset}"
    return DeadLetter(FACTS, place, reason, fact.value[:RAW_LIMIT])
