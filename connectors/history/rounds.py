"""Stored rounds: verdict rows first, the manifest last; a run without a manifest never was."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.client import INSERT_SETTINGS, insert_rows
from events.facts import VerdictRow
from events.runs import Run

_ROW_COLUMNS = (
    "run_id",
    "account_id",
    "given_id",
    "name",
    "platform",
    "owner",
    "tier",
    "area",
    "verdict",
    "reason",
    "freshness",
    "newest_post_at",
    "whole_days_silent",
    "points",
    "row",
)


def store_run(
    client: Client,
    run: Run,
    rows: Sequence[VerdictRow],
    *,
    fail_point: Callable[[str], None] = lambda _: None,
) -> None:
    """Store a run; one that is stored already is left as it is."""
    if load_run(client, run.run_id) is not None:
        return
    # rows of a run that died, or of another process, are the same; a token of their own keeps these from being dropped
    settings = {**INSERT_SETTINGS, "insert_deduplication_token": uuid4().hex}
    encode = msgspec.json.Encoder().encode
    if rows:
        columns: list[list[Any]] = [
            [run.run_id] * len(rows),
            *([getattr(row, name) for row in rows] for name in _ROW_COLUMNS[1:8]),
            [str(row.verdict) for row in rows],
            [row.reason for row in rows],
            [str(row.freshness) for row in rows],
            *([getattr(row, name) for row in rows] for name in _ROW_COLUMNS[11:14]),
            [encode(row).decode() for row in rows],
        ]
        insert_rows(
            client,
            "verdict_rows",
            columns,
            column_names=_ROW_COLUMNS,
            column_oriented=True,
            settings=settings,
        )
    fail_point("round.before_manifest")
    names = Run.__struct_fields__
    insert_rows(client, "runs", [[getattr(run, n) for n in names]], column_names=names, settings=settings)


def load_run(client: Client, run_id: UUID) -> Run | None:
    """Return a stored run, None if there is none."""
    runs = _runs(client, "WHERE run_id = {r:UUID}", {"r": run_id})
    return runs[0] if runs else None


def find_runs(client: Client, prefix: str = "") -> list[Run]:
    """Return the runs whose id begins with `prefix`, oldest first."""
    return _runs(client, "WHERE startsWith(toString(run_id), {p:String})", {"p": prefix.lower()})


def load_rows(client: Client, run_id: UUID) -> list[VerdictRow]:
    """Return the stored rows of a run, sorted by account id."""
    rows = client.query(
        "SELECT row FROM verdict_rows WHERE run_id = {r:UUID} ORDER BY account_id LIMIT 1 BY account_id",
        parameters={"r": run_id},
    ).result_rows
    decode = msgspec.json.Decoder(VerdictRow).decode
    return [decode(text) for (text,) in rows]


def load_row(client: Client, run_id: UUID, account_id: str) -> VerdictRow | None:
    """Return the stored row of one account, None where the run has none."""
    rows = client.query(
        "SELECT row FROM verdict_rows WHERE run_id = {r:UUID} AND account_id = {a:String} LIMIT 1",
        parameters={"r": run_id, "a": account_id},
    ).result_rows
    return msgspec.json.decode(rows[0][0], type=VerdictRow) if rows else None


def _runs(client: Client, where: str, parameters: dict[str, Any]) -> list[Run]:
    names = ", ".join(Run.__struct_fields__)
    sql = f"SELECT {names} FROM runs {where} ORDER BY scored_at, run_id LIMIT 1 BY run_id"  # noqa: S608 (own names)
    return [
        Run(**dict(zip(Run.__struct_fields__, row, strict=True)))
        for row in client.query(sql, parameters).result_rows
    ]
