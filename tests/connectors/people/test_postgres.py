import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from connectors.people.person import Action, Caller, PeopleError, PersonGiven
from connectors.people.postgres import PostgresPeople
from connectors.people.public_reports import PublicReports, ReportGiven
from tests.connectors.people.contract import EDITOR, LEADER, ME, UNIT, PeopleContract, placed
from tests.connectors.texts.contract import TextsContract
from tests.postgres_cluster import Cluster


@pytest.mark.slow
class TestPostgresPeople(PeopleContract, TextsContract):
    @pytest.fixture
    def reopen(self, postgres: Cluster, database: str) -> Iterator[Callable[[], PostgresPeople]]:
        opened: list[PostgresPeople] = []

        def _open() -> PostgresPeople:
            opened.append(PostgresPeople(postgres.url(database)))
            return opened[-1]

        yield _open
        for store in opened:
            store.close()

    @pytest.fixture
    def store(self, reopen) -> PostgresPeople:
        return reopen()

    @pytest.fixture
    def all_bytes(self, postgres: Cluster, database: str) -> Callable[[], bytes]:
        def _read() -> bytes:
            with psycopg.connect(postgres.url(database), autocommit=True) as db:
                db.execute("ANALYZE")  # statistics copy frequent values
                db.execute("CHECKPOINT")  # files as a backup of the folder finds them
            found = [postgres.dump(database).encode()]
            for file in (f for f in (postgres.data / "base").rglob("*") if f.is_file()):
                with suppress(FileNotFoundError):  # the server takes files away meanwhile
                    found.append(file.read_bytes())
            return b"".join(found)

        return _read

    def test_connections_that_open_at_once_migrate_once(self, postgres, database):
        """Workers on several machines start together; one makes the tables, the others wait for it."""
        script = (
            "import sys; from connectors.people.postgres import PostgresPeople;"
            " PostgresPeople(sys.argv[1]).close()"
        )
        root = Path(__file__).parents[3]
        command = [sys.executable, "-c", script, postgres.url(database)]
        processes = [subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE) for _ in range(4)]
        said = [p.communicate(timeout=60)[1] for p in processes]
        assert [p.returncode for p in processes] == [0] * 4, said
        with psycopg.connect(postgres.url(database)) as db:
            assert db.execute("SELECT version FROM people_migrations").fetchall() == [
                (1,),
                (2,),
                (3,),
                (4,),
                (5,),
                (6,),
            ]

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("begin", "reads"),
        [
            ("BEGIN", "SELECT count(*) FROM people"),
            ("BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM people_accesses"),
        ],
        ids=["holds the table", "holds an older snapshot alone"],
    )
    def test_whoever_reads_for_long_delays_the_wiping_and_nobody_else(
        self, store, reopen, postgres, database, all_bytes, begin, reads
    ):
        """Erased, not wiped yet: everybody goes on at once, and the next opening after the reader's end wipes."""
        gone = PersonGiven(f"皇甫离岗{len(begin)}某", "副科长甲", "13700004321")
        one, two = store.put([placed(gone), placed(EDITOR, "chief_editor")], ME)
        with psycopg.connect(postgres.url(database), autocommit=True) as reader:
            reader.execute(begin)
            reader.execute(reads)
            began = time.monotonic()
            assert store.erase(one, Caller("clerk", "调离"))
            assert [one] == store.unwiped()
            other = reopen()
            assert [one] == other.unwiped()
            assert [p.id for p in other.list_unit(UNIT, ME)] == [two]
            assert [i for _, _, i in other.ids()] == [two]
            assert time.monotonic() - began < 30
            assert [a.action for a in other.accesses(one)] == [Action.STORED, Action.ERASED]
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
            assert reader.execute(waiting, (database,)).fetchone() == (0,)
            reader.execute("COMMIT")
        again = reopen()
        assert again.unwiped() == []
        assert [a.action for a in again.accesses(one)] == [Action.STORED, Action.ERASED, Action.WIPED]
        assert gone.name.encode() not in all_bytes()

    def test_a_store_that_somebody_keeps_locked_is_told_within_a_time(
        self, store, postgres, database, monkeypatch
    ):
        """Whoever lists is not held for ever by another session."""
        assert store.ids() == []
        monkeypatch.setattr("connectors.databases.postgres.LOCK_TIMEOUT_MS", 300)
        with psycopg.connect(postgres.url(database)) as other:
            other.execute("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
            opened = PostgresPeople(postgres.url(database))
            with pytest.raises(PeopleError, match=r"another session has had it locked .*pg_stat_activity"):
                opened.ids()
            opened.close()

    def test_a_server_that_is_not_there_is_told_without_the_password(self, tmp_path):
        """A connection string holds a secret; the message names the setting instead."""
        with pytest.raises(
            PeopleError, match=r"on PostgreSQL: .*check the server and \[people\] url_from"
        ) as e:
            PostgresPeople(f"postgresql://clerk:secret-word@/people?host={tmp_path}")
        assert "secret-word" not in str(e.value)

    def test_reports_that_come_at_once_have_numbers_of_their_own(self, store, reopen):
        """Nobody takes the number of another, and of two who close one report one does."""
        reports = PublicReports(store)
        at = datetime(2026, 5, 1, tzinfo=UTC)
        reports.put(ReportGiven(matter="other", text="第一件"), at)
        others = [PublicReports(reopen()) for _ in range(3)]

        def put(one: PublicReports, n: int) -> list[str]:
            return [one.put(ReportGiven(matter="other", text=f"{n}-{k}"), at).number for k in range(5)]

        with ThreadPoolExecutor(3) as pool:
            numbers = [n for found in pool.map(put, others, range(3)) for n in found]
            assert sorted(numbers, key=lambda n: int(n[5:])) == [f"2026-{n}" for n in range(2, 17)]
            one = reports.find("2026-3")
            closed = pool.map(lambda o: o.settle(one.id, "handled", at, "u-1", "已办", ""), others)
            assert sorted(closed) == [False, False, True]

    def test_what_the_server_says_of_a_row_is_not_told(self, store):
        """The detail of a refused statement holds the row, name and number with it; the message does not."""
        store.put([placed(LEADER)], ME)
        statement = "INSERT INTO people SELECT 'other', unit, role, name, post, phone, 0 FROM people"
        refused = pytest.raises(PeopleError, match=r"people_unit_role_name_key.*SQLSTATE 23505")
        with refused as e, store.transaction():
            store.run(statement, {})
        assert LEADER.name not in str(e.value)

    def test_a_connection_that_is_lost_is_told(self, store, postgres, database):
        """An error of the server is one of the store, and nothing is half done."""
        (one,) = store.put([placed(LEADER)], ME)
        with psycopg.connect(postgres.url(), autocommit=True) as db:
            db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,)
            )
        with pytest.raises(PeopleError, match="on PostgreSQL"):
            store.erase(one, Caller("checker", "调离"))
        again = PostgresPeople(postgres.url(database))
        assert again.find(one, ME).name == LEADER.name
        again.close()
