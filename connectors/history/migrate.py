"""Migrations of the history: numbered SQL files, applied in order, noted in a status table."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.client import DATABASE, HistoryError, insert_rows
from events.messages import joined, message

STATUS = """
CREATE TABLE IF NOT EXISTS schema_migrations
(
    version UInt32 COMMENT 'number of the file',
    name String COMMENT 'name of the file',
    sha256 String COMMENT 'hash of the file as applied',
    applied_at DateTime64(6, 'UTC') COMMENT 'when it was applied'
)
ENGINE = MergeTree ORDER BY version
COMMENT 'Which migrations were applied, and when'
"""

_MOST_LISTED = 3
APPLIED = "applied"
PENDING = "pending"
CHANGED = "changed"

Applied = Mapping[int, tuple[str, datetime]]
"""Hash and time of each migration that was applied, by its number."""


class Migration(msgspec.Struct, frozen=True):
    """One numbered file of statements."""

    version: int
    name: str
    statements: tuple[str, ...]
    sha256: str


class Standing(msgspec.Struct, frozen=True):
    """What a history has of one migration."""

    migration: Migration
    applied_at: datetime | None = None  # None: not yet
    is_changed: bool = False  # the file is not the one that was applied

    @property
    def state(self) -> str:
        if self.applied_at is None:
            return PENDING
        return CHANGED if self.is_changed else APPLIED


@cache
def load_migrations() -> tuple[Migration, ...]:
    """Return the migrations that this release ships, in order; a process reads them once."""
    return tuple(
        Migration(
            int(file.name[:4]), file.name, statements_of(file), hashlib.sha256(file.read_bytes()).hexdigest()
        )
        for file in sql_files(resources.files("infra") / "clickhouse")
    )


def sql_files(folder: Traversable) -> Iterator[Traversable]:
    """Yield the numbered files of a folder, in order."""
    yield from (f for f in sorted(folder.iterdir(), key=lambda f: f.name) if f.name.endswith(".sql"))


def statements_of(file: Traversable) -> tuple[str, ...]:
    """Return the statements of a file, without comments; each ends with a semicolon at the end of a line."""
    return tuple(s for part in file.read_text("utf-8").split(";\n") if (s := _without_comments(part)))


def read_applied(client: Client) -> Applied:
    """Ask a history which migrations it has, with their hashes and times; a database that is not there has none."""
    there = client.query(
        "SELECT count() FROM system.tables WHERE database = {d:String} AND name = 'schema_migrations'",
        parameters={"d": DATABASE},
    ).result_rows
    if not there[0][0]:
        return {}
    rows = client.query(f"SELECT version, sha256, applied_at FROM {DATABASE}.schema_migrations").result_rows  # noqa: S608 (a name of our own)
    return {version: (sha256, at) for version, sha256, at in rows}


def standings(applied: Applied) -> list[Standing]:
    """Tell of each migration of this release whether a history has it."""
    found = []
    for migration in load_migrations():
        sha256, applied_at = applied.get(migration.version, (migration.sha256, None))
        found.append(Standing(migration, applied_at, sha256 != migration.sha256))
    return found


def require_known(applied: Applied) -> None:
    """Raise `HistoryError` where a newer release has migrated a history: this one would misread it."""
    newest, known = max(applied, default=0), load_migrations()[-1].version
    if newest > known:
        raise HistoryError(
            message(
                "the history was written by a newer xuncha: schema {newest}, this program knows"
                " {known}; use that release",
                newest=newest,
                known=known,
            )
        )


def pending(applied: Applied) -> list[Migration]:
    """Return what is missing, in order.

    Raises `HistoryError` where a released file changed since it was applied, and where a newer release was here.
    """
    require_known(applied)
    missing = []
    for standing in standings(applied):
        if standing.is_changed:
            raise HistoryError(
                message(
                    "{name} changed after it was applied; a change is a new migration",
                    name=standing.migration.name,
                )
            )
        if standing.applied_at is None:
            missing.append(standing.migration)
    return missing


def migrate(client: Client) -> list[str]:
    """Apply what is missing; returns the names applied. Its caller sees to it that nobody else does so meanwhile.

    A statement that had run before a crash is run again: every `CREATE` is made conditional.
    """
    client.command(STATUS)
    _require_whole(client)
    names = []
    for migration in pending(read_applied(client)):
        for statement in migration.statements:
            client.command(_conditional(_filled(client, statement)))
        row = [migration.version, migration.name, migration.sha256, datetime.now(UTC)]
        insert_rows(client, "schema_migrations", [row], settings={"async_insert": 0})
        names.append(migration.name)
    return names


def _require_whole(client: Client) -> None:
    """Raise `HistoryError` where an engine has put damaged parts aside: it goes on without their rows, unasked.

    A part that a power cut tore in a merge has lost nothing where those that it was made of are back in its place.
    """
    broken = client.query(
        "SELECT table, name, min_block_number, max_block_number FROM system.detached_parts"
        " WHERE database = {d:String} AND startsWith(reason, 'broken') ORDER BY table, name",
        parameters={"d": DATABASE},
    ).result_rows
    if not broken:
        return
    active: Any = client.query(
        "SELECT table, min_block_number, max_block_number FROM system.parts WHERE database = {d:String} AND active",
        parameters={"d": DATABASE},
    ).result_rows

    def is_there(table: str, block: int) -> bool:
        return any(name == table and begin <= block <= end for name, begin, end in active)

    lost = [
        f"{table} {name}"
        for table, name, begin, end in broken
        if not (is_there(table, begin) and is_there(table, end))
    ]
    if lost:
        raise HistoryError(
            message(
                "the history is damaged: {lost_count} parts of its tables could not be read and"
                " were put aside ({lost}). Stop what uses it, keep a copy of the folder as it is,"
                ' and see docs/operate.md, "A damaged file"',
                lost_count=len(lost),
                lost=joined(", ", lost[:_MOST_LISTED]),
            )
        )


def _without_comments(part: str) -> str:
    return (
        "\n".join(line for line in part.splitlines() if not line.lstrip().startswith("--"))
        .strip()
        .rstrip(";")
    )


def _filled(client: Client, statement: str) -> str:
    """Return `FILL table` as the insert of all that the view behind the table would have put into it."""
    table = statement.removeprefix("FILL ")
    if table == statement:
        return statement
    rows = client.query(
        "SELECT as_select FROM system.tables WHERE database = currentDatabase() AND name = {n:String}",
        parameters={"n": f"{table}_feed"},
    ).result_rows
    return f"INSERT INTO {table} {rows[0][0]}"


def _conditional(statement: str) -> str:
    for head in ("CREATE TABLE ", "CREATE MATERIALIZED VIEW ", "CREATE VIEW "):
        if statement.startswith(head):
            return f"{head}IF NOT EXISTS {statement.removeprefix(head)}"
    return statement
