"""The sign-in store in a file of the home."""

from pathlib import Path

from connectors.databases.sqlite import SqliteDatabase
from connectors.signin.sql import SCHEMA, SqlSigninStore


class SqliteSigninStore(SqliteDatabase, SqlSigninStore):
    """The store in one file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, SCHEMA, ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"))
