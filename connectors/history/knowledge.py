"""What is known when: closed moments, and the occasional records as known at one of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.client import HistoryError
from events.account import CORRECTABLE, AccountCorrected
from events.codec import CODEC, Event, UnreadableEventError
from events.envelope import Envelope
from events.fields import field
from events.instants import from_micros, local_iso, to_micros
from events.known import Known
from events.withdrawal import WITHDRAWABLE, FactWithdrawn

_COLUMNS = """
partition, offset, toUnixTimestamp64Micro(recorded_at), toString(id), source, type, subject,
toUnixTimestamp64Micro(time), dataschema, data
"""
_IDS_AT_A_TIME = 10_000


def newest_closed(client: Client, partitions: int) -> datetime:
    """Return the newest closed moment: every partition holds a record with a strictly greater `recorded_at`.

    An earlier life of the log may have had more partitions; nothing more comes there. Raises `HistoryError` where a
    partition is still empty.
    """
    rows = client.query(
        "SELECT partition, toUnixTimestamp64Micro(max(recorded_at)) FROM records WHERE topic = 'facts'"
        " AND partition < {n:UInt16} GROUP BY partition",
        parameters={"n": partitions},
    ).result_rows
    if len(rows) < partitions:
        raise HistoryError(
            "no moment of knowledge is closed yet: some partitions are empty; append a marker first"
        )
    return from_micros(min(at for _, at in rows) - 1)


def closed_by(client: Client, marker_id: UUID) -> datetime | None:
    """Return the last moment before a marker, which stands in every partition.

    None where a record that stands before the marker in its partition has no earlier time than the marker has
    anywhere: that record would be left out of what is known.
    """
    marks = client.query(
        "SELECT partition, incarnation, offset, toUnixTimestamp64Micro(recorded_at) FROM records WHERE id = {m:UUID}",
        parameters={"m": marker_id},
    ).result_rows
    marked = min(at for *_, at in marks)
    before = client.query(
        "SELECT toUnixTimestamp64Micro(max(recorded_at)) FROM records WHERE topic = 'facts'"
        " AND (partition, incarnation, offset) IN {p:Array(Tuple(UInt16, String, UInt64))}",
        parameters={
            "p": [
                (partition, incarnation, offset - 1) for partition, incarnation, offset, _ in marks if offset
            ]
        },
    ).result_rows[0][0]
    return from_micros(marked - 1) if before < marked else None


def last_records(client: Client, known_at: datetime) -> list[tuple[int, UUID]]:
    """Return the last fact of each partition recorded by K: its partition and id."""
    rows = client.query(
        "SELECT partition, argMax(id, (recorded_at, offset)) FROM records WHERE topic = 'facts'"
        " AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC') GROUP BY partition ORDER BY partition",
        parameters={"k": to_micros(known_at)},
    ).result_rows
    return [(int(partition), event_id) for partition, event_id in rows]


def require_closed(client: Client, partitions: int, known_at: datetime) -> None:
    """Refuse a moment of knowledge that later records may still fall into."""
    closed = newest_closed(client, partitions)
    if known_at > closed:
        raise HistoryError(
            f"{field('known_at')} {local_iso(known_at)} is not closed yet;"
            f" the newest closed moment is {local_iso(closed)}"
        )


def read_known(client: Client, types: Sequence[str], known_at: datetime) -> list[Known]:
    """Return the occasional facts of these types recorded by K, decoded, in log order; ids may repeat.

    With those that take them back or correct them, which `first_records` sees to. Sweeps stand in every partition;
    those of the first are read.
    """
    columns = client.query(
        f"SELECT {_COLUMNS} FROM occasional_records"  # noqa: S608 (names of our own)
        " WHERE topic = 'facts' AND type IN {types:Array(String)}"
        " AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')"
        " AND (type != 'sweep.completed' OR partition = 0) ORDER BY partition, offset",
        parameters={"types": _with_what_voids(types), "k": to_micros(known_at)},
        column_oriented=True,
    ).result_columns
    return _known(columns)


def _with_what_voids(types: Sequence[str]) -> list[str]:
    """Return types with those of the withdrawals and corrections that facts of them may have."""
    more = set()
    if CORRECTABLE.intersection(types):
        more.add(AccountCorrected.type)
    if WITHDRAWABLE.intersection(types):
        more.add(FactWithdrawn.type)
    return sorted(more.union(types))


def read_by_id(client: Client, ids: Iterable[UUID]) -> list[Known]:
    """Return every fact that has one of these ids, decoded; repeats and earlier lives of the log among them."""
    wanted, known = sorted(map(str, ids)), []
    for begin in range(0, len(wanted), _IDS_AT_A_TIME):
        columns = client.query(
            f"SELECT {_COLUMNS} FROM records WHERE topic = 'facts' AND id IN {{ids:Array(UUID)}}",  # noqa: S608 (ours)
            parameters={"ids": wanted[begin : begin + _IDS_AT_A_TIME]},
            column_oriented=True,
        ).result_columns
        known += _known(columns)
    return known


def _known(columns: Sequence[Sequence[Any]]) -> list[Known]:
    """Decode the rows of `_COLUMNS`."""
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
