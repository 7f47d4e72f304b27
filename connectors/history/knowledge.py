"""What is known when: closed moments, and the occasional records as known at one of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from events.account import CORRECTABLE, AccountCorrected
from events.clock import ClockTicked, LogMarked
from events.codec import CODEC, Event, UnreadableEventError
from events.envelope import Envelope
from events.instants import from_micros, to_micros
from events.known import Known
from events.text_references import PREFIX
from events.withdrawal import WITHDRAWABLE, FactWithdrawn

_COLUMNS = """
partition, offset, toUnixTimestamp64Micro(recorded_at), toString(id), source, type, subject,
toUnixTimestamp64Micro(time), dataschema, data
"""
_TYPE, _SUBJECT = 5, 6  # where they stand among them
_OF_SUBJECTS = " AND subject IN {subjects:Array(String)}"
_IDS_AT_A_TIME = 10_000

Columns = Sequence[Sequence[Any]]
"""Facts as `_COLUMNS` has them, column by column."""


def newest_closed(client: Client, whole: Sequence[int], life: str) -> datetime | None:
    """Return the newest moment before a record of every partition; None where a partition has none yet.

    `whole` is up to which offset of each partition every table holds what the log has in its present `life`: a record
    that some tables lack closes nothing. In earlier lives nothing more is recorded, however many partitions they had.
    """
    rows = client.query(
        "SELECT partition, toUnixTimestamp64Micro(max(recorded_at)) FROM records WHERE topic = 'facts'"
        " AND partition < {n:UInt16} AND (incarnation != {life:String}"
        " OR offset < arrayElement({whole:Array(UInt64)}, partition + 1)) GROUP BY partition",
        parameters={"n": len(whole), "life": life, "whole": list(whole)},
    ).result_rows
    return from_micros(min(at for _, at in rows) - 1) if len(rows) == len(whole) else None


def newest_recorded(client: Client) -> datetime | None:
    """Return when the newest fact was recorded, None where there is none."""
    newest = client.query(
        "SELECT toUnixTimestamp64Micro(maxOrNull(recorded_at)) FROM records WHERE topic = 'facts'"
    ).result_rows[0][0]
    return None if newest is None else from_micros(newest)


def facts_after(client: Client, known_at: datetime) -> int:
    """Count the facts recorded after K; ticks and markers tell nothing that could be known."""
    return int(
        client.query(
            "SELECT count() FROM records WHERE topic = 'facts'"
            " AND recorded_at > fromUnixTimestamp64Micro({k:Int64}, 'UTC') AND type NOT IN {no:Array(String)}",
            parameters={"k": to_micros(known_at), "no": [ClockTicked.type, LogMarked.type]},
        ).result_rows[0][0]
    )


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


def read_known(
    client: Client, types: Iterable[str], known_at: datetime, *, subjects: Iterable[str] | None = None
) -> list[Known]:
    """Return the occasional facts of these types recorded by K, decoded, in log order; ids may repeat.

    With those that take them back or correct them, which `first_records` sees to; with `subjects`, only what is said
    of these. Sweeps stand in every partition; those of the first are read.
    """
    columns = client.query(
        f"SELECT {_COLUMNS} FROM occasional_records"  # noqa: S608 (names of our own)
        " WHERE topic = 'facts' AND type IN {types:Array(String)}"
        " AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')"
        f" AND (type != 'sweep.completed' OR partition = 0){'' if subjects is None else _OF_SUBJECTS}"
        " ORDER BY partition, offset",
        parameters={
            "types": sorted(with_what_voids(types)),
            "k": to_micros(known_at),
            "subjects": list(subjects or ()),
        },
        column_oriented=True,
    ).result_columns
    return decoded(columns)


def read_all_known(client: Client, *, most: int) -> dict[str, Columns] | None:
    """Return every occasional fact by type, not decoded, in log order; None where they are more than `most`.

    A query of a small history takes as long to plan as to answer, so one for all types costs what one of them does.
    """
    rows = client.query(
        f"SELECT {_COLUMNS} FROM occasional_records"  # noqa: S608 (names of our own)
        " WHERE topic = 'facts' AND (type != 'sweep.completed' OR partition = 0) ORDER BY partition, offset"
        " LIMIT {n:UInt32}",
        parameters={"n": most + 1},
    ).result_rows
    if len(rows) > most:
        return None
    by_type: dict[str, list[Sequence[Any]]] = {}
    for row in rows:
        by_type.setdefault(row[_TYPE], []).append(row)
    return {type_: list(zip(*found, strict=True)) for type_, found in by_type.items()}


def with_what_voids(types: Iterable[str]) -> set[str]:
    """Return types with those of the withdrawals and corrections that facts of them may have."""
    wanted = set(types)
    more = set()
    if CORRECTABLE & wanted:
        more.add(AccountCorrected.type)
    if WITHDRAWABLE & wanted:
        more.add(FactWithdrawn.type)
    return wanted | more


def read_by_id(client: Client, ids: Iterable[UUID]) -> list[Known]:
    """Return every fact that has one of these ids, decoded; repeats and earlier lives of the log among them."""
    wanted, known = sorted(map(str, ids)), []
    for begin in range(0, len(wanted), _IDS_AT_A_TIME):
        columns = client.query(
            f"SELECT {_COLUMNS} FROM records WHERE topic = 'facts' AND id IN {{ids:Array(UUID)}}",  # noqa: S608 (ours)
            parameters={"ids": wanted[begin : begin + _IDS_AT_A_TIME]},
            column_oriented=True,
        ).result_columns
        known += decoded(columns)
    return known


def ids_held(client: Client, ids: Iterable[UUID]) -> set[UUID]:
    """Return which of some ids a fact of the history has."""
    wanted, held = sorted(map(str, ids)), set()
    for begin in range(0, len(wanted), _IDS_AT_A_TIME):
        rows = client.query(
            "SELECT DISTINCT toString(id) FROM records WHERE topic = 'facts' AND id IN {ids:Array(UUID)}",
            parameters={"ids": wanted[begin : begin + _IDS_AT_A_TIME]},
        ).result_rows
        held |= {UUID(event_id) for (event_id,) in rows}
    return held


def actors_of(client: Client, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return who wrote each of some facts, as it was recorded first; those of nobody are left out."""
    rows = client.query(
        "SELECT toString(id), actor FROM records WHERE topic = 'facts' AND id IN {ids:Array(UUID)} AND actor != ''"
        " ORDER BY recorded_at LIMIT 1 BY id",
        parameters={"ids": list(ids)},
    ).result_rows
    return {UUID(fact): str(actor) for fact, actor in rows}


def texts_referred(client: Client) -> set[str]:
    """Return the ids of the texts that facts of the history refer to (`events.text_references`)."""
    rows = client.query(
        "SELECT DISTINCT arrayJoin(extractAll(data, {reference:String})) FROM records"
        " WHERE topic = 'facts' AND position(data, {prefix:String}) > 0",
        parameters={"reference": f"{PREFIX}([0-9a-f]{{32}}):", "prefix": PREFIX},
    ).result_rows
    return {str(text_id) for (text_id,) in rows}


def decoded(columns: Columns, subjects: Collection[str] | None = None) -> list[Known]:
    """Decode the rows of `_COLUMNS`; with `subjects`, only what is said of these."""
    rows = zip(*columns, strict=True)
    found = (_known(*row) for row in rows if subjects is None or row[_SUBJECT] in subjects)
    return [known for known in found if known is not None]


def _known(
    partition: int,
    offset: int,
    recorded_at: int,
    event_id: str,
    source: str,
    type_: str,
    subject: str,
    time: int,
    schema: str,
    data: str,
) -> Known | None:
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
        return None  # a dead letter: it stands in the log's list of them
    return Known(partition, offset, recorded_at, Event(envelope.id, source, subject, envelope.time, payload))
