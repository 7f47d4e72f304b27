"""Migrations of the history: numbered SQL files, applied in order, noted in a status table."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.client import HistoryError

_STATUS = """
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

APPLIED = "applied"
PENDING = "pending"
CHANGED = "changed"


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


def load_migrations() -> list[Migration]:
    """Read the migrations that this release ships, in order."""
    return [
        Migration(
            int(file.name[:4]), file.name, statements_of(file), hashlib.sha256(file.read_bytes()).hexdigest()
        )
        for file in sql_files(resources.files("infra") / "clickhouse")
    ]


def sql_files(folder: Traversable) -> Iterator[Traversable]:
    """Yield the numbered files of a folder, in order."""
    yield from (f for f in sorted(folder.iterdir(), key=lambda f: f.name) if f.name.endswith(".sql"))


def statements_of(file: Traversable) -> tuple[str, ...]:
    """Return the statements of a file, without comments; each ends with a semicolon at the end of a line."""
    return tuple(s for part in file.read_text("utf-8").split(";\n") if (s := _without_comments(part)))


def standings(client: Client) -> list[Standing]:
    """Tell of each migration of this release whether the history has it; changes nothing."""
    applied: dict[int, tuple[str, datetime]] = {}
    if client.command("EXISTS TABLE schema_migrations"):
        rows = client.query("SELECT version, sha256, applied_at FROM schema_migrations").result_rows
        applied = {version: (sha256, at) for version, sha256, at in rows}
    found = []
    for migration in load_migrations():
        sha256, applied_at = applied.get(migration.version, (migration.sha256, None))
        found.append(Standing(migration, applied_at, sha256 != migration.sha256))
    return found


def pending(client: Client) -> list[Migration]:
    """Return what is missing, in order; raises `HistoryError` where a released file changed since it was applied."""
    missing = []
    for standing in standings(client):
        if standing.is_changed:
            raise HistoryError(
                f"{standing.migration.name} changed after it was applied; a change is a new migration"
            )
        if standing.applied_at is None:
            missing.append(standing.migration)
    return missing


def migrate(client: Client) -> list[str]:
    """Apply what is missing; returns the names applied. Its caller sees to it that nobody else does so meanwhile.

    A statement that had run before a crash is run again: every `CREATE` is made conditional.
    """
    client.command(_STATUS)
    names = []
    for migration in pending(client):
        for statement in migration.statements:
            client.command(_conditional(_filled(client, statement)))
        row = [migration.version, migration.name, migration.sha256, datetime.now(UTC)]
        client.insert("schema_migrations", [row], settings={"async_insert": 0})
        names.append(migration.name)
    return names


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
