"""Which records of a batch repeat an earlier one: the first record of an id counts."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from clickhouse_connect.driver.client import Client

from connectors.history.record_rows import Rows
from connectors.history.row_kinds import NO_ID
from events.catalogue import CATALOGUE
from events.envelope import Record

Known = tuple[int, bool, bytes]
"""An id that stands: in which partition, whether in the present life of the log, and the id."""

_BROADCASTS = frozenset(name for name, payload in CATALOGUE.payloads.items() if payload.broadcast)


_FEW = 1_000
"""So many ids are named in a question, for which the table's order of ids is used."""

# Next offset of each partition, and who has the ids: in a partition of the batch before it, or in an earlier life of
# the log. Rows of the batch itself, which another sink may be storing now, say nothing: all who store it send the same.
# Two questions in one, side by side: a question within the other takes the engine twice as long to understand.
_STANDING = """
SELECT partition, max((recorded_at, offset)).2 + 1 AS next_offset, true AS own, toUUIDOrZero('') AS event_id
FROM records
WHERE topic = {{t:String}} AND incarnation = {{i:String}} AND partition IN {{p:Array(UInt16)}}
GROUP BY partition
UNION ALL
SELECT DISTINCT partition, toUInt64(0) AS next_offset, incarnation = {{i:String}} AS own, id AS event_id
FROM records
{of_ids} topic = {{t:String}}
  AND (
    incarnation != {{i:String}}
    OR (
      partition IN {{p:Array(UInt16)}}
      AND offset < transform(partition, {{p:Array(UInt16)}}, {{b:Array(UInt64)}}, toUInt64(0))
    )
  )
"""
_OF_FEW = _STANDING.format(of_ids="WHERE id IN {ids:Array(UUID)} AND")
# The column of ids is read whole, and others for the rows alone that have one of them.
_OF_MANY = "WITH unhex({ids:String}) AS packed" + _STANDING.format(
    of_ids="PREWHERE id IN (SELECT reinterpretAsUUID(substring(packed, arrayJoin(range(1, length(packed), 16)), 16)))"
    " WHERE"
)


def read_standing(
    client: Client,
    topic: str,
    incarnation: str,
    begins: Mapping[int, int],
    ids: Sequence[bytes],
    *,
    settings: Mapping[str, Any],
) -> tuple[dict[int, int], list[Known]]:
    """Return the next offset of each partition, and which of some ids stand; `begins` says where the batch does."""
    few = len(ids) <= _FEW
    rows = client.query(
        _OF_FEW if few else _OF_MANY,
        parameters={
            "t": topic,
            "i": incarnation,
            "p": list(begins),
            "b": list(begins.values()),
            "ids": [UUID(bytes=event_id) for event_id in ids] if few else _Packed(ids),
        },
        settings=dict(settings),
    ).result_rows
    ends = {partition: next_offset for partition, next_offset, _, _ in rows if next_offset}
    known = [
        (partition, own, event_id.bytes) for partition, next_offset, own, event_id in rows if not next_offset
    ]
    return ends, known


def repeats_in(records: Sequence[Record], rows: Rows, known: Sequence[Known]) -> bytearray:
    """Tell of each record whether an earlier one has its id, a byte of 1 where it does; a dead letter repeats nobody.

    Earlier are those of its partition, and those of an earlier life of the log in any partition, for a log that moved
    may have another number of them. A broadcast stands once in every partition, so of it only the former.
    """
    before = {event_id for _, own, event_id in known if not own}
    standing: dict[int, set[bytes]] = defaultdict(set)
    for partition, _, event_id in known:
        standing[partition].add(event_id)
    repeats = bytearray(len(records))
    begin = 0
    for partition, count in Counter(record.partition for record in records).items():
        ids = rows.ids[begin : begin + count]
        seen = standing[partition]
        if len(set(ids)) < count or not (seen.isdisjoint(ids) and before.isdisjoint(ids)):
            types = rows.types[begin : begin + count]
            for place, (event_id, type_) in enumerate(zip(ids, types, strict=True), begin):
                again = event_id in seen or (event_id in before and type_ not in _BROADCASTS)
                repeats[place] = again and event_id != NO_ID
                seen.add(event_id)
        begin += count
    return repeats


class _Packed:
    """Ids as one text of hexadecimal digits, each as ClickHouse lays it out.

    No `str`: the client goes over those character by character to escape what here never is.
    """

    def __init__(self, ids: Sequence[bytes]) -> None:
        self._halves = array("Q", b"".join(ids))
        self._halves.byteswap()

    def __str__(self) -> str:
        return self._halves.tobytes().hex()
