import contextlib
import hashlib
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.people.person import Caller, PeopleError
from connectors.people.sql import SCHEMA
from connectors.people.sqlite import SqlitePeople
from tests.connectors.people.contract import LEADER, ME, PeopleContract, placed
from tests.connectors.texts.contract import TextsContract


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.sqlite"


class TestSqlitePeople(PeopleContract, TextsContract):
    @pytest.fixture
    def reopen(self, path: Path) -> Iterator[Callable[[], SqlitePeople]]:
        opened: list[SqlitePeople] = []

        def _open() -> SqlitePeople:
            opened.append(SqlitePeople(path))
            return opened[-1]

        yield _open
        for store in opened:
            store.close()

    @pytest.fixture
    def store(self, reopen) -> SqlitePeople:
        return reopen()

    @pytest.fixture
    def all_bytes(self, path: Path) -> Callable[[], bytes]:
        return lambda: b"".join(f.read_bytes() for f in sorted(path.parent.iterdir()))

    def test_only_its_owner_can_read_the_file(self, store, path):
        """0600 from its first byte on, and made so again where somebody widened it."""
        store.put([placed(LEADER)], ME)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)
        SqlitePeople(path).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_an_erasure_leaves_one_file(self, store, path):
        """No journal and no write-ahead log stays that could keep what was erased."""
        (one,) = store.put([placed(LEADER)], ME)
        store.erase(one, Caller("checker", "调离"))
        assert [f.name for f in path.parent.iterdir()] == ["people.sqlite"]

    def test_whoever_reads_delays_the_wiping_and_nobody_else(self, store, reopen, path, all_bytes):
        """Erased, not wiped yet: the store opens beside the reader, and wipes once it is gone."""
        (one,) = store.put([placed(LEADER)], ME)
        store._hindered = True
        assert store.erase(one, Caller("clerk", "调离"))
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM people").fetchone()
            other = reopen()
            assert [one] == other.unwiped()
            assert other.ids() == []
        assert reopen().unwiped() == []
        assert LEADER.name.encode() not in all_bytes()

    def test_a_damaged_file_is_told(self, path):
        """The message names the file, and nothing is half opened."""
        path.write_bytes(b"no database, but long enough to be looked at" * 100)
        with pytest.raises(PeopleError, match=r"people\.sqlite is damaged: file is not a database"):
            SqlitePeople(path)

    def test_a_folder_that_cannot_be_written_is_told(self, tmp_path):
        """The message says where."""
        with pytest.raises(PeopleError, match="cannot be opened"):
            SqlitePeople(tmp_path / "nowhere" / "people.sqlite")

    def test_migrations_are_applied_once_and_noted(self, store, path):
        """A store of a newer release, or a migration that was edited, is refused."""
        store.close()
        again = SqlitePeople(path)
        assert [row[0] for row in again._db.execute("SELECT version FROM people_migrations")] == [
            1,
            2,
            3,
            4,
            5,
            6,
        ]
        again._db.execute("UPDATE people_migrations SET sha256 = 'x'")
        again.close()
        with pytest.raises(PeopleError, match=r"0001_people\.sql changed after it was applied"):
            SqlitePeople(path)
        newer = SqlitePeople(path.with_name("newer.sqlite"))
        newer._db.execute("INSERT INTO people_migrations VALUES (99, 'x', '')")
        newer.close()
        with pytest.raises(PeopleError, match="newer xuncha: schema 99"):
            SqlitePeople(path.with_name("newer.sqlite"))


@pytest.mark.parametrize(
    ("database", "sha256"),
    [
        ("sqlite", "8ea225756df12f89d61acbf92347d6be8f184bf4d90f4934daf588a8d54b6c8e"),
        ("postgres", "1f1a99bfb0df2f9a81fd11fe834cdf96291a05cc61570a48b5a9765879b75fd1"),
    ],
)
def test_a_released_migration_is_not_edited(database, sha256):
    """A change is a new file: stores note the hash of what was applied."""
    first, *_ = SCHEMA.migrations_for(database)
    assert first.name == "0001_people.sql"
    assert first.sha256 == sha256 == hashlib.sha256(_bytes(database)).hexdigest()


def _bytes(database: str) -> bytes:
    from importlib import resources

    return (resources.files("infra") / "people" / database / "0001_people.sql").read_bytes()
