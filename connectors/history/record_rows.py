"""What records of a log say, column by column: an object for each row costs more than what it holds."""

from collections.abc import Sequence
from datetime import UTC

import msgspec

from connectors.history.row_kinds import NO_ID, UNKNOWN, UNREADABLE
from events.codec import CODEC, Origin, UnknownTypeError, UnreadableEventError, origin_of
from events.envelope import Record
from events.instants import from_micros, to_micros


class Rows(msgspec.Struct, gc=False):
    """The envelopes of some records; dead letters stand as what they are, so that offsets have no gap."""

    ids: list[bytes]
    types: list[str]
    sources: list[str]
    subjects: list[str]
    times: list[int]  # microseconds
    schemas: list[str]
    data: list[bytes]
    origins: dict[int, Origin]  # of the rows that tell one, by their place


def read_rows(records: Sequence[Record]) -> Rows:
    """Read the envelope of each record.

    What the folds cannot read counts for nobody, so SQL meets no data that does not fit its schema: a type or version
    that this release does not know stands under a name that no view picks.
    """
    rows = Rows([], [], [], [], [], [], [], {})
    add_id, add_type, add_source = rows.ids.append, rows.types.append, rows.sources.append
    add_subject, add_time = rows.subjects.append, rows.times.append
    add_schema, add_data = rows.schemas.append, rows.data.append
    read_envelope, read_data = CODEC.envelope, CODEC.data
    for place, record in enumerate(records):
        try:
            e = read_envelope(record.value)
            time, data = e.time, bytes(e.data)
            if time.tzinfo is not UTC:
                time = time.astimezone(UTC)
            if not data.isascii():
                data.decode()  # a text that no schema names may be none
            try:
                read_data(e)
                type_ = e.type
            except UnknownTypeError:
                type_ = f"{UNKNOWN}:{e.dataschema}"
        except (UnreadableEventError, OverflowError, UnicodeDecodeError):
            _add_unreadable(rows, record)
            continue
        add_id(e.id.int.to_bytes(16))
        add_type(type_)
        add_source(e.source)
        add_subject(e.subject)
        add_time(to_micros(time))
        add_schema(e.dataschema)
        add_data(data)
        if e.actor is not msgspec.UNSET or e.intake is not msgspec.UNSET or e.basis is not msgspec.UNSET:
            rows.origins[place] = origin_of(e)
    return rows


def _add_unreadable(rows: Rows, record: Record) -> None:
    rows.ids.append(NO_ID)
    rows.types.append(UNREADABLE)
    for texts in (rows.sources, rows.subjects, rows.schemas):
        texts.append("")
    rows.times.append(to_micros(from_micros(record.recorded_at)))
    rows.data.append(record.value.hex().encode())
