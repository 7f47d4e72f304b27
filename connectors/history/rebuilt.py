"""Records made again from their rows, byte for byte as `encode_event` writes them: a lost log out of its history."""

from uuid import UUID

import msgspec
import pyarrow as pa

from connectors.history.row_kinds import UNKNOWN, UNREADABLE
from events.catalogue import CATALOGUE
from events.envelope import Envelope
from events.instants import from_micros
from events.messages import message

_BROADCASTS = frozenset(p.type for p in CATALOGUE.payloads.values() if p.broadcast)
_SCHEMA_PREFIX = "urn:xuncha:"
_encode = msgspec.json.Encoder().encode
_READ = (
    "partition",
    "offset",
    "recorded_at",
    "id",
    "type",
    "source",
    "subject",
    "time",
    "dataschema",
    "data",
    "actor",
    "intake",
    "basis",
)


class RowError(ValueError):
    """A row that no record can be made of; `row` counts from the first row of the table."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(reason)
        self.row = row


class Rebuilt(msgspec.Struct, frozen=True, gc=False):
    """A record that was the first of its id, and what decides where it goes in another log."""

    partition: int
    offset: int
    recorded_at: int  # microseconds
    id: bytes
    subject: str
    broadcast: bool
    readable: bool  # False: a dead letter
    value: bytes


def rebuild(rows: pa.Table) -> list[Rebuilt]:
    """Make the records of some rows again, without those that repeat an id.

    The data stands in its row as it was written. An envelope of another hand is written as ours are. The name of a
    type that this release does not know is taken from its schema, where that is one of ours. Raises `RowError`.
    """
    columns = [
        rows.column(name).cast(pa.int64()) if name in ("recorded_at", "time") else rows.column(name)
        for name in ("repeats", *_READ)
    ]
    made = []
    for number, (repeats, *fields) in enumerate(zip(*(c.to_pylist() for c in columns), strict=True)):
        if repeats:
            continue
        try:
            made.append(_rebuilt(*fields))
        except ValueError as e:
            raise RowError(number, message("no record can be made of it: {error}", error=e)) from None
    return made


def _rebuilt(
    partition: int,
    offset: int,
    recorded_at: int,
    event_id: bytes,
    type_: str,
    source: str,
    subject: str,
    time: int,
    dataschema: str,
    data: str,
    actor: str,
    intake: str,
    basis: str,
) -> Rebuilt:
    if type_ == UNREADABLE:
        return Rebuilt(
            partition,
            offset,
            recorded_at,
            event_id,
            "",
            broadcast=False,
            readable=False,
            value=bytes.fromhex(data),
        )
    if type_.startswith(f"{UNKNOWN}:{_SCHEMA_PREFIX}"):
        type_ = dataschema.removeprefix(_SCHEMA_PREFIX).rpartition(":")[0]
    value = _encode(
        Envelope(
            id=UUID(bytes=event_id),
            source=source,
            type=type_,
            subject=subject,
            time=from_micros(time),
            dataschema=dataschema,
            data=msgspec.Raw(data.encode()),
            actor=actor or msgspec.UNSET,
            intake=intake or msgspec.UNSET,
            basis=basis or msgspec.UNSET,
        )
    )
    return Rebuilt(
        partition,
        offset,
        recorded_at,
        event_id,
        subject,
        broadcast=type_ in _BROADCASTS,
        readable=True,
        value=value,
    )
