"""Derived events as they were told: of each id the record that counts, and whether it was withdrawn."""

from collections.abc import Sequence

from clickhouse_connect.driver.client import Client

from connectors.history.lanes import IN_LANE, value_of
from events.codec import CODEC, UnreadableEventError
from events.known import Told

TOLD = f"""
SELECT r.id AS id, r.type AS type, r.source AS source, r.subject AS subject, r.time AS time,
       r.dataschema AS dataschema, r.data AS data, r.recorded_at AS recorded_at,
       (r.recorded_at, r.offset) AS place, place < w.place AS withdrawn
FROM records AS r
LEFT JOIN
(
    SELECT toUUIDOrZero(JSONExtractString(data, 'corrects')) AS corrects, max((recorded_at, offset)) AS place
    FROM records
    WHERE topic = 'derived' AND type IN ('alert.withdrawn', 'score.withdrawn')
    GROUP BY corrects
) AS w ON w.corrects = r.id
WHERE r.topic = 'derived' AND r.type IN {{types:Array(String)}} AND {IN_LANE}
ORDER BY withdrawn, place
LIMIT 1 BY id
"""  # noqa: S608 (a condition of our own)
"""The first record of each id; where the id was withdrawn, the first after its last withdrawal, if there is one."""

EVERYWHERE = {"lanes": 1, "lane": 0}
"""Parameters of `TOLD` that leave out no subject."""


def read_derived(client: Client, types: Sequence[str], *, lane: int, lanes: int) -> list[Told]:
    """Return the derived events of these types about the subjects of a lane, wherever in the log they stand."""
    columns = client.query(
        "SELECT toUnixTimestamp64Micro(recorded_at), withdrawn, toString(id), source, type, subject,"  # noqa: S608
        f" toUnixTimestamp64Micro(time), dataschema, data FROM ({TOLD})",
        parameters={"types": list(types), "lanes": lanes, "lane": lane},
        column_oriented=True,
    ).result_columns
    derived = []
    for recorded_at, withdrawn, *fields in zip(*columns, strict=True):
        try:
            event = CODEC.decode(value_of(*fields))
        except UnreadableEventError:
            continue  # of another release, which alone can judge it
        derived.append(Told(event, recorded_at, bool(withdrawn)))
    return derived
