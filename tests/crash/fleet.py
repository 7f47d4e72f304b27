"""The processes of a log on Kafka as the kill test runs them: started again whenever they end, killed and frozen."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from tests.fork_server import Process
from tests.kafka_broker import Broker
from tests.pipeline.program import command, environment

SESSION_S = 6
FROZEN_S = 9.0
"""Longer than a session: others take over what a frozen process held, and then it wakes."""

ROLES = {
    "worker": ("worker", "--session-timeout", str(SESSION_S)),
    "sink": ("sink", "--session-timeout", str(SESSION_S)),
    "notifier": ("notifier", "--channel", "webhook", "--session-timeout", str(SESSION_S)),
}
TWINS = 2
_POISON = 65


class Member:
    """One process, started again when it ends."""

    def __init__(self, home: Path, role: str, log: Path) -> None:
        self.role = role
        self.codes: list[int] = []
        self._command = command(home, *ROLES[role])
        self._log = log
        self._lock = threading.Lock()
        self._process = self._start()

    def look(self) -> None:
        """Start the process again if it has ended."""
        with self._lock:
            code = self._process.poll()
            if code is not None:
                self.codes.append(code)
                self._process = self._start()

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop the process for longer than its session, without waiting, and wake it."""
        pid = self._process.pid
        self._signal(signal.SIGSTOP)
        threading.Timer(FROZEN_S, _wake, (pid,)).start()

    def stop(self) -> None:
        with self._lock:
            self._signal(signal.SIGCONT)
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _signal(self, number: int) -> None:
        if self._process.poll() is None:
            self._process.send_signal(number)

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return Process(self._command, stdin=subprocess.DEVNULL, stderr=log, env=environment())


class Fleet:
    """Two of each role and the broker; a thread looks after them."""

    def __init__(self, home: Path, folder: Path, broker: Broker) -> None:
        self.broker = broker
        self.members = [
            Member(home, role, folder / f"{role}-{n}.log") for role in ROLES for n in range(TWINS)
        ]
        self._ending = threading.Event()
        self._watch = threading.Thread(target=self._look_after)
        self._watch.start()

    def of(self, role: str) -> list[Member]:
        return [m for m in self.members if m.role == role]

    def poisoned(self) -> list[str]:
        return [m.role for m in self.members if _POISON in m.codes]

    def stop(self) -> None:
        self._ending.set()
        self._watch.join()
        for member in self.members:
            member.stop()

    def restart_broker(self) -> None:
        self.broker.kill()
        time.sleep(0.5)
        self.broker.start()

    def _look_after(self) -> None:
        while not self._ending.wait(0.3):
            for member in self.members:
                member.look()


def _wake(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        return
