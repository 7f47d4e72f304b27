"""Records of a log as a table that the history takes in one insert."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import pyarrow as pa

from connectors.history.row_kinds import NO_ID, UNKNOWN, UNREADABLE
from events.codec import CODEC, NOT_TOLD, Origin, UnknownTypeError, UnreadableEventError, origin_of
from events.envelope import Record
from events.instants import from_micros

_INSTANT = pa.timestamp("us", "UTC")
_SCHEMA = pa.schema(
    [
        ("topic", pa.string()),
        ("incarnation", pa.string()),
        ("partition", pa.uint16()),
        ("offset", pa.uint64()),
        ("recorded_at", _INSTANT),
        ("id", pa.binary(16)),
        ("type", pa.string()),
        ("source", pa.string()),
        ("subject", pa.string()),
        ("time", _INSTANT),
        ("dataschema", pa.string()),
        ("data", pa.string()),
        ("actor", pa.string()),
        ("intake", pa.string()),
        ("basis", pa.string()),
    ]
)


_REPEATS = pa.field("repeats", pa.bool_())


def record_table(topic: str, incarnation: str, records: Sequence[Record]) -> pa.Table:
    """Return a row for each record, dead letters too; `repeats` is left to the writer."""
    count = len(records)
    rows = [_row(record) for record in records]
    columns = [
        pa.repeat(topic, count),
        pa.repeat(incarnation, count),
        [r.partition for r in records],
        [r.offset for r in records],
        pa.array([r.recorded_at for r in records], pa.int64()).cast(_INSTANT),  # no datetime in between
        [row.id for row in rows],
        [row.type for row in rows],
        [row.source for row in rows],
        [row.subject for row in rows],
        [row.time for row in rows],
        [row.dataschema for row in rows],
        [row.data for row in rows],
        [row.origin.actor for row in rows],
        [row.origin.intake for row in rows],
        [row.origin.basis for row in rows],
    ]
    arrays = [
        column if isinstance(column, pa.Array) else pa.array(column, field.type)
        for column, field in zip(columns, _SCHEMA, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=_SCHEMA)


def with_repeats(table: pa.Table, repeats: Sequence[bool]) -> pa.Table:
    """Return the table that the history takes: each row says whether an earlier record has its id."""
    return table.append_column(_REPEATS, pa.array(repeats, _REPEATS.type))


class _Row(msgspec.Struct, gc=False):
    """What the envelope of a record says; tens of thousands of tuples would keep the garbage collector busy."""

    id: bytes
    type: str
    source: str
    subject: str
    time: datetime
    dataschema: str
    data: str
    origin: Origin = NOT_TOLD


def _row(record: Record) -> _Row:
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
        return _Row(NO_ID, UNREADABLE, "", "", from_micros(record.recorded_at), "", record.value.hex())
    return _Row(e.id.bytes, type_, e.source, e.subject, time, e.dataschema, data, origin_of(e))
