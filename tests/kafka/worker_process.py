"""A process on a log on Kafka, with a home of its own."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

from connectors.kafka.cluster import Cluster
from pipeline.home.rulesets import find_ruleset
from pipeline.home.settings import Settings
from tests.fork_server import Process
from tests.pipeline.program import command, environment

RULESET = find_ruleset(Settings().ruleset).ruleset
SESSION_S = 2
ENDS_WITHIN_S = 60


class Worker:
    """`xuncha worker`, or another command, until it ends or is ended."""

    def __init__(self, cluster: Cluster, home: Path, *words: object, **env: str) -> None:
        self.home = home
        home.mkdir()
        settings = f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
        (home / "xuncha.toml").write_text(settings, "utf-8")
        self._log = home / "log.jsonl"
        with self._log.open("wb") as log:
            self._process = Process(
                command(home, *(words or ("worker", "--session-timeout", SESSION_S))),
                env=environment(**env),
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def is_running(self) -> bool:
        return self._process.poll() is None

    def code(self) -> int:
        """Wait until the process has ended; returns its exit code."""
        return self._process.wait(ENDS_WITHIN_S)

    def logged(self) -> list[dict[str, Any]]:
        """Return the lines of its log, each of which must be a JSON object."""
        return [json.loads(line) for line in self._log.read_text("utf-8").splitlines()]

    def said(self, event: str) -> bool:
        lines = self._log.read_text("utf-8").splitlines(keepends=True)
        return any(json.loads(line)["event"] == event for line in lines if line.endswith("\n"))

    def end(self) -> None:
        self._process.kill()
        self._process.wait(ENDS_WITHIN_S)
