"""The sign-in store in PostgreSQL: several consoles share it."""

import contextlib
from collections.abc import Iterator

from connectors.databases.postgres import PostgresDatabase
from connectors.signin.sql import SCHEMA, SqlSigninStore

_WRITING = 0x7369676E696E  # "signin"


class PostgresSigninStore(PostgresDatabase, SqlSigninStore):
    """The store in the database that a connection string names. Writers of all consoles take turns."""

    def __init__(self, url: str) -> None:
        super().__init__(url, SCHEMA, lock=_WRITING, setting="[signin] url_from")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            self.run("SELECT pg_advisory_xact_lock(:lock)", {"lock": _WRITING})
            yield
