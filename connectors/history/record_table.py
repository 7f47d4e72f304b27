"""Records of a log as a table that the history takes in one insert."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pyarrow as pa

from events.codec import CODEC, UnknownTypeError, UnreadableEventError
from events.envelope import Record
from events.instants import from_micros

UNREADABLE = "unreadable"
UNKNOWN = "unknown"
NO_ID = UUID(int=0).bytes
"""Id of a dead letter; it is nobody's repeat."""

_SCHEMA = pa.schema(
    [
        ("topic", pa.string()),
        ("incarnation", pa.string()),
        ("partition", pa.uint16()),
        ("offset", pa.uint64()),
        ("recorded_at", pa.timestamp("us", "UTC")),
        ("id", pa.binary(16)),
        ("type", pa.string()),
        ("source", pa.string()),
        ("subject", pa.string()),
        ("time", pa.timestamp("us", "UTC")),
        ("dataschema", pa.string()),
        ("data", pa.string()),
    ]
)


def record_table(topic: str, incarnation: str, records: Sequence[Record]) -> pa.Table:
    """Return a row for each record, dead letters too; `repeats` is left to the sink."""
    count = len(records)
    rows = [_row(record) for record in records]
    ids, types, sources, subjects, times, schemas, data = zip(*rows, strict=True)
    columns = [
        [topic] * count,
        [incarnation] * count,
        [r.partition for r in records],
        [r.offset for r in records],
        [r.recorded_at for r in records],
        ids,
        types,
        sources,
        subjects,
        times,
        schemas,
        data,
    ]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, _SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=_SCHEMA)


def _row(record: Record) -> tuple[bytes, str, str, str, datetime, str, str]:
    """Return the envelope's columns; a dead letter stands as what it is, so that offsets have no gap.

    What the folds cannot read counts for nobody, so SQL meets no data that does not fit its schema: a type or version
    that this release does not know stands under a name that no view picks.
    """
    try:
        e = CODEC.envelope(record.value)
        time, data = e.time.astimezone(UTC), bytes(e.data).decode()
        try:
            CODEC.data(e)
            type_ = e.type
        except UnknownTypeError:
            type_ = f"{UNKNOWN}:{e.dataschema}"
    except (UnreadableEventError, OverflowError, UnicodeDecodeError):
        return NO_ID, UNREADABLE, "", "", from_micros(record.recorded_at), "", record.value.hex()
    return e.id.bytes, type_, e.source, e.subject, time, e.dataschema, data
