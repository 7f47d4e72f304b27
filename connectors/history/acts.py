"""What people did: facts with an actor, newest first; many of one kind at one moment are one line."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from events.instants import from_micros, to_micros

_ACTS = """
SELECT actor, type, intake, max(toUnixTimestamp64Micro(recorded_at)) AS at, uniqExact(id) AS n,
    uniqExact(subject) AS subjects, argMin(toString(id), (recorded_at, partition, offset)) AS first
FROM records
WHERE topic = 'facts' AND actor != '' AND NOT repeats AND type NOT IN {no:Array(String)}
    AND (intake = '' OR startsWith(type, 'intake.'))
    AND recorded_at > fromUnixTimestamp64Micro({since:Int64}, 'UTC')
    AND recorded_at <= fromUnixTimestamp64Micro({until:Int64}, 'UTC')
"""
_GROUPED = (
    " GROUP BY actor, type, intake, toStartOfSecond(recorded_at) ORDER BY at DESC, type LIMIT {most:UInt32}"
)
_SILENT = ("office.acted_alone",)
"""Facts that stand beside an act and are none."""


class Acted(msgspec.Struct, frozen=True):
    """Facts of one kind that somebody told within one second; of an intake, that it was opened, closed or undone."""

    actor: str
    type: str
    at: datetime  # of the last of them, as recorded
    count: int
    subjects: int  # how many different ones these are about
    first: UUID


def read_acts(
    client: Client,
    since: datetime,
    until: datetime,
    most: int,
    *,
    actors: Collection[str] | None = None,
    types: Collection[str] | None = None,
    subjects: Collection[str] | None = None,
) -> list[Acted]:
    """Return at most `most` acts recorded after `since` and by `until`, newest first; None narrows nothing."""
    asked = _ACTS
    parameters: dict[str, object] = {
        "no": list(_SILENT),
        "since": to_micros(since),
        "until": to_micros(until),
        "most": most,
    }
    for name, values in (("actor", actors), ("type", types), ("subject", subjects)):
        if values is not None:
            asked += f" AND {name} IN {{{name}s:Array(String)}}"
            parameters[f"{name}s"] = list(values)
    rows = client.query(asked + _GROUPED, parameters=parameters).result_rows
    return [
        Acted(actor, type_, from_micros(at), int(n), int(subjects), UUID(first))
        for actor, type_, _, at, n, subjects, first in rows
    ]
