"""What is known when: closed moments, and the occasional records as known at one of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.client import HistoryError
from events.codec import CODEC, Event, UnreadableEventError
from events.envelope import Envelope
from events.instants import from_micros, local_iso, to_micros
from events.known import Known


def newest_closed(client: Client, partitions: int) -> datetime:
    """Return the newest closed moment: every partition holds a record with a strictly greater `recorded_at`.

    Raises `HistoryError` where a partition is still empty.
    """
    rows = client.query(
        "SELECT partition, toUnixTimestamp64Micro(max(recorded_at)) FROM records WHERE topic = 'facts'"
        " GROUP BY partition"
    ).result_rows
    if len(rows) < partitions:
        raise HistoryError(
            "no moment of knowledge is closed yet: some partitions are empty; append a marker first"
        )
    return from_micros(min(at for _, at in rows) - 1)


def closed_by(client: Client, marker_id: UUID) -> datetime:
    """Return the last moment before a marker, which stands in every partition."""
    row = client.query(
        "SELECT toUnixTimestamp64Micro(min(recorded_at)) FROM records WHERE id = {m:UUID}",
        parameters={"m": marker_id},
    ).result_rows[0]
    return from_micros(int(row[0]) - 1)


def require_closed(client: Client, partitions: int, known_at: datetime) -> None:
    """Refuse a moment of knowledge that later records may still fall into."""
    closed = newest_closed(client, partitions)
    if known_at > closed:
        raise HistoryError(
            f"--known-at {local_iso(known_at)} is not closed yet; the newest closed moment is {local_iso(closed)}"
        )


def read_known(client: Client, types: Sequence[str], known_at: datetime) -> list[Known]:
    """Return the occasional facts of these types recorded by K, decoded, in log order; ids may repeat.

    Sweeps stand in every partition; those of the first are read.
    """
    columns = client.query(
        "SELECT partition, offset, toUnixTimestamp64Micro(recorded_at), toString(id), source, type, subject,"
        " toUnixTimestamp64Micro(time), dataschema, data FROM occasional_records"
        " WHERE topic = 'facts' AND type IN {types:Array(String)}"
        " AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')"
        " AND (type != 'sweep.completed' OR partition = 0) ORDER BY partition, offset",
        parameters={"types": list(types), "k": to_micros(known_at)},
        column_oriented=True,
    ).result_columns
    known = []
    for partition, offset, recorded_at, event_id, source, type_, subject, time, schema, data in zip(
        *columns, strict=True
    ):
        envelope = Envelope(
            id=UUID(event_id),
            source=source,
            type=type_,
            subject=subject,
            time=from_micros(time),
            dataschema=schema,
            data=msgspec.Raw(data.encode()),
        )
        try:
            payload = CODEC.data(envelope)
        except UnreadableEventError:
            continue  # a dead letter: it stands in the log's list of them
        event = Event(envelope.id, source, subject, envelope.time, payload)
        known.append(Known(partition, offset, recorded_at, event))
    return known
