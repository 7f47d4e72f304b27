"""A process of our own that another one keeps running: started, started again when it ends, and ended with it."""

import ctypes
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import structlog

from pipeline.runtime.kafka.exits import POISON

_STOP_WITHIN_S = 20.0
_HEALTHY_S = 10.0
_BACKOFF_S = (0.2, 1.0, 3.0, 10.0, 30.0)
_PR_SET_PDEATHSIG = 1
_TERMINATE = int(signal.SIGTERM)
# Found before any fork: between fork and exec another thread's lock would never be let go of.
_prctl: Any = None
with suppress(OSError, AttributeError):  # only Linux can
    _prctl = ctypes.CDLL(None).prctl
_log = structlog.get_logger(__name__)


class Child:
    """A process that is started again when it ends, unless it says that this would not help (exit 65)."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._started_at = 0.0
        self._start_at = 0.0
        self._given_up = False

    def look(self) -> None:
        """Start the process if it is not running and its pause is over."""
        now = time.monotonic()
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return
            self._process = None
            self._given_up = code == POISON
            healthy = now - self._started_at > _HEALTHY_S
            self._failures = 0 if healthy else min(self._failures + 1, len(_BACKOFF_S) - 1)
            self._start_at = now + _BACKOFF_S[self._failures]
            log = _log.error if self._given_up else _log.warning
            log("process ended", process=self.name, code=code, again=not self._given_up)
        if self._process is None and not self._given_up and now >= self._start_at:
            self._started_at = now
            self._process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
                self._command,
                stdin=subprocess.DEVNULL,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 (one call of the system, which takes no lock)
            )
            _log.info("process started", process=self.name, pid=self._process.pid)

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def await_end(self, deadline: float) -> None:
        """Wait for the end of the process, and bring it about at the deadline."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _log.warning("process killed", process=self.name)
            self._process.kill()
            self._process.wait()


def stop_all(children: Sequence[Child]) -> None:
    """Ask processes to stop, and bring their end about where they do not."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + _STOP_WITHIN_S
    for child in children:
        child.await_end(deadline)


def _end_with_parent() -> None:
    """Ask the system to end this process with the one that started it."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, _TERMINATE, 0, 0, 0)
