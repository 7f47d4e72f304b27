"""The engine of a test answers from memory, and from nothing that is old."""

import sqlite3
from contextlib import closing

import pytest

from connectors.history.client import open_embedded
from connectors.history.server.readonly import OUTWARD_TABLE_FUNCTIONS
from tests.copied import copied
from tests.pipeline import kept_engine
from tests.pipeline.kept_answers import Asked, KeptAnswers, state_of
from tests.pipeline.program import done, rows, xuncha

COUNT = "-- How many are there?\nSELECT count() FROM t"


@pytest.fixture
def engine(tmp_path):
    """Two connections to an engine that is kept, with a table of one row."""
    answers = KeptAnswers()
    folder = str(tmp_path / "engine")
    kept_engine._kept.let_go()
    with closing(kept_engine._connect(folder)) as one, closing(kept_engine._connect(folder)) as other:
        answers.begin(folder)
        asked = Asked(one, folder, answers), Asked(other, folder, answers)
        asked[0].query("CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n")
        asked[0].query("INSERT INTO t VALUES (1)")
        yield asked


def test_the_same_question_is_put_once(engine):
    """Whoever asks it; with other parameters it is another one."""
    one, other = engine
    assert one.query(COUNT) is other.query(COUNT)
    of = "SELECT n FROM t WHERE n = {n:UInt8}"
    assert [b"1\n", b""] == [one.query(of, params={"n": n}).bytes() for n in (1, 2)]


@pytest.mark.parametrize(
    "write",
    [
        "INSERT INTO t VALUES (2)",
        "-- one more\nINSERT INTO t SELECT 2",
        "ALTER TABLE t DELETE WHERE 1",
        "TRUNCATE TABLE t",
    ],
)
def test_whatever_writes_makes_answers_old(engine, write):
    """Also on another connection, and behind a comment."""
    one, other = engine
    assert b"1\n" == one.query(COUNT).bytes()
    other.query("SET mutations_sync = 1")
    other.query(write)
    assert (b"2\n" if "INSERT" in write else b"0\n") == one.query(COUNT).bytes()


def test_a_write_that_fails_makes_answers_old_all_the_same(engine):
    """It may have done a part of its work."""
    one, _ = engine
    before = one.query(COUNT)
    with pytest.raises(RuntimeError):
        one.query("INSERT INTO t SELECT throwIf(1)")
    assert before is not one.query(COUNT)


def test_behind_a_change_that_goes_on_nothing_is_kept(engine):
    """An engine changes parts of a table when it has answered already."""
    one, _ = engine
    one.query("ALTER TABLE t DELETE WHERE 1")
    assert one.query(COUNT) is not one.query(COUNT)


def test_another_setting_is_another_question(engine):
    """An answer in other words would come back as none of the engine's."""
    one, other = engine
    half = "SELECT n / 2 FROM t FORMAT JSONEachRow"
    assert b'{"divide(n, 2)":0.5}\n' == one.query(half).bytes()
    other.query("SET output_format_json_quote_64bit_floats = 1")
    assert b'{"divide(n, 2)":"0.5"}\n' == other.query(half).bytes()
    assert b'{"divide(n, 2)":0.5}\n' == one.query(half).bytes()


@pytest.mark.parametrize(
    "question", ["SELECT now64(9)", "SELECT generateUUIDv4()", "SELECT count() FROM system.parts"]
)
def test_what_answers_otherwise_by_itself_is_asked_each_time(engine, question):
    """Clock, chance, and the engine about itself."""
    one, _ = engine
    assert one.query(question) is not one.query(question)


def test_which_functions_an_engine_has_is_asked_once(engine, tmp_path):
    """It follows from no write and from no folder; which parts were put aside follows from both."""
    one, _ = engine
    functions, aside = OUTWARD_TABLE_FUNCTIONS, "SELECT name FROM system.detached_parts"
    known, parts = one.query(functions), one.query(aside)
    assert b"file" in known.bytes()
    assert parts is one.query(aside)
    one.query("INSERT INTO t VALUES (2)")
    assert (known, parts is one.query(aside)) == (one.query(functions), False)
    one._answers.begin(str(tmp_path / "another"))
    one.folder = one._answers.folder
    assert known is one.query(functions)


def test_another_folder_has_answers_of_its_own(engine, tmp_path):
    """Of an engine that is let go nothing is kept."""
    one, _ = engine
    before = one.query(COUNT)
    one._answers.begin(str(tmp_path / "another"))
    assert before is not one.query(COUNT)


def test_answers_of_a_history_hold_for_its_copies_until_something_is_written(engine):
    """Under the same state; what is asked behind a write is no answer about the files any more."""
    one, _ = engine
    answers, folder = one._answers, one.folder
    answers.begin(folder, "as made")
    made = one.query(COUNT)
    one.query("INSERT INTO t VALUES (2)")
    assert b"2\n" == one.query(COUNT).bytes()
    answers.begin(folder, "as made")
    assert made is one.query(COUNT)
    answers.begin(folder, "another")
    assert b"2\n" == one.query(COUNT).bytes()


@pytest.fixture
def closed(tmp_path):
    """A history that nobody has open, with a table of one row."""
    kept_engine._kept.let_go()
    with closing(kept_engine._connect(str(tmp_path / "history"))) as engine:
        engine.query("CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n")
        engine.query("INSERT INTO t VALUES (1)")
    return tmp_path / "history"


def test_the_state_of_a_copy_is_that_of_its_model(closed, tmp_path):
    """Until a row is written, or a file was damaged: in another second, of the same length."""
    copy = copied(closed, tmp_path / "copy")
    assert state_of(closed) == state_of(copy) is not None
    with closing(kept_engine._connect(str(copy))) as engine:
        engine.query("INSERT INTO t VALUES (2)")
    assert state_of(closed) != state_of(copy)
    damaged = copied(closed, tmp_path / "damaged")
    file = next(damaged.glob("store/*/*/all_1_1_0/data.bin"))
    file.write_bytes(bytes(file.stat().st_size))
    assert state_of(closed) != state_of(damaged)


def test_a_history_that_an_engine_goes_on_changing_has_no_state(closed):
    """A change that waits for the next engine: its rows are not yet what they will be."""
    part = next(closed.glob("store/*/*/all_1_1_0"))
    change = part.parent / "mutation_2.txt"
    change.write_text("format version: 1\ncreate time: 2026-01-01 00:00:00\ncommands: DELETE WHERE 1\n")
    assert state_of(closed) is None
    part.rename(part.with_name("all_1_1_0_2"))
    assert state_of(closed) is not None


def test_a_command_sees_what_was_written_behind_it(city):
    """Rows put into the history by hand between two commands."""
    count = ("sql", "SELECT count() AS n FROM verdict_rows")
    (before,) = rows(city, *count)
    with closing(open_embedded(city / "history")) as client:
        client.command("INSERT INTO verdict_rows (run_id, account_id) SELECT generateUUIDv4(), 'x'")
    assert [{"n": before["n"] + 1}] == rows(city, *count)


def test_a_command_sees_a_log_that_was_changed_behind_it(city):
    """What the history answered is held against the log as it is now."""
    done(city, "accounts", "list")
    done(city, "accounts", "list")
    with closing(sqlite3.connect(city / "log.sqlite")) as log, log:
        log.execute("UPDATE records SET recorded_at = recorded_at + 1")
    answer = xuncha(city, "accounts", "list")
    assert answer.status != 0
    assert "tell of two pasts" in answer.complaint
