"""Facts of the history as a fold reads them: lane by lane, in the order of the log, in blocks."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import lcm

import msgspec
from clickhouse_connect.driver.client import Client

from events.catalogue import CATALOGUE
from events.envelope import Record
from events.instants import from_micros, to_micros

BLOCK_RECORDS = 20_000

IN_LANE = "bitAnd(kafkaMurmurHash(subject), 2147483647) % {lanes:UInt32} = {lane:UInt32}"
"""Condition on the subjects of a lane: `events.ids.partition_of(subject, lanes) == lane`, told to the database."""

_FACTS = [p.type for p in CATALOGUE.payloads.values() if not p.derived]
_BROADCASTS = [p.type for p in CATALOGUE.payloads.values() if p.broadcast]
_END_OF_TIME = datetime(2299, 1, 1, tzinfo=UTC)  # the last that the database's type of time has a name for
_SQL = f"""
SELECT offset, toUnixTimestamp64Micro(recorded_at), toString(id), source, type, subject,
       toUnixTimestamp64Micro(time), dataschema, data
FROM records
WHERE topic = 'facts' AND partition = {{partition:UInt16}} AND incarnation = {{incarnation:String}}
  AND offset >= {{begin:UInt64}} AND recorded_at <= fromUnixTimestamp64Micro({{until:Int64}}, 'UTC')
  AND type IN {{facts:Array(String)}}
  AND ({{whole:Bool}} OR type IN {{broadcasts:Array(String)}} OR {IN_LANE})
ORDER BY offset LIMIT {{limit:UInt32}}
"""  # noqa: S608 (a condition of our own)
_ENDS = """
SELECT partition, max(offset) + 1 FROM records
WHERE topic = {topic:String} AND type != 'log.marked' AND recorded_at <= fromUnixTimestamp64Micro({until:Int64}, 'UTC')
  AND incarnation = (SELECT argMax(incarnation, recorded_at) FROM records WHERE topic = {topic:String})
GROUP BY partition
"""
_encode = msgspec.json.Encoder().encode


class Life(msgspec.Struct, frozen=True):
    """One life of the topic of facts; a log that was moved or restored began a new one, perhaps of another size."""

    incarnation: str
    partitions: int


def lives_of(client: Client) -> list[Life]:
    """Return the lives of the facts, oldest first; broadcasts stand in every partition, so the last one shows."""
    rows = client.query(
        "SELECT incarnation, max(partition) + 1 FROM records WHERE topic = 'facts'"
        " GROUP BY incarnation ORDER BY min(recorded_at)"
    ).result_rows
    return [Life(incarnation, int(partitions)) for incarnation, partitions in rows]


def lanes_of(lives: Sequence[Life]) -> int:
    """Return the number of lanes: so many that the subjects of one share a partition in every life.

    With one life, or lives of one size, a lane is a partition. Accounts don't affect one another, so a lane is folded
    by itself, whatever else stood in its partitions.
    """
    return lcm(*(life.partitions for life in lives))


class _Row(msgspec.Struct, gc=False):
    """An envelope whose id stays the text that it is in the row: to parse it and write it again takes the most time."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    dataschema: str
    data: msgspec.Raw
    specversion: str = "1.0"
    datacontenttype: str = "application/json"


class Lane:
    """Facts of the subjects of one lane, and all broadcasts, as the log held them.

    Lives follow one another as they did; within one, the facts stand in the order of its partition. They get rising
    numbers in place of offsets, which begin again with each life. Records that repeat an id are there, too: the fold
    whose work is judged read them, and to it they change nothing. Dead letters and types that this release does not
    know are left out: it passed over them.
    """

    def __init__(self, client: Client, lives: Sequence[Life], number: int, lanes: int) -> None:
        self.number = number
        self._client = client
        self._lives = lives
        self._lanes = lanes
        self._begin = dict.fromkeys((life.incarnation for life in lives), 0)
        self._taken = 0

    def blocks(self, until: datetime | None) -> Iterator[list[Record]]:
        """Yield what was recorded by a moment, None for all there is, and was not yielded before."""
        for life in self._lives:
            while block := self._block(life, until or _END_OF_TIME):
                yield block
                if len(block) < BLOCK_RECORDS:
                    break

    def _block(self, life: Life, until: datetime) -> list[Record]:
        columns = self._client.query(
            _SQL,
            parameters={
                "partition": self.number % life.partitions,
                "incarnation": life.incarnation,
                "begin": self._begin[life.incarnation],
                "until": to_micros(until),
                "facts": _FACTS,
                "broadcasts": _BROADCASTS,
                "whole": self._lanes == life.partitions,
                "lanes": self._lanes,
                "lane": self.number,
                "limit": BLOCK_RECORDS,
            },
            column_oriented=True,
        ).result_columns
        if not columns:
            return []
        records = [
            Record(self.number, number, recorded_at, value_of(*fields))
            for number, (_, recorded_at, *fields) in enumerate(zip(*columns, strict=True), self._taken)
        ]
        self._taken += len(records)
        self._begin[life.incarnation] = columns[0][-1] + 1
        return records


def value_of(
    event_id: str, source: str, type_: str, subject: str, time: int, schema: str, data: str
) -> bytes:
    """Return the bytes of the event that a row was made of; `time` in microseconds, beyond any name of a date."""
    return _encode(
        _Row(event_id, source, type_, subject, from_micros(time), schema, msgspec.Raw(data.encode()))
    )


def stored_ends(client: Client, topic: str, until: datetime | None = None) -> dict[int, int]:
    """Return the offset after the last record of each partition in the newest life of a topic, as recorded by a moment.

    Markers, which mean nothing to anybody who folds, don't count.
    """
    parameters = {"topic": topic, "until": to_micros(until or _END_OF_TIME)}
    return {int(p): int(end) for p, end in client.query(_ENDS, parameters=parameters).result_rows}
