"""Migrations of the people store: numbered SQL files of a database, applied in order, noted in a status table."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import msgspec

from connectors.people.person import PeopleError
from events.messages import message

_STATUS = """
CREATE TABLE IF NOT EXISTS people_migrations (
    version INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,              -- of the file as applied
    applied_at TEXT NOT NULL
)
"""
_APPLIED = "SELECT version, sha256 FROM people_migrations"
_NOTE = "INSERT INTO people_migrations (version, sha256, applied_at) VALUES (:version, :sha256, :at)"

Run = Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]]


class Migration(msgspec.Struct, frozen=True):
    """One numbered file of statements."""

    version: int
    name: str
    statements: tuple[str, ...]
    sha256: str


def migrations_for(database: str) -> list[Migration]:
    """Read the migrations that this release ships for `sqlite` or `postgres`, in order."""
    folder = resources.files("infra") / "people" / database
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [
        Migration(
            int(file.name[:4]),
            file.name,
            tuple(s for s in file.read_text("utf-8").split(";\n") if s.strip()),
            hashlib.sha256(file.read_bytes()).hexdigest(),
        )
        for file in files
    ]


def is_current(run: Run, database: str) -> bool:
    """Tell a store that has every migration of this release and no other, by reading alone; raises for an empty one."""
    applied = {(version, sha256) for version, sha256 in run(_APPLIED, {})}
    return applied == {(m.version, m.sha256) for m in migrations_for(database)}


def migrate(run: Run, database: str) -> list[str]:
    """Apply what is missing, inside a transaction of the caller that nobody else holds; returns the names applied.

    Raises `PeopleError` where a file changed since, or where the store was made by a newer release.
    """
    run(_STATUS, {})
    applied: dict[int, str] = dict(run(_APPLIED, {}))
    known = migrations_for(database)
    if newer := sorted(applied.keys() - {m.version for m in known}):
        raise PeopleError(
            message(
                "the people store was written by a newer xuncha: schema {newer}, this program"
                " knows {version}; use that release",
                newer=newer[-1],
                version=known[-1].version,
            )
        )
    names = []
    for migration in known:
        sha256 = applied.get(migration.version)
        if sha256 is not None and sha256 != migration.sha256:
            raise PeopleError(
                message(
                    "{name} changed after it was applied; a change is a new migration", name=migration.name
                )
            )
        if sha256 is None:
            for statement in migration.statements:
                run(statement, {})
            at = datetime.now(UTC).isoformat(timespec="seconds")
            run(_NOTE, {"version": migration.version, "sha256": migration.sha256, "at": at})
            names.append(migration.name)
    return names
