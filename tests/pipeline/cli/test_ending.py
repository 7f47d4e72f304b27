"""How commands end: whatever happens, a sentence and a status, and never a traceback."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.sheets.errors import BadValueError
from connectors.sheets.times import read_moment
from events.instants import parse_instant
from pipeline.cli import rulesets
from pipeline.cli.ending import refuse_other_encodings
from pipeline.home.errors import UsageError
from tests.pipeline.program import command, environment, xuncha

WITHIN_S = 60


def test_what_nobody_foresaw_is_a_sentence_and_a_line_of_the_log(tmp_path, monkeypatch):
    """The line has the places and not the message, which may hold what somebody typed (promise 11)."""

    def broken(*_):
        raise LookupError("张三 13800001234")

    monkeypatch.setattr(rulesets, "list_rulesets", broken)
    answer = xuncha(tmp_path, "rulesets", "list")
    assert 70 == answer.status
    assert "Traceback" not in answer.err
    assert "xuncha: this is a fault of the program (LookupError: 张三 13800001234)" in answer.complaint


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied", "/home/a"), "/home/a: Permission denied"),
        (NotADirectoryError(20, "Not a directory", b"/home/b"), "/home/b: Not a directory"),
        (OSError(28, "No space left on device"), "what the command prints into: No space left on device"),
        (OSError(28, "No space left on device", "/home/c"), "the disk of /home/c is full"),
    ],
)
def test_what_the_system_refuses_is_named_by_its_file(tmp_path, monkeypatch, error, said):
    """Wrong use and not a fault of the program."""

    def refused(*_):
        raise error

    monkeypatch.setattr(rulesets, "list_rulesets", refused)
    answer = xuncha(tmp_path, "rulesets", "list")
    assert (2, True) == (answer.status, said in answer.complaint)


def test_words_that_are_not_utf_8_are_refused(tmp_path):
    """Unless a file is called so, as files from a computer with another encoding are."""
    word = os.fsdecode(b"\xb1\xed.csv")
    with pytest.raises(UsageError, match="is not UTF-8"):
        refuse_other_encodings(["--name", word])
    (tmp_path / word).touch()
    refuse_other_encodings([str(tmp_path / word), "账号"])
    answer = xuncha(tmp_path, "accounts", "show", word)
    assert (2, True) == (answer.status, "is not UTF-8" in answer.complaint)


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "1899-12-31T23:59:59+00:00",
        "2999-12-31T00:00:01+00:00",
        "9999-12-31T23:59:59-12:00",
        "9999-12-31T23:59:59.999999+00:00",
    ],
)
def test_years_that_nobody_means_are_refused(text):
    """Beyond them a span of days before or after has no place in the calendar."""
    with pytest.raises(ValueError, match="lies outside the years 1900 to 2999"):
        parse_instant(text)
    assert datetime(2999, 1, 1, tzinfo=UTC) == parse_instant("2999-01-01T00:00:00Z")


@pytest.mark.parametrize(
    "text", ["9999-12-31", "9999年12月31日", "2999-12-31 23:00", "9999-12-31T23:59:59-12:00"]
)
def test_a_day_beyond_the_calendar_is_refused(text):
    """As a day before the first accounts is."""
    with pytest.raises(BadValueError, match=r"lies after 2999|does not exist"):
        read_moment(text)


def started(*words, stdout):
    return subprocess.Popen(
        command(Path("none"), *words), stdout=stdout, stderr=subprocess.PIPE, text=True, env=environment()
    )


def test_a_reader_that_has_gone_ends_a_command_well():
    """`xuncha rulesets list | head -1` is no failure, and nothing is said."""
    running = started("rulesets", "list", stdout=subprocess.PIPE)
    running.stdout.close()
    _, said = running.communicate(timeout=WITHIN_S)
    assert (0, "") == (running.returncode, said)


def test_output_that_cannot_be_written_is_told():
    """A full disk behind > is a failure, with one sentence."""
    with Path("/dev/full").open("w") as full:
        running = started("rulesets", "list", stdout=full)
        _, said = running.communicate(timeout=WITHIN_S)
    assert 2 == running.returncode
    assert "xuncha: a file, or what the command prints into: No space left on device" == said.strip()


def test_a_folder_that_was_removed_under_a_command_is_told(tmp_path):
    """A command that works in the current folder says that it is not there, and is no fault of the program."""
    folder = tmp_path / "removed"
    folder.mkdir()
    ended = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD" && exec "$@"', "sh", *command(Path("home"), "init")],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment(),
        timeout=WITHIN_S,
        check=False,
    )
    assert not folder.exists()
    assert (2, 1) == (ended.returncode, len(ended.stderr.splitlines())), ended.stderr
    assert ended.stderr.startswith("xuncha: ")
    assert "No such file or directory" in ended.stderr


def test_an_interruption_during_the_start_ends_without_a_traceback():
    """Ctrl-C comes while libraries are imported, too."""
    running = subprocess.Popen(
        [sys.executable, "-c", "from pipeline.cli import main; main()", "rulesets", "list"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    deadline = time.monotonic() + WITHIN_S
    while "msgspec" not in Path(f"/proc/{running.pid}/maps").read_text():
        assert time.monotonic() < deadline
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=WITHIN_S)
    assert "Traceback" not in said
    assert running.returncode in (-signal.SIGINT, 130)
