"""Texts that people type: in the store of the home and nowhere else, erasable; nothing that is judged needs them."""

import shutil
import signal
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.forms.docx_writing import docx_form
from events.text_references import ERASED, NOT_FOUND
from pipeline.home.people import FILE_NAME
from tests.connectors.forms.samples import form
from tests.copied import copied
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, done, process, rows, xuncha
from tests.pipeline.traces import files_of, texts_of_export, texts_of_history

MARK = "植文"
FINDINGS = ("账号ID", "问题", "发现时间", "发现单位", "说明")
NOTE, FINDER, SECTION, CELL, FLAG, REASON = (f"{MARK}{n}号文字" for n in range(6))


def findings(folder: Path) -> Path:
    return sheet(
        folder / "found.csv",
        FINDINGS,
        (c.POSTING, "发布商业广告", "2021-06-03 10:00", FINDER, NOTE),
        (c.SERVICE, "发布商业广告", "2021-06-03", FINDER, f"{NOTE}之二"),
    )


def accounts(folder: Path) -> Path:
    header = ("账号ID", "账号名称", "平台", "主办单位", "管理科室", f"{MARK}栏")
    return sheet(folder / "more.csv", header, ("n1", "甲", "抖音", "某局", SECTION, CELL))


@pytest.fixture(scope="module")
def telling_model(city_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city after people typed texts through several doors."""
    folder = tmp_path_factory.mktemp("telling")
    home = folder / "home"
    copied(city_model / "home", home)
    done(home, "accounts", "import", accounts(folder))
    done(home, "findings", "import", findings(folder))
    flag = ("--by", FINDER, "--reason", FLAG, "--at", "2021-06-10T09:00:00+08:00")
    done(home, "focus", "flag", "--account", c.POSTING, *flag)
    done(home, "filings", "file", c.UNSEEN, "--kind", "关停", "--effective", "2021-06-12", "--reason", REASON)
    (own,) = (row["finding_id"] for row in rows(home, "findings", "list") if row["note"] == NOTE)
    done(home, "findings", "withdraw", own, "--reason", REASON)
    return home


@pytest.fixture
def telling(telling_model: Path, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    copied(telling_model, tmp_path / "telling")
    return tmp_path / "telling"


def checkpointed(home: Path) -> bytes:
    """Return every byte of a home outside its text store, once the log has no journal apart."""
    for path in home.glob("*.sqlite"):
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
    outside = home.parent / "outside"
    shutil.copytree(home, outside, ignore=shutil.ignore_patterns(FILE_NAME))
    return files_of(outside)


def listed(home: Path) -> dict[str, Any]:
    return {row["finding_id"]: (row["finder"], row["note"]) for row in rows(home, "findings", "list")}


def judged(home: Path) -> tuple[Any, ...]:
    run = asked(home, "score", "--check-point", c.CHECK_POINT)
    return run["digest"], run.get("rows")


def examined(home: Path) -> tuple[str, str]:
    """Return what `doctor` says of the texts."""
    (row,) = (row for row in xuncha(home, "doctor", "--json").rows if row["name"] == "texts")
    return row["state"], row["found"]


def erase_all(home: Path) -> None:
    ids = [row["text_id"] for row in rows(home, "texts", "list")]
    answer = asked(home, "texts", "erase", *ids, "--reason", "清理")
    assert answer["wiped"]
    assert all(row["erased"] for row in answer["rows"])


@pytest.mark.slow
def test_texts_lie_in_the_store_and_nowhere_else(telling, tmp_path):
    """Log, history, read model and exports hold references; lists show what was typed."""
    done(telling, "export", tmp_path / "export")
    assert MARK.encode() in files_of(telling)
    assert MARK not in texts_of_history(telling)
    assert MARK not in texts_of_export(tmp_path / "export")
    assert MARK.encode() not in checkpointed(telling)
    assert {(FINDER, NOTE), (FINDER, f"{NOTE}之二")} <= set(listed(telling).values())
    assert (SECTION, {f"{MARK}栏": CELL}) == tuple(
        asked(telling, "accounts", "show", "n1")[key] for key in ("section", "extra")
    )
    kept = {
        (row["type"], row["field"], row["text"]) for row in rows(telling, "texts", "list", "--holding", MARK)
    }
    assert {
        ("finding.recorded", "note", NOTE),
        ("account.opened", "section", SECTION),
        ("account.opened", "extra", CELL),
        ("focus.flagged", "reason", FLAG),
        ("finding.withdrawn", "reason", REASON),
        ("filing.filed", "reason", REASON),
    } <= kept


@pytest.mark.slow
def test_erasing_every_text_changes_nothing_that_is_judged(telling, tmp_path):
    """Digests, verdicts and exports are as they were; lists say （已删除）, and no byte of a text is left."""
    before, shown = judged(telling), listed(telling)
    done(telling, "export", tmp_path / "before")
    erase_all(telling)
    assert MARK.encode() not in files_of(telling)
    assert before == judged(telling)
    assert all(asked(telling, "verify", row["run_id"])["holds"] for row in rows(telling, "runs"))
    done(telling, "export", tmp_path / "after")
    facts = [(tmp_path / name / "facts").rglob("*.parquet") for name in ("before", "after")]
    assert [f.read_bytes() for f in sorted(facts[0])] == [f.read_bytes() for f in sorted(facts[1])]
    assert shown.keys() == listed(telling).keys()
    assert {(ERASED, ERASED), (ERASED, "")} == set(listed(telling).values())
    assert ERASED == asked(telling, "accounts", "show", "n1")["section"]
    actions = {row["action"] for row in rows(telling, "texts", "access")}
    assert {"read", "erased", "wiped"} == actions


@pytest.mark.parametrize("state", ["kept", "erased", "not here"])
def test_the_same_sheets_again_add_nothing(telling, tmp_path, state):
    """Texts are compared by what they say; one that is gone agrees with any."""
    if state == "erased":
        erase_all(telling)
    elif state == "not here":
        (telling / FILE_NAME).unlink()
    for words in (("accounts", accounts(tmp_path)), ("findings", findings(tmp_path))):
        answer = asked(telling, words[0], "import", words[1])
        assert (answer["events"], answer["conflicts"]) == (0, 0)


@pytest.mark.slow
def test_texts_move_to_postgres_with_the_people(telling, postgres, database, monkeypatch):
    """A home that grows takes its texts along: facts name the same ones, and they are erased there as well."""
    before, shown = rows(telling, "texts", "list"), listed(telling)
    with (telling / "xuncha.toml").open("a") as settings:
        settings.write('\n[people]\nurl_from = "XUNCHA_PEOPLE_URL"\n')
    monkeypatch.setenv("XUNCHA_PEOPLE_URL", postgres.url(database))
    done(telling, "people", "move", "--why", "迁移")
    assert not (telling / FILE_NAME).exists()
    assert (before, shown) == (rows(telling, "texts", "list"), listed(telling))
    assert MARK in postgres.dump(database)
    erase_all(telling)
    assert MARK not in postgres.dump(database)
    assert {(ERASED, ERASED), (ERASED, "")} == set(listed(telling).values())


def test_what_is_judged_and_proven_asks_no_store(telling):
    """The database of the texts may be away: scores and proofs go on, lists say what is missing."""
    before = judged(telling)
    with (telling / "xuncha.toml").open("a") as settings:
        settings.write('\n[people]\nurl_from = "XUNCHA_PEOPLE_URL"\n')
    assert before == judged(telling)
    assert all(asked(telling, "verify", row["run_id"])["holds"] for row in rows(telling, "runs"))
    done(telling, "status", "--check-point", c.CHECK_POINT)
    assert "XUNCHA_PEOPLE_URL" in xuncha(telling, "findings", "list").complaint


def test_words_of_the_program_are_no_texts(city):
    """Why the program put an account on the focus list stands in the fact; what a person typed lies in the store."""
    flag = ("--by", FINDER, "--reason", FLAG, "--at", "2021-06-10T10:00:00+08:00")
    done(city, "focus", "flag", "--account", c.SERVICE, *flag)
    done(city, "score", "--check-point", c.CHECK_POINT)
    run = rows(city, "runs")[0]["run_id"]
    done(city, "focus", "update", "--check-point", c.CHECK_POINT, "--run", run)
    kept = {row["text"] for row in rows(city, "texts", "list")}
    assert FLAG in kept
    assert not [text for text in kept if text.startswith(("red-", "yellow-"))]


@pytest.mark.parametrize("effective_on", [date(2023, 1, 20), None])
def test_a_form_again_adds_nothing_after_its_texts_were_erased(city, tmp_path, effective_on):
    """Neither a filing nor an application becomes a change by what nobody can look up any more."""
    path = tmp_path / "form.docx"
    path.write_bytes(docx_form(form(people={}, section=SECTION, effective_on=effective_on)))
    words = ("filings", "apply" if effective_on is None else "file", "--form", path)
    assert asked(city, *words)["events"]
    erase_all(city)
    again = asked(city, *words)
    assert (0, []) == (again["events"], again["event_ids"])


@pytest.mark.slow
def test_a_kill_between_text_and_fact_leaves_a_text_that_is_named(city, tmp_path):
    """The text is there first; the same sheet again finds it, and the fact is written once."""
    answer = process(city, "findings", "import", findings(tmp_path), env={"XUNCHA_FAIL_POINT": "texts.kept"})
    assert -signal.SIGKILL == answer.status
    orphans = rows(city, "texts", "list", "--without-fact")
    assert {FINDER, NOTE, f"{NOTE}之二"} == {row["text"] for row in orphans}
    assert ("warning", "texts of 2 facts that are not in the log") == examined(city)
    assert 2 == asked(city, "findings", "import", findings(tmp_path))["events"]
    assert "ok" == examined(city)[0]
    assert [] == rows(city, "texts", "list", "--without-fact")
    assert len(orphans) == len(rows(city, "texts", "list", "--holding", MARK))


@pytest.mark.slow
def test_a_home_without_the_texts_says_that_they_are_elsewhere(telling, home, tmp_path):
    """An export carries references alone; a copy of the store brings the texts."""
    before = judged(telling)
    done(telling, "export", tmp_path / "export")
    done(home, "import", tmp_path / "export")
    assert {(NOT_FOUND, NOT_FOUND), (NOT_FOUND, "")} == set(listed(home).values())
    assert before[0] == judged(home)[0]
    assert 1 == xuncha(home, "findings", "list").err.count("copy people.sqlite")
    refused = xuncha(home, "texts", "list")
    assert 2 == refused.status
    assert "copy it from there" in refused.complaint
    shutil.copy(telling / FILE_NAME, home / FILE_NAME)
    assert (FINDER, f"{NOTE}之二") in listed(home).values()
    assert "" == xuncha(home, "findings", "list").err


def test_a_text_is_erased_by_the_beginning_of_its_id(telling):
    """The list shows eight letters of it, and the log of accesses finds it by them, too."""
    text = next(row for row in rows(telling, "texts", "list") if row["field"] == "note")
    answer = asked(telling, "texts", "erase", text["text_id"][:8], "--reason", "清理")
    assert [(text["text_id"], True)] == [(row["text_id"], row["erased"]) for row in answer["rows"]]
    accesses = rows(telling, "texts", "access", "--text", text["text_id"][:8])
    assert "erased" in [row["action"] for row in accesses if row["text_id"]]
    assert 1 == xuncha(telling, "texts", "erase", "0" * 8, "--reason", "清理").status


def test_a_home_without_the_texts_of_its_facts_is_told_of(telling, tmp_path):
    """After an import, or with a store that is another: `doctor` says what to copy; an erased text is not missing."""
    erase_all(telling)
    assert "ok" == examined(telling)[0]
    (telling / FILE_NAME).rename(tmp_path / FILE_NAME)
    state, found = examined(telling)
    assert "warning" == state
    assert "are not in the store of this home" in found
