"""A clerk: somebody else who runs commands in a home, each at the moment that is said."""

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.fork_server import Process
from tests.pipeline.claims import terminal
from tests.pipeline.program import Answer, environment

AHEAD_S = 0.02
_ENDS_WITHIN_S = 60


class Clerk:
    """A clerk at a terminal; `apart`: each command is a process of its own, which takes longer to begin."""

    def __init__(self, home: Path, *, apart: bool = False, **env: str) -> None:
        self.home = home
        self._process = Process(
            [sys.executable, "-m", terminal.__name__, str(home), *(["--apart"] if apart else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment(**env),
        )

    def order(self, *words: object, at: float = 0.0) -> None:
        """Order a command, to begin at a moment of the monotonic clock."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([at, *map(str, words)]) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Answer:
        """Wait for the end of the command that was ordered."""
        assert self._process.stdout is not None
        return Answer(*json.loads(self._process.stdout.readline()))

    def done(self, *words: object) -> Answer:
        """Run a command that has to succeed."""
        self.order(*words)
        answer = self.answer()
        assert answer.status == 0, answer.err
        return answer

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(_ENDS_WITHIN_S)
        assert self._process.stdout is not None
        self._process.stdout.close()


def race(
    first: tuple[Clerk, tuple[object, ...]], second: tuple[Clerk, tuple[object, ...]]
) -> tuple[Answer, Answer]:
    """Let two clerks run a command each at the same moment."""
    at = time.monotonic() + AHEAD_S
    for clerk, words in (first, second):
        clerk.order(*words, at=at)
    return first[0].answer(), second[0].answer()
