import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.signin.port import SigninStoreError
from connectors.signin.sql import SCHEMA
from connectors.signin.sqlite import SqliteSigninStore
from tests.connectors.signin.contract import USER, SigninStoreContract


class TestSqliteSigninStore(SigninStoreContract):
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "signin.sqlite"

    @pytest.fixture
    def reopen(self, path: Path) -> Iterator[Callable[[], SqliteSigninStore]]:
        opened: list[SqliteSigninStore] = []

        def _open() -> SqliteSigninStore:
            opened.append(SqliteSigninStore(path))
            return opened[-1]

        yield _open
        for store in opened:
            store.close()

    @pytest.fixture
    def store(self, reopen) -> SqliteSigninStore:
        return reopen()

    def test_the_files_are_their_owners_alone(self, store, path):
        """Mode 0600, those beside it that the database makes, too."""
        store.add_user(USER)
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}
        assert set(modes.values()) == {0o600}
        assert len(modes) == 3

    def test_a_store_of_a_newer_program_is_refused(self, store, path):
        """With the schema it has, and the one that is known."""
        store.close()
        with sqlite3.connect(path) as db:
            db.execute("INSERT INTO signin_migrations VALUES (99, 'x', '')")
        db.close()
        with pytest.raises(
            SigninStoreError, match="the sign-in store was written by a newer xuncha: schema 99"
        ):
            SqliteSigninStore(path)

    def test_a_damaged_file_is_named(self, tmp_path):
        """So is a folder that is not there."""
        path = tmp_path / "signin.sqlite"
        path.write_bytes(b"no database at all, but long enough to be looked at" * 20)
        with pytest.raises(SigninStoreError, match=r"signin\.sqlite is damaged"):
            SqliteSigninStore(path)
        with pytest.raises(SigninStoreError, match=r"signin\.sqlite"):
            SqliteSigninStore(tmp_path / "nowhere" / "signin.sqlite")


def test_both_databases_have_the_same_tables():
    """One number, one set of statements; only the words of the database differ."""
    numbered = "id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    both = zip(SCHEMA.migrations_for("sqlite"), SCHEMA.migrations_for("postgres"), strict=True)
    for sqlite, postgres in both:
        words = [
            s.replace(" WITHOUT ROWID", "")
            .replace("id INTEGER PRIMARY KEY", numbered)
            .replace(" INTEGER", " BIGINT")
            for s in sqlite.statements
        ]
        assert words == list(postgres.statements)
