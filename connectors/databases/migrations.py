"""Migrations of a store in SQL: numbered files of a database, applied in order, noted in a table of their own."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from events.fields import FieldsError
from events.messages import Message, message

Rows = list[tuple[Any, ...]]
Run = Callable[[str, Mapping[str, Any]], Rows]


class Migration(msgspec.Struct, frozen=True):
    """One numbered file of statements."""

    version: int
    name: str
    statements: tuple[str, ...]
    sha256: str


class Schema(msgspec.Struct, frozen=True):
    """The migrations of one store, which lie under `infra/<folder>/sqlite` and `infra/<folder>/postgres`."""

    folder: str
    title: Message  # of the store, for people
    refused: type[FieldsError]

    def migrations_for(self, database: str) -> tuple[Migration, ...]:
        """Return the migrations that this release ships for `sqlite` or `postgres`, in order."""
        return _migrations_in(self.folder, database)

    def is_current(self, run: Run, database: str) -> bool:
        """Tell a store that has every migration of this release and no other, by reading alone.

        Raises what the database raises where the table is missing: such a store is empty.
        """
        applied = {(version, sha256) for version, sha256 in run(self._applied, {})}
        return applied == {(m.version, m.sha256) for m in self.migrations_for(database)}

    def migrate(self, run: Run, database: str) -> list[str]:
        """Apply what is missing, inside a transaction of the caller that nobody else holds; returns the names applied.

        Raises `refused` where a file changed since, or where the store was made by a newer release.
        """
        run(
            f"CREATE TABLE IF NOT EXISTS {self.folder}_migrations"
            " (version INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, applied_at TEXT NOT NULL)",
            {},
        )
        applied: dict[int, str] = dict(run(self._applied, {}))
        known = self.migrations_for(database)
        if newer := sorted(applied.keys() - {m.version for m in known}):
            raise self.refused(
                message(
                    "{store} was written by a newer xuncha: schema {newer}, this program knows {version};"
                    " use that release",
                    store=self.title,
                    newer=newer[-1],
                    version=known[-1].version,
                )
            )
        names = []
        for migration in known:
            sha256 = applied.get(migration.version)
            if sha256 is not None and sha256 != migration.sha256:
                raise self.refused(
                    message(
                        "{name} changed after it was applied; a change is a new migration",
                        name=migration.name,
                    )
                )
            if sha256 is None:
                for statement in migration.statements:
                    run(statement, {})
                self._note(run, migration)
                names.append(migration.name)
        return names

    @property
    def _applied(self) -> str:
        return f"SELECT version, sha256 FROM {self.folder}_migrations"  # noqa: S608 (ours)

    def _note(self, run: Run, migration: Migration) -> None:
        run(
            f"INSERT INTO {self.folder}_migrations (version, sha256, applied_at)"  # noqa: S608 (ours)
            " VALUES (:version, :sha256, :at)",
            {
                "version": migration.version,
                "sha256": migration.sha256,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
            },
        )


@cache
def _migrations_in(folder: str, database: str) -> tuple[Migration, ...]:
    """Read the files of a folder, once a process: stores are opened for every request that asks them."""
    found = resources.files("infra") / folder / database
    files = sorted((f for f in found.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return tuple(
        Migration(
            int(file.name[:4]),
            file.name,
            tuple(s for s in file.read_text("utf-8").split(";\n") if s.strip()),
            hashlib.sha256(file.read_bytes()).hexdigest(),
        )
        for file in files
    )
