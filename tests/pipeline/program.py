"""The program under test: run in this process for speed, or as a process of its own where that matters."""

import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import typer.main

from pipeline.cli import main
from pipeline.home.folder import Home
from pipeline.home.workspace import Workspace, open_workspace
from tests.fork_server import ROOT, run
from tests.pipeline.kept_engine import kept_engine

WITHIN_S = 120
_command = cache(typer.main.get_command)  # a hundred commands are made out of their signatures at each call


class Answer(NamedTuple):
    """What a command said, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return the one JSON object of standard output."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.json["rows"]

    @property
    def complaint(self) -> str:
        """Return standard error as one line, without the frame that wrong use is printed in."""
        return " ".join("".join(c for c in self.err if c not in "│╭╮╰╯─").split())


def xuncha(home: Path, *words: object) -> Answer:
    """Run a command in this process, and keep the engine of its history for the next one."""
    with kept_engine():
        return in_process(home, *words)


@contextmanager
def opened(home: Path) -> Iterator[Workspace]:
    """Open a home in this process, and keep the engine of its history for who comes next."""
    with kept_engine(), open_workspace(Home(home)) as workspace:
        yield workspace


def in_process(home: Path, *words: object) -> Answer:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    argv = ["xuncha", "--home", str(home), *map(str, words)]
    commands = patch.object(typer.main, "get_command", _command)
    with commands, patch.object(sys, "argv", argv), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            status = 0
        except SystemExit as e:
            status = e.code if isinstance(e.code, int) else int(e.code is not None)
    return Answer(status, out.getvalue(), err.getvalue())


def done(home: Path, *words: object) -> Answer:
    """Run a command that has to succeed."""
    answer = xuncha(home, *words)
    assert answer.status == 0, answer.err
    return answer


def asked(home: Path, *words: object) -> Any:
    """Return the JSON object of a command that has to succeed."""
    return done(home, *words, "--json").json


def rows(home: Path, *words: object) -> list[dict[str, Any]]:
    """Return the rows of a command that has to succeed."""
    return asked(home, *words)["rows"]


def by_account(listed: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return rows by the account id that they show; an account may stand once."""
    found = {row["account_id"]: row for row in listed}
    assert len(found) == len(listed)
    return found


def command(home: Path, *words: object) -> list[str]:
    """Return the command line that starts the program as a process."""
    return [
        sys.executable,
        "-c",
        "from pipeline.cli import main; main()",
        "--home",
        str(home),
        *map(str, words),
    ]


def environment(**extra: str) -> dict[str, str]:
    """Return this environment with what a test adds, and with this source tree on the path."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", **extra}


def process(home: Path, *words: object, env: Mapping[str, str] = {}) -> Answer:
    """Run a command as a process of its own."""
    ended = run(command(home, *words), env=environment(**env), timeout=WITHIN_S)
    return Answer(ended.returncode, ended.stdout, ended.stderr)
