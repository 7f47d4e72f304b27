import subprocess
import sys

import pytest
from clickhouse_connect.driver.client import Client

from connectors.history.client import HistoryError, open_embedded
from connectors.history.migrate import (
    APPLIED,
    CHANGED,
    PENDING,
    load_migrations,
    migrate,
    pending,
    read_applied,
    standings,
)
from connectors.history.migration_lock import force_unlock, lock_holder, migration_lock


@pytest.mark.slow
def test_one_migrator_at_a_time(history: Client):
    """The second is told who holds the lock, since when, and how a stale one is taken away; then it is free again."""
    with migration_lock(history):
        holder = lock_holder(history)
        assert holder is not None
        told = rf"under way: process {holder.pid} on \S+ since 20\S+\+08:00; .*`xuncha migrate force_unlock`"
        with pytest.raises(HistoryError, match=told), migration_lock(history):
            pytest.fail("two hold one lock")
        assert lock_holder(history) == holder
    assert lock_holder(history) is None
    with migration_lock(history):
        pass


def test_a_migration_that_fails_gives_the_lock_back(history: Client):
    """An error is no reason to be locked out for ever."""
    with pytest.raises(ZeroDivisionError), migration_lock(history):
        raise ZeroDivisionError
    assert lock_holder(history) is None


def test_the_lock_of_a_process_that_died_is_taken_away_by_force(history: Client):
    """It tells whose it was; whoever had it does not take away the lock of the next one."""
    with migration_lock(history):
        mine = lock_holder(history)
        assert force_unlock(history) == mine
        other = '{"host":"elsewhere","pid":7,"since":"2021-06-01T00:00:00Z"}'
        history.command(f"CREATE TABLE migration_lock (held UInt8) ENGINE = Memory COMMENT '{other}'")
    holder = lock_holder(history)
    assert holder is not None
    assert holder.host == "elsewhere"
    assert force_unlock(history) == holder
    assert force_unlock(history) is None


def test_the_lock_survives_a_new_start_of_the_engine(tmp_path):
    """Who holds it is kept with the table itself, not in its memory."""
    program = f"""
import os
from pathlib import Path
from connectors.history.client import open_embedded
from connectors.history.migration_lock import migration_lock
with migration_lock(open_embedded(Path({str(tmp_path / "db")!r}))):
    os.kill(os.getpid(), 9)
"""
    died = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)
    assert died.returncode == -9
    client = open_embedded(tmp_path / "db")
    with pytest.raises(HistoryError, match="another migration"), migration_lock(client):
        pytest.fail("the lock was lost")
    client.close()


def test_standings_tell_applied_pending_and_changed(empty_history: Client):
    """Nothing is changed by asking, not even in a history without a status table."""
    assert {s.state for s in standings(read_applied(empty_history))} == {PENDING}
    assert [m.name for m in pending(read_applied(empty_history))] == [m.name for m in load_migrations()]
    assert empty_history.query("SELECT name FROM system.tables WHERE database = 'xuncha'").result_rows == []
    migrate(empty_history)
    found = standings(read_applied(empty_history))
    assert {s.state for s in found} == {APPLIED}
    assert all(s.applied_at is not None for s in found)
    empty_history.command(
        "ALTER TABLE schema_migrations UPDATE sha256 = 'x' WHERE version = 2", settings={"mutations_sync": 2}
    )
    assert [s.migration.version for s in standings(read_applied(empty_history)) if s.state == CHANGED] == [2]
    with pytest.raises(HistoryError, match=r"0002_posts.sql changed after it was applied"):
        pending(read_applied(empty_history))
