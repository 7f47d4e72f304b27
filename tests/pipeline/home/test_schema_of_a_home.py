"""What `migrate --dry-run` leaves alone, and what a program says to a home that a newer one wrote."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from connectors.history.client import open_embedded
from connectors.history.migrate import load_migrations
from connectors.log.schema import SCHEMA as MEMORY_SCHEMA
from connectors.people.sqlite import SqlitePeople
from pipeline.home.folder import Home
from tests.pipeline.program import done, rows, xuncha
from tests.pipeline.runtime.test_owner import running


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    """Return every file and folder below one, with its time and content."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in sorted(folder.rglob("*"))
    }


REHEARSALS = [("migrate", "--dry-run"), ("migrate", "--status")]


def test_a_rehearsal_in_a_new_home_changes_nothing(new_home):
    """No lock, no database, no folder: everything is pending, and the first command applies it."""
    before = contents(new_home)
    assert all(m.name in done(new_home, "migrate", "--dry-run").out for m in load_migrations())
    assert {"pending"} == {row["state"] for row in rows(new_home, "migrate", "--status")}
    assert before == contents(new_home)


def test_a_rehearsal_in_a_home_that_is_used_changes_nothing(city):
    """What was applied is read without opening the history; a migration that is missing is found to be."""
    with closing(open_embedded(city / "history")) as client:
        last = load_migrations()[-1]
        client.command(
            f"ALTER TABLE schema_migrations DELETE WHERE version = {last.version}",
            settings={"mutations_sync": 2},
        )
    before = contents(city)
    out = done(city, "migrate", "--dry-run").out
    assert [f"-- {last.name}"] == [line for line in out.splitlines() if line.startswith("-- 00")]
    shown = rows(city, "migrate", "--status")
    assert ["applied"] * (len(shown) - 1) + ["pending"] == [row["state"] for row in shown]
    assert before == contents(city)


@pytest.mark.parametrize("words", REHEARSALS)
def test_a_rehearsal_makes_no_home(tmp_path, words):
    """Neither an embedded one nor one for Kafka, whose folders other commands make."""
    assert 2 == xuncha(tmp_path / "none", *words).status
    refused = xuncha(
        tmp_path / "none", "--kafka", "127.0.0.1:1", "--clickhouse", "http://127.0.0.1:1", *words
    )
    assert 2 == refused.status
    assert [] == list(tmp_path.iterdir())


def test_a_rehearsal_beside_an_owner_asks_it(city):
    """Through the door, whose history it leaves as it is."""
    with running(city):
        assert "" == done(city, "migrate", "--dry-run").out
        assert {"applied"} == {row["state"] for row in rows(city, "migrate", "--status")}


def refused(home: Path, *words: object) -> str:
    answer = xuncha(home, *words)
    assert 2 == answer.status
    assert "Traceback" not in answer.err
    return answer.err


def test_a_log_of_a_newer_program_is_named(home):
    """By every command, before anything is written; a log of before there were numbers opens as it did."""
    assert Home(home).open_embedded_log().close() is None
    for number, is_known in ((0, True), (MEMORY_SCHEMA + 1, False)):
        with closing(sqlite3.connect(home / "log.sqlite")) as db:
            db.execute(f"PRAGMA user_version = {number}")
        if is_known:
            assert [] == rows(home, "accounts", "list")
            continue
        before = contents(home)
        for words in (("accounts", "list"), ("run", "--until-idle"), ("init",)):
            told = refused(home, *words)
            newer = f"schema {MEMORY_SCHEMA + 1}, this program knows {MEMORY_SCHEMA}"
            assert f"log.sqlite was written by a newer xuncha: {newer}" in told
        assert before["log.sqlite"] == contents(home)["log.sqlite"]


@pytest.mark.slow
def test_a_history_of_a_newer_program_is_named(city):
    """Also by a rehearsal; nothing is applied to it."""
    newest = load_migrations()[-1].version
    with closing(open_embedded(city / "history")) as client:
        client.command(f"INSERT INTO schema_migrations VALUES ({newest + 3}, 'x', 'x', now64(6))")
    told = f"the history was written by a newer xuncha: schema {newest + 3}, this program knows {newest}"
    for words in (("accounts", "list"), ("run", "--until-idle"), *REHEARSALS):
        assert told in refused(city, *words)
    found = {row["name"]: row for row in xuncha(city, "doctor", "--json").rows}
    assert ("wrong", True) == (found["database"]["state"], told in found["database"]["found"])


def test_a_people_store_of_a_newer_program_is_named(home):
    """In the same words as the other stores."""
    SqlitePeople(home / "people.sqlite").close()
    with closing(sqlite3.connect(home / "people.sqlite")) as db:
        db.execute("INSERT INTO people_migrations VALUES (99, 'x', '')")
        db.commit()
    assert "the people store was written by a newer xuncha: schema 99, this program knows 6" in refused(
        home, "people", "access"
    )
