"""Acts as known at a moment of knowledge: those that count."""

from collections.abc import Sequence
from datetime import datetime

from clickhouse_connect.driver.client import Client

from connectors.history.heads import next_offsets
from connectors.history.knowledge import read_known
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from events.base import Payload
from events.codec import CODEC, Event, UnreadableEventError
from events.envelope import Record
from events.instants import from_micros, to_micros
from events.known import Known, first_records
from pipeline.home.registry import FAR_US
from projections.rounds.claims import ACT_TYPES, CLAIM_TYPES, Claims, counting, fold_claims

_FAR = from_micros(FAR_US)
_TYPES = (*CLAIM_TYPES, *ACT_TYPES)
_BATCH_RECORDS = 10_000


def known_acts(
    client: Client, types: Sequence[str], known_at: datetime = _FAR, behind: Sequence[Known] = ()
) -> list[Known]:
    """Return the first records of these types as known at K, in log order, without acts that do not count.

    `behind` is what the history does not hold yet.
    """
    records = [*read_known(client, (*types, *CLAIM_TYPES), known_at), *behind]
    return counting(first_records(records, to_micros(known_at)))


def claims_now(client: Client, behind: Sequence[Known] = ()) -> Claims:
    """Return every claim as known now, with what was done under it; `behind` is what the history does not hold yet."""
    return fold_claims(first_records([*read_known(client, _TYPES, _FAR), *behind], FAR_US))


def not_stored(client: Client, log: EmbeddedLog, types: Sequence[str] = ()) -> list[Known]:
    """Return claims, acts and facts of `types` that a log holds behind its history: of commands cut off, above all."""
    wanted = frozenset((*_TYPES, *types))
    begin = next_offsets(client, {FACTS: log.incarnation})
    found = []
    for partition in range(log.partitions):
        offset = begin.get((FACTS, partition), 0)
        while records := log.read(FACTS, partition, offset, _BATCH_RECORDS):
            offset = records[-1].offset + 1
            found += [
                Known(r.partition, r.offset, r.recorded_at, e) for r in records if (e := _decoded(r, wanted))
            ]
    return found


def _decoded(record: Record, wanted: frozenset[str]) -> Event[Payload] | None:
    """Return a fact of a wanted type, None for another record and for a dead letter."""
    try:
        envelope = CODEC.envelope(record.value)
        return CODEC.decode(record.value) if envelope.type in wanted else None
    except UnreadableEventError:
        return None
