"""Which records of a batch repeat an earlier one: the first record of an id counts."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from connectors.history.record_rows import Rows
from connectors.history.row_kinds import NO_ID
from events.catalogue import CATALOGUE
from events.envelope import Record

Known = tuple[int, bool, bytes]
"""An id that stands: in which partition, whether in the present life of the log, and the id."""

_BROADCASTS = frozenset(name for name, payload in CATALOGUE.payloads.items() if payload.broadcast)


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
