"""A process that is measured: pinned to cores, looked at while it runs, and always ended."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.pipeline.program import environment

WITHIN_S = 180.0
_ENDS_WITHIN_S = 20.0

Line = dict[str, Any]


class Process:
    """A command with its log; standard output holds what it has to tell, one JSON object a line."""

    def __init__(self, command: Sequence[str], log: Path, cores: Collection[int] = ()) -> None:
        self.started_at = time.monotonic()
        self._log, self._told = log, log.with_suffix(".out")
        with self._log.open("wb") as err, self._told.open("wb") as out:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment()
            )
        if cores:
            pin(self._process.pid, cores)

    def said(self, event: str, holds: Callable[[Line], bool] = lambda _: True) -> Line:
        """Wait until the last log line of an event is as wanted; returns it."""
        self._until(lambda: any(map(holds, self._lines(event)[-1:])), f"the log line {event!r}")
        return self._lines(event)[-1]

    def told(self) -> Line:
        """Wait for the first object on standard output; returns it."""
        self._until(lambda: b"\n" in self._told.read_bytes(), "a figure")
        found: Line = json.loads(self._told.read_bytes().splitlines()[0])
        return found

    def memory_mb(self) -> tuple[float, float]:
        """Return the memory that the process holds now, and its peak."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        found = dict(line.split(":", 1) for line in lines)
        now, peak = (int(found[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
        return now, peak

    @property
    def pid(self) -> int:
        return self._process.pid

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def check(self) -> None:
        """Raise where the process has ended."""
        if self._process.poll() is not None:
            raise RuntimeError(f"{self._log.stem} ended with {self._process.returncode}: {self._tail()}")

    def stop(self) -> None:
        """Ask the process to end, and end it where it does not."""
        if self._process.poll() is not None:
            return
        self.thaw()
        self._process.terminate()
        try:
            self._process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _lines(self, event: str) -> list[Line]:
        lines = self._log.read_text("utf-8").splitlines(keepends=True)
        logged = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]
        return [line for line in logged if line.get("event") == event]

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + WITHIN_S
        while not condition():
            if self._process.poll() is not None and not condition():
                raise RuntimeError(f"{self._log.stem} ended without {what}: {self._tail()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self._log.stem}: no {what} within {WITHIN_S:.0f} s: {self._tail()}")
            time.sleep(0.01)

    def _tail(self) -> str:
        return self._log.read_text("utf-8", errors="replace")[-2000:]


def cpu_s(pid: int) -> float:
    """Return the processor time that a process has had, all threads, in seconds."""
    of_process = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, of_process[11:13])) / os.sysconf("SC_CLK_TCK")


def pin(pid: int, cores: Collection[int]) -> None:
    """Keep all threads of a process on these cores; those that they start stay there, too."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread.name), cores)
