"""Acts as known at a moment of knowledge: those that count."""

from collections.abc import Sequence
from datetime import datetime

from clickhouse_connect.driver.client import Client

from connectors.history.knowledge import read_known
from events.instants import from_micros, to_micros
from events.known import Known, first_records
from pipeline.registry import FAR_US
from projections.claims import ACT_TYPES, CLAIM_TYPES, Claims, counting, fold_claims

_FAR = from_micros(FAR_US)


def known_acts(client: Client, types: Sequence[str], known_at: datetime = _FAR) -> list[Known]:
    """Return the first records of these types as known at K, in log order, without acts that do not count."""
    records = read_known(client, (*types, *CLAIM_TYPES), known_at)
    return counting(first_records(records, to_micros(known_at)))


def claims_now(client: Client) -> Claims:
    """Return every claim as known now, with what was done under it."""
    return fold_claims(first_records(read_known(client, (*CLAIM_TYPES, *ACT_TYPES), _FAR), FAR_US))
