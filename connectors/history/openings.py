"""Accounts of which an opening is all that is said: most of a registry, read from its columns."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.knowledge import with_what_voids
from events.account import AccountOpened
from events.instants import to_micros

_SQL = """
SELECT
    subject,
    any(id),
    count() = 1 AND any(type) = {opened:String} AND any(dataschema) = {schema:String} AS alone,
    if(alone, any(data), '')
FROM occasional_records
WHERE topic = 'facts' AND type IN {types:Array(String)}
  AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
GROUP BY subject
ORDER BY subject
"""
_decode = msgspec.json.Decoder(AccountOpened).decode


class OpeningsAlone(NamedTuple):
    """Accounts by how much is said of them."""

    openings: list[tuple[str, UUID, AccountOpened]]  # account, id of the fact, what it says
    others: list[str]  # accounts of which more is said, or something else


def openings_alone(client: Client, types: Iterable[str], known_at: datetime) -> OpeningsAlone:
    """Part the accounts of which facts of these types tell: one opening, which nothing corrects or takes back, or more.

    What was written under an earlier version, or cannot be read, is left to who reads facts one by one.
    """
    parameters = {
        "types": sorted(with_what_voids(types)),
        "k": to_micros(known_at),
        "opened": AccountOpened.type,
        "schema": AccountOpened.schema_uri(),
    }
    columns = client.query(_SQL, parameters=parameters, column_oriented=True).result_columns
    found = OpeningsAlone([], [])
    for account, fact, alone, data in zip(*columns, strict=True):
        try:
            if alone:
                found.openings.append((account, fact, _decode(data)))
                continue
        except msgspec.DecodeError:
            pass
        found.others.append(account)
    return found
