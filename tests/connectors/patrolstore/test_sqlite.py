import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.patrolstore.port import PatrolStoreError
from connectors.patrolstore.sql import SCHEMA
from connectors.patrolstore.sqlite import SqlitePatrolStore
from tests.connectors.patrolstore.contract import DAY, LONG_S, PatrolStoreContract, lease, lease_in_time


class TestSqlitePatrolStore(PatrolStoreContract):
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "patrol.sqlite"

    @pytest.fixture
    def reopen(self, path: Path) -> Iterator[Callable[[], SqlitePatrolStore]]:
        opened: list[SqlitePatrolStore] = []

        def _open() -> SqlitePatrolStore:
            opened.append(SqlitePatrolStore(path))
            return opened[-1]

        yield _open
        for store in opened:
            store.close()

    @pytest.fixture
    def store(self, reopen) -> SqlitePatrolStore:
        return reopen()

    def test_what_was_counted_outlives_a_kill(self, path, reopen):
        """A patrol that is killed right behind `spend` has spent it, and its lease ends by itself."""
        script = (
            "import os, sys; from pathlib import Path;"
            " from connectors.patrolstore.sqlite import SqlitePatrolStore;"
            " store = SqlitePatrolStore(Path(sys.argv[1]));"
            " lease = store.lease('wechat', 'dead', 0.2);"
            f" store.spend(lease, 'log-in', {DAY}); os.kill(os.getpid(), 9)"
        )
        root = Path(__file__).parents[3]
        died = subprocess.run([sys.executable, "-c", script, str(path)], cwd=root, check=False)
        assert died.returncode == -9
        assert reopen().spent("wechat", DAY) == {"log-in": 1}
        lease_in_time(reopen(), "next")

    def test_a_clock_that_goes_far_back_locks_nobody_out(self, store, reopen, monkeypatch):
        """A lease taken in a wrong future does not last until then."""
        other = reopen()
        monkeypatch.setattr(SqlitePatrolStore, "now", lambda _: 10**15 * 9)
        held = lease(store)
        monkeypatch.undo()
        assert other.lease("wechat", "b", LONG_S).fence > held.fence

    def test_the_file_is_its_owners_alone(self, store, path):
        """Mode 0600, as for every store of a home."""
        del store
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_a_store_of_a_newer_program_is_refused(self, store, path):
        """So is one whose migration was edited."""
        store.close()
        with sqlite3.connect(path) as db:
            db.execute("INSERT INTO patrol_migrations VALUES (99, 'x', '')")
        db.close()
        with pytest.raises(
            PatrolStoreError, match="the patrol store was written by a newer xuncha: schema 99"
        ):
            SqlitePatrolStore(path)

    def test_a_damaged_file_is_named(self, tmp_path):
        """The error is one of the store, with the path."""
        path = tmp_path / "patrol.sqlite"
        path.write_bytes(b"no database at all, but long enough to be looked at" * 20)
        with pytest.raises(PatrolStoreError, match=r"patrol\.sqlite is damaged"):
            SqlitePatrolStore(path)
        with pytest.raises(PatrolStoreError, match=r"patrol\.sqlite"):
            SqlitePatrolStore(tmp_path / "nowhere" / "patrol.sqlite")


def test_both_databases_have_the_same_tables():
    """One number, one set of statements; only the words of the database differ."""
    both = zip(SCHEMA.migrations_for("sqlite"), SCHEMA.migrations_for("postgres"), strict=True)
    for sqlite, postgres in both:
        words = [s.replace(" WITHOUT ROWID", "").replace("INTEGER", "BIGINT") for s in sqlite.statements]
        assert (sqlite.version, words) == (postgres.version, list(postgres.statements))
