"""Migrations of the history: numbered SQL files, applied in order, noted in a status table."""

import hashlib
from datetime import UTC, datetime
from importlib import resources

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


class Migration(msgspec.Struct, frozen=True):
    """One numbered file of statements."""

    version: int
    name: str
    statements: tuple[str, ...]
    sha256: str


def load_migrations() -> list[Migration]:
    """Read the migrations that this release ships, in order."""
    folder = resources.files("infra") / "clickhouse"
    found = []
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".sql"):
            continue
        text = file.read_bytes()
        statements = tuple(s for part in text.decode().split(";\n") if (s := _without_comments(part)))
        found.append(Migration(int(file.name[:4]), file.name, statements, hashlib.sha256(text).hexdigest()))
    return found


def migrate(client: Client) -> list[str]:
    """Apply what is missing; returns the names applied.

    A statement that had run before a crash is run again: every `CREATE` is made conditional. A released file that
    changed since it was applied is refused.
    """
    client.command(_STATUS)
    applied = {
        row[0]: row[1] for row in client.query("SELECT version, sha256 FROM schema_migrations").result_rows
    }
    names = []
    for migration in load_migrations():
        if migration.version in applied:
            if applied[migration.version] != migration.sha256:
                raise HistoryError(
                    f"{migration.name} changed after it was applied; a change is a new migration"
                )
            continue
        for statement in migration.statements:
            client.command(_conditional(statement))
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


def _conditional(statement: str) -> str:
    for head in ("CREATE TABLE ", "CREATE MATERIALIZED VIEW ", "CREATE VIEW "):
        if statement.startswith(head):
            return f"{head}IF NOT EXISTS {statement.removeprefix(head)}"
    return statement
