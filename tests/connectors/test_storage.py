"""Errors of files in words of their own; what the files are not to blame for is left to others."""

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from connectors.log.connection import StorageError
from connectors.log.schema import connect, create_memory
from connectors.storage import of_history, of_sqlite, of_system

HERE = Path("/srv/city/log.sqlite")


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EDQUOT, "is full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "another user"),
        (errno.EFBIG, "ulimit -f"),
        (errno.EIO, "does not do what it was asked"),
        (errno.ENOENT, None),
    ],
)
def test_errors_of_the_system(number, told):
    """By number; the file that the error names is said, and nothing speaks of bringing anything back."""
    said = of_system(OSError(number, "as the system says", "/srv/city/owner.lock"), HERE)
    assert said == told or (told in said and "/srv/city/owner.lock" in said and "restor" not in said)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)",
            "is full",
        ),
        (
            "Code: 75. DB::Exception: Cannot write to file: , errno: 28, strerror: No space left on device",
            "full",
        ),
        ("Code: 75. DB::Exception: Cannot write to file, errno: 27, strerror: File too large", "ulimit -f"),
        (
            "Code: 76. DB::Exception: Cannot open file, errno: 30, strerror: Read-only file system",
            "read-only",
        ),
        ("Code: 40. DB::Exception: Checksum doesn't match: corrupted data. Reference: 1", "is damaged"),
        ("HTTPDriver returned response code 500 code: 246 DB::Exception: Corrupted", "is damaged"),
        ("Code: 60. DB::Exception: Unknown table expression identifier 'postz'. (UNKNOWN_TABLE)", None),
    ],
)
def test_errors_of_the_history(text, told):
    """By the number of the system where there is one, else by that of the engine; a wrong question is no fault."""
    said = of_history(DatabaseError(text), "city/history")
    assert said == told or (told in said and "city/history" in said)


def test_a_full_database_is_told_and_undone(tmp_path):
    """As on a full disk; the transaction is gone, and the connection goes on once there is room."""
    with closing(connect(tmp_path / "memory.sqlite")) as db:
        create_memory(db)
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages + 2}")
        db.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match=r"memory\.sqlite is full"):
            db.executemany("INSERT INTO meta VALUES (?, ?)", [(str(n), "x" * 4000) for n in range(20)])
        if db.in_transaction:
            db.execute("ROLLBACK")
        db.execute("PRAGMA max_page_count = 100000")
        db.executemany("INSERT INTO meta VALUES (?, ?)", [(str(n), "x" * 4000) for n in range(20)])
        assert db.execute("SELECT count(*) FROM meta").fetchone() == (20,)


def test_rows_of_a_damaged_page_are_told_wherever_they_are_asked_for(tmp_path):
    """In a loop, one by one, and all at once; the rows before it come."""
    path = tmp_path / "memory.sqlite"
    with closing(connect(path)) as db:
        create_memory(db)
        db.executemany("INSERT INTO meta VALUES (?, ?)", [(f"{n:04}", "x" * 400) for n in range(500)])
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (pages,) = db.execute("PRAGMA page_count").fetchone()
    content = bytearray(path.read_bytes())
    content[(pages - 5) * 4096 : (pages - 4) * 4096] = bytes(4096)
    path.write_bytes(content)
    with closing(connect(path)) as db:
        asked = "SELECT key FROM meta ORDER BY key"
        for read in (list, lambda cursor: cursor.fetchall(), lambda cursor: cursor.fetchmany(9999)):
            with pytest.raises(
                StorageError, match=r"memory\.sqlite is damaged: database disk image is malformed"
            ):
                read(db.execute(asked))
        assert db.execute(asked).fetchone() == ("0000",)


def test_wrong_statements_stay_what_they_are(tmp_path):
    """A defect of the program is not laid at the disk's door."""
    with closing(connect(tmp_path / "memory.sqlite")) as db:
        with pytest.raises(sqlite3.OperationalError) as raised:
            db.execute("SELECT * FROM no_such_table")
        assert of_sqlite(raised.value, HERE) is None
    assert of_sqlite(sqlite3.ProgrammingError("closed"), HERE) is None
