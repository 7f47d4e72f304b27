"""Whether a log and its history tell of one past: the last records that both hold are compared, one a partition."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.client import HistoryError
from connectors.history.heads import Place, next_offsets
from connectors.history.row_kinds import NO_ID
from connectors.log.embedded import TIME_BITS
from events.codec import CODEC, UnreadableEventError
from events.envelope import Record
from events.fields import field
from events.instants import from_micros, local_iso
from events.messages import message

_AT = """
SELECT topic, partition, offset, toString(id), toUnixTimestamp64Micro(recorded_at) FROM records
WHERE (topic, partition, incarnation, offset) IN {places:Array(Tuple(String, UInt16, String, UInt64))}
"""
_SUMS = """
SELECT topic, partition, max(offset) + 1, sum(bitAnd(toUnixTimestamp64Micro(recorded_at), {kept:Int64})) FROM records
WHERE incarnation = {incarnation:String} GROUP BY topic, partition ORDER BY topic, partition
"""


class OtherPastError(HistoryError):
    """The log ends before its history does, or holds another record where the history holds one."""


class Ended(msgspec.Struct, frozen=True):
    """Where a partition of the log ends before that of the history."""

    place: Place
    log_end: int
    history_end: int


class Forked(msgspec.Struct, frozen=True):
    """Two different records in one place."""

    place: Place
    offset: int
    in_log: str
    in_history: str


class ReadableLog(Protocol):
    """What a comparison needs of a log."""

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]: ...

    def end_offsets(self, topic: str) -> list[int]: ...


class Compared(msgspec.Struct, frozen=True):
    """What a comparison found: in what the two differ, and where the history goes on in each partition it knows."""

    ended: list[Ended]
    forked: list[Forked]
    next_offsets: dict[Place, int]


def compare(
    client: Client, log: ReadableLog, incarnations: Mapping[str, str], *, exact_times: bool = True
) -> Compared:
    """Find where a log ends too early, and where its last common record is another one than that of the history.

    The history is asked first: it takes what the log holds, so a log that goes on meanwhile is behind in nothing.
    `incarnations` names the present life of each topic. Without `exact_times` ids alone are compared, for a log whose
    reader has to read a partition whole to tell its times.
    """
    ends = next_offsets(client, incarnations)
    log_ends = {topic: log.end_offsets(topic) for topic in incarnations}
    ended, common = [], {}
    for place, end in sorted(ends.items()):
        topic, partition = place
        in_log = log_ends[topic][partition] if partition < len(log_ends[topic]) else 0
        if in_log < end:
            ended.append(Ended(place, in_log, end))
        if last := min(in_log, end):
            common[place] = last - 1
    forked = []
    for place, offset, event_id, recorded_at in _records_at(client, common, incarnations):
        found = log.read(*place, offset, 1)
        record = found[0] if found and found[0].offset == offset else None
        if record is None or not _is_same(record, event_id, recorded_at, exact_times=exact_times):
            forked.append(Forked(place, offset, _record_text(record), _id_and_time(event_id, recorded_at)))
    return Compared(ended, forked, ends)


def require_one_past(
    client: Client, log: ReadableLog, incarnations: Mapping[str, str], *, exact_times: bool = True
) -> dict[Place, int]:
    """Return the offset after the last stored record of each partition that has one.

    Raises `OtherPastError` where a log and its history do not belong together: a new fact would get an offset under
    which the history holds another record, and would never be seen again.
    """
    found = compare(client, log, incarnations, exact_times=exact_times)
    if found.ended or found.forked:
        raise OtherPastError(
            message(
                "{difference}; nothing was written. {way_out}",
                difference=difference(found.ended, found.forked),
                way_out=WAY_OUT,
            )
        )
    return found.next_offsets


WAY_OUT = message(
    "A log that was copied back, or lost its write-ahead file, is completed out of"
    " the history: `xuncha export FOLDER {from_history}`, move log.sqlite* out of the"
    ' home, `xuncha init`, `xuncha import FOLDER`. See docs/operate.md, "A log that'
    ' does not fit its history"',
    from_history=field("from_history"),
)


def difference(ended: Sequence[Ended], forked: Sequence[Forked]) -> str:
    """Say in what a log and its history differ."""
    if forked:
        first = forked[0]
        topic, partition = first.place
        more = (
            message(", and so in {forked_count} more partitions", forked_count=len(forked) - 1)
            if len(forked) > 1
            else ""
        )
        return message(
            "the log and its history tell of two pasts: {topic} partition {partition} offset"
            " {offset} is {in_log} in the log and {in_history} in the history{more}",
            topic=topic,
            partition=partition,
            offset=first.offset,
            in_log=first.in_log,
            in_history=first.in_history,
            more=more,
        )
    first_ended = ended[0]
    topic, partition = first_ended.place
    lacking = sum(e.history_end - e.log_end for e in ended)
    return message(
        "the log is older than its history: {topic} partition {partition} ends at offset"
        " {log_end} in the log and at {history_end} in the history, and {lacking} records"
        " of {ended_count} partitions are in the history alone",
        topic=topic,
        partition=partition,
        log_end=first_ended.log_end,
        history_end=first_ended.history_end,
        lacking=lacking,
        ended_count=len(ended),
    )


def time_sums(client: Client, incarnation: str) -> dict[Place, tuple[int, int]]:
    """Return the end of each partition and `TIME_BITS` of the times of its records, summed; reads the whole table."""
    rows = client.query(_SUMS, parameters={"incarnation": incarnation, "kept": TIME_BITS}).result_rows
    return {(topic, partition): (int(end), int(total)) for topic, partition, end, total in rows}


def _records_at(
    client: Client, offsets: Mapping[Place, int], incarnations: Mapping[str, str]
) -> list[tuple[Place, int, UUID, int]]:
    places = [
        (topic, partition, incarnations[topic], offset) for (topic, partition), offset in offsets.items()
    ]
    if not places:
        return []
    rows = client.query(_AT, parameters={"places": places}).result_rows
    found = [
        ((topic, partition), offset, UUID(event_id), at) for topic, partition, offset, event_id, at in rows
    ]
    return sorted(found, key=lambda row: row[:2])


def _is_same(record: Record, event_id: UUID, recorded_at: int, *, exact_times: bool) -> bool:
    """Tell whether a record is the one of a row; that of a dead letter has no id, whatever its envelope says."""
    if exact_times and record.recorded_at != recorded_at:
        return False
    return event_id in (UUID(bytes=NO_ID), _id_of(record))


def _id_of(record: Record) -> UUID:
    try:
        return CODEC.envelope(record.value).id
    except UnreadableEventError:
        return UUID(bytes=NO_ID)


def _record_text(record: Record | None) -> str:
    return "missing" if record is None else _id_and_time(_id_of(record), record.recorded_at)


def _id_and_time(event_id: UUID, recorded_at: int) -> str:
    return f"{event_id} of {local_iso(from_micros(recorded_at))}"
