"""A log that does not fit its history: named, refused before a fact vanishes, and completed out of the history."""

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipeline.home.folder import Home
from tests.copied import copied
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, by_account, done, rows, xuncha
from tests.pipeline.runtime.test_owner import running
from tests.pipeline.transfer.moving import facts, scored

HEADERS = ("账号ID", "账号名称", "平台")


def take_in(home: Path, folder: Path, account_id: str) -> None:
    """Take one account in, and let the history know."""
    done(
        home,
        "accounts",
        "import",
        sheet(folder / f"{account_id}.csv", HEADERS, (account_id, "某市新号", "抖音")),
    )
    assert account_id in by_account(rows(home, "accounts", "list"))


def saved_log(home: Path, folder: Path) -> Path:
    """Copy the log as a backup of files does between two commands: nobody has it open."""
    assert [home / "log.sqlite"] == sorted(home.glob("log.sqlite*"))
    return Path(shutil.copy(home / "log.sqlite", folder / "saved.sqlite"))


def put_back(saved: Path, home: Path) -> None:
    """Put a log in the place of another at once: whoever opened none meanwhile would begin an empty one."""
    for file in home.glob("log.sqlite-*"):
        file.unlink()
    Path(shutil.copy(saved, home / "log.new")).replace(home / "log.sqlite")


def ends(home: Path) -> list[list[int]]:
    with closing(Home(home).open_log()) as log:
        return [log.end_offsets(topic) for topic in ("facts", "derived")]


class Older(NamedTuple):
    home: Path
    run_id: str
    facts: list[dict[str, Any]]  # of log and history before the log was put back


@pytest.fixture
def older(city: Path, tmp_path: Path) -> Older:
    """The city with a round and an account that came behind the copy of the log that was put back."""
    saved = saved_log(city, tmp_path)
    take_in(city, tmp_path, "NEW")
    found = Older(city, scored(city)["run_id"], facts(city))
    put_back(saved, city)
    return found


def test_every_writer_refuses_an_older_log(older, tmp_path):
    """Commands and `run` say what is wrong and what to do, and write nothing; `doctor` names it, too."""
    before = ends(older.home)
    file = sheet(tmp_path / "later.csv", HEADERS, ("LATER", "某市后来", "抖音"))
    for words in (
        ("accounts", "import", file),
        ("status", "--check-point", c.CHECK_POINT),
        ("polls", "replay", tmp_path / "polls"),
        ("run", "--until-idle"),
    ):
        (tmp_path / "polls").mkdir(exist_ok=True)
        refused = xuncha(older.home, *words)
        assert 2 == refused.status
        for part in ("the log is older than its history", "nothing was written", "--from-history"):
            assert part in refused.err
    assert before == ends(older.home)
    found = {row["name"]: row for row in xuncha(older.home, "doctor", "--json").rows}["log and history"]
    assert ("wrong", True) == (found["state"], "older" in found["found"])
    assert "xuncha import" in found["advice"]


@pytest.mark.slow
def test_the_way_out_keeps_what_the_history_holds(older, tmp_path):
    """Exported from the history, a new log, imported: every fact is there, the round verifies, nobody is told twice."""
    home = older.home
    done(home, "export", tmp_path / "saved", "--from-history")
    (tmp_path / "aside").mkdir()
    for file in home.glob("log.sqlite*"):
        file.rename(tmp_path / "aside" / file.name)
    done(home, "init")
    done(home, "import", tmp_path / "saved")
    assert older.facts == facts(home)
    assert 0 == asked(home, "run", "--until-idle")["delivered"]
    assert asked(home, "verify", older.run_id)["holds"]
    take_in(home, tmp_path, "AFTER")
    found = {row["name"]: row for row in xuncha(home, "doctor", "--json").rows}
    assert ("ok", "ok") == (found["log and history"]["state"], found["rows"]["state"])


def test_a_log_put_in_place_under_a_running_owner_is_refused(city, tmp_path):
    """The owner goes on with the file that it has open; a command that opens the other one finds out."""
    saved = saved_log(city, tmp_path)
    take_in(city, tmp_path, "NEW")
    with running(city):
        put_back(saved, city)
        refused = xuncha(city, "status", "--check-point", c.CHECK_POINT)
    assert 2 == refused.status
    assert "the log is older than its history" in refused.err


def test_a_copy_without_the_write_ahead_file_is_refused_and_one_with_it_is_whole(city, tmp_path):
    """What was acknowledged last stands in log.sqlite-wal until nobody has the log open; a copy needs all three."""
    with closing(Home(city).open_log()):
        take_in(city, tmp_path, "NEW")
        assert {"log.sqlite-wal", "log.sqlite-shm"} < {file.name for file in city.iterdir()}
        copied(city, tmp_path / "whole")
        shutil.copytree(
            city, tmp_path / "part", symlinks=True, ignore=shutil.ignore_patterns("*-wal", "*-shm")
        )
    assert "NEW" in by_account(rows(tmp_path / "whole", "accounts", "list"))
    take_in(tmp_path / "whole", tmp_path, "MORE")
    refused = xuncha(tmp_path / "part", "accounts", "list")
    assert (2, True) == (refused.status, "the log is older than its history" in refused.err)
