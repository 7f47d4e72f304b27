"""A folder into which papers are dropped: planned once each, never confirmed, moved only when stored."""

import os
import shutil
import signal
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.intake.dropped import TAKEN_FOLDER, DropFolder
from tests.fork_server import Process
from tests.pipeline.office.intake.city import FOLDER, LEDGER, REGION
from tests.pipeline.program import asked, command, done, environment, process

NOW = datetime(2026, 9, 8, 2, tzinfo=UTC)


def dropped(folder: Path, name: str, content: bytes | None = None, *, age_s: float = 60) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes((FOLDER / name).read_bytes() if content is None else content)
    at = (NOW - timedelta(seconds=age_s)).timestamp()
    os.utime(path, (at, at))
    return path


def passed(home: Path, drop: DropFolder, now: datetime = NOW) -> dict[str, str]:
    """Make a pass and return the fate of each file."""
    with open_workspace(Home(home)) as workspace:
        return {file.name: file.fate for file in drop.take_up(workspace, now)}


def waiting(home: Path) -> list[str]:
    return [row["about"] for row in asked(home, "today")["waiting"] if row["what"] == "plan"]


def test_each_new_paper_is_planned_once_and_waits(home, tmp_path):
    """By its bytes: neither another pass, another process nor another name plans it again."""
    inbox = tmp_path / "inbox"
    dropped(inbox, LEDGER)
    drop = DropFolder(inbox)
    assert drop.has_work(NOW)
    assert passed(home, drop) == {LEDGER: "planned"}
    assert waiting(home) == [LEDGER]
    assert passed(home, drop) == {}
    assert not drop.has_work(NOW)
    shutil.copy2(inbox / LEDGER, inbox / "again.xlsx")
    assert passed(home, DropFolder(inbox)) == {}
    assert asked(home, "accounts", "list")["rows"] == []
    assert (inbox / LEDGER).exists()


def test_a_file_that_is_still_written_waits(home, tmp_path):
    """Half a sheet is no sheet: it is read once it rests, or is as it was at the pass before."""
    inbox = tmp_path / "inbox"
    dropped(inbox, LEDGER, age_s=1)
    drop = DropFolder(inbox)
    assert passed(home, drop) == {LEDGER: "growing"}
    assert passed(home, drop) == {LEDGER: "planned"}
    dropped(inbox, REGION, age_s=-9_999)  # the clock of another machine
    assert passed(home, drop) == {REGION: "growing"}
    assert passed(home, drop) == {REGION: "planned"}


def test_what_is_no_paper_is_named_once(home, tmp_path):
    """A broken archive is refused; links, folders, hidden files and locks are not looked at."""
    inbox = tmp_path / "inbox"
    dropped(inbox, "broken.zip", b"PK\x03\x04 and nothing more")
    dropped(inbox, ".hidden.xlsx", b"x")
    dropped(inbox, "~$lock.xlsx", b"x")
    (inbox / "below").mkdir()
    (inbox / "link.xlsx").symlink_to(FOLDER / LEDGER)
    drop = DropFolder(inbox)
    assert passed(home, drop) == {"broken.zip": "refused"}
    assert passed(home, drop) == {}
    with pytest.raises(UsageError, match="no folder"):
        DropFolder(inbox / "broken.zip")


def test_an_archive_is_one_plan(home, tmp_path):
    """Its papers are known by their bytes, too."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with zipfile.ZipFile(inbox / "papers.zip", "w") as archive:
        for name in (LEDGER, REGION):
            archive.write(FOLDER / name, name)
    assert passed(home, DropFolder(inbox), NOW + timedelta(days=9_999)) == {"papers.zip": "planned"}
    dropped(inbox, LEDGER)
    assert passed(home, DropFolder(inbox), NOW + timedelta(days=9_999)) == {}


@pytest.mark.slow
def test_a_file_is_moved_once_an_intake_holds_it(home, tmp_path):
    """Before the yes it stays where it is; an undone intake holds nothing."""
    inbox = tmp_path / "inbox"
    dropped(inbox, LEDGER)
    drop = DropFolder(inbox, move_taken=True)
    with open_workspace(Home(home)) as workspace:
        (file,) = drop.take_up(workspace, NOW)
    assert passed(home, drop) == {}
    number = asked(home, "intake", "confirm", file.plan, "--accept-defaults")["intake"]
    assert passed(home, drop) == {LEDGER: "moved"}
    assert (inbox / TAKEN_FOLDER / LEDGER).read_bytes() == (FOLDER / LEDGER).read_bytes()
    done(home, "intake", "undo", number, "--reason", "报错了")
    dropped(inbox, LEDGER)
    assert passed(home, DropFolder(inbox, move_taken=True)) == {}
    assert (inbox / LEDGER).exists()


def test_the_command_says_how_to_go_on(home, tmp_path):
    """A line a file, with the plan to confirm; JSON has the same."""
    inbox = tmp_path / "inbox"
    dropped(inbox, LEDGER)
    told = asked(home, "intake", "watch", inbox, "--once")
    (file,) = told["files"]
    assert (file["name"], file["fate"]) == (LEDGER, "planned")
    dropped(inbox, REGION)
    assert "xuncha intake confirm" in done(home, "intake", "watch", inbox, "--once").out
    assert "没有新的文件" in done(home, "intake", "watch", inbox, "--once").out


def test_it_watches_until_it_is_asked_to_stop(home, tmp_path):
    """A paper that comes while it runs is planned; a signal ends it with status 0. A kill on the way loses nothing."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    watching = command(home, "intake", "watch", inbox, "--every", 1)
    with Process(watching, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment()) as running:
        dropped(inbox, LEDGER)
        assert "确认收件" in running.stdout.readline()
        running.terminate()
        assert running.wait(30) == 0
    dropped(inbox, REGION)
    killed = process(
        home, "intake", "watch", inbox, "--once", env={"XUNCHA_FAIL_POINT": "intake.after_planned"}
    )
    assert killed.status == -signal.SIGKILL
    assert asked(home, "intake", "watch", inbox, "--once")["files"] == []
    assert sorted(waiting(home)) == sorted([LEDGER, REGION])
