"""Acts as known at a moment of knowledge: those that count."""

from collections.abc import Sequence
from datetime import datetime

from clickhouse_connect.driver.client import Client

from connectors.history.heads import next_offsets
from connectors.history.known_facts import KnownFacts
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from events.base import Payload
from events.codec import CODEC, Event, UnreadableEventError
from events.envelope import Record
from events.instants import FAR
from events.known import Known, first_records
from projections.rounds.claims import ACT_TYPES, CLAIM_TYPES, Claims, counting, fold_claims

_TYPES = (*CLAIM_TYPES, *ACT_TYPES)
_BATCH_RECORDS = 10_000


def known_acts(
    known: KnownFacts,
    types: Sequence[str],
    known_at: datetime = FAR,
    behind: Sequence[Known] = (),
    *,
    texts: bool = True,
) -> list[Known]:
    """Return the first records of these types as known at K, in log order, without acts that do not count.

    `behind` is what the history does not hold yet; without `texts` they stand as in the log.
    """
    return counting(first_records([*known.read((*types, *CLAIM_TYPES), known_at, texts=texts), *behind]))


def claims_now(known: KnownFacts, behind: Sequence[Known] = ()) -> Claims:
    """Return every claim as known now, with what was done under it; `behind` is what the history does not hold yet."""
    return fold_claims(first_records([*known.read(_TYPES), *behind]))


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
