"""The services of docker-compose.yml as plain processes on a real broker: their order, their commands, their end."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import ConfigResource

from connectors.history.server.spawn import start_server
from connectors.kafka.client import admin
from connectors.kafka.cluster import Cluster
from tests.compose_file import COMPOSE, HOME, ROOT, SETTINGS, check_of, filled, in_order, read_compose
from tests.console_walk.program import free_port
from tests.kafka_broker import SCRIPT

pytestmark = pytest.mark.source_tree

STAND_INS = {"kafka", "clickhouse", "users"}  # the test's own broker and server, and chDB knows no users
TOKEN = "a-token-of-the-stand-in"  # noqa: S105 (of this test)
PASSWORDS = {f"XUNCHA_{who}_PASSWORD": TOKEN for who in ("ADMIN", "WRITER", "BI", "GRAFANA")}
WITHIN_S = 180
ACCOUNTS = (
    "账号ID,账号名称,平台,主办单位\nA1,某市发布,微信公众号,市政府办公室\nA2,某市交通,微信公众号,市交通局\n"
)


def filled_services() -> dict[str, dict[str, Any]]:
    """Return the services with a password for each that is asked for, and else the defaults of the file."""
    found: dict[str, dict[str, Any]] = read_compose(filled(COMPOSE.read_text("utf-8"), PASSWORDS))["services"]
    return found


class Stack:
    """The services of the file, each as processes: two workers, a home for each, and `home` for who shares it."""

    def __init__(self, cluster: Cluster, history_url: str, folder: Path) -> None:
        self.services = filled_services()
        self.processes: dict[str, subprocess.Popen[str]] = {}
        self._replaced = {"XUNCHA_KAFKA": cluster.bootstrap, "XUNCHA_CLICKHOUSE": history_url}
        self._prefix = cluster.prefix
        self._folder = folder
        self.console_port = free_port()
        (folder / "bin").mkdir()
        program = folder / "bin" / "xuncha"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pipeline.cli "$@"\n')
        program.chmod(0o755)

    def start(self) -> None:
        """Start every service once those that it depends on have done what it waits for."""
        done = set(STAND_INS)
        for name in in_order(self.services):
            service = self.services[name]
            if name in STAND_INS or "profiles" in service or service.get("entrypoint") == ["sleep"]:
                continue
            assert service["depends_on"].keys() <= done, f"{name} came before what it depends on"
            if service["restart"] == "no":
                self.run(name, *service["command"])
                done.add(name)
                continue
            for i in range(service["deploy"].get("replicas", 1)):
                self.processes[f"{name}-{i}"] = self._hold(name, i)

    def run(self, name: str, *words: str) -> str:
        """Run a command as a service would; returns what it printed."""
        ended = self.ended(name, *words)
        assert ended.returncode == 0, f"{name}: {ended.stderr}"
        return ended.stdout

    def ended(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["xuncha", *words],
            env=self._environment(name, 0),
            capture_output=True,
            text=True,
            check=False,
            timeout=WITHIN_S,
        )

    def stop(self) -> dict[str, int]:
        """Ask every process to end; returns their exit codes."""
        for process in self.processes.values():
            process.terminate()
        patience = max(self.patience_s(name) for name in self.processes)
        return {name: process.wait(patience) for name, process in self.processes.items()}

    def patience_s(self, process: str) -> float:
        """Return how long Docker would wait before it kills."""
        return float(self.services[process.partition("-")[0]]["stop_grace_period"].removesuffix("s"))

    def told(self, process: str) -> str:
        return (self._folder / f"{process}.log").read_text("utf-8")

    def _hold(self, name: str, number: int) -> subprocess.Popen[str]:
        ours = ["--port", str(self.console_port)] if name == "console" else []
        with (self._folder / f"{name}-{number}.log").open("w") as log:
            return subprocess.Popen(
                ["sh", str(ROOT / "infra" / "compose" / "hold.sh"), *self.services[name]["command"], *ours],
                env=self._environment(name, number),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                text=True,
            )

    def _environment(self, name: str, number: int) -> dict[str, str]:
        """Return what the file gives a service, with addresses and home of this test in the place of its own."""
        given = {k: str(v) for k, v in self.services[name]["environment"].items()}
        home = self._home(name, number)
        scratch = home / "tmp"
        scratch.mkdir(exist_ok=True)
        return {
            **{k: self._replaced.get(k, v) for k, v in given.items()},
            "XUNCHA_HOME": str(home),
            "TMPDIR": str(scratch),
            "PATH": f"{self._folder / 'bin'}:/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
        }

    def _home(self, name: str, number: int) -> Path:
        """Make the home of a container: a volume that others share, or a folder of its own."""
        shared = [m.split(":")[0] for m in self.services[name]["volumes"] if m.split(":")[1] == HOME]
        home = self._folder / (shared[0] if shared else f"{name}-{number}")
        home.mkdir(exist_ok=True)
        settings = SETTINGS.read_text("utf-8").replace(
            '"xuncha_writer"', '"xuncha"'
        )  # the stand-in's own user
        kafka = f'\n[kafka]\nbootstrap = "replaced:1"\nprefix = "{self._prefix}"\n'
        (home / "xuncha.toml").write_text(settings + kafka, "utf-8")
        return home


@pytest.fixture
def stack(bare_cluster: Cluster, tmp_path: Path) -> Iterator[Stack]:
    with start_server(tmp_path / "history", token=TOKEN, state_dir=tmp_path / "server") as server:
        made = Stack(bare_cluster, f"http://127.0.0.1:{server.port}", tmp_path)
        try:
            yield made
        finally:
            for process in made.processes.values():
                process.kill()
                process.wait()


def await_that(said: str, condition: Callable[[], bool], stack: Stack) -> None:
    """Wait for a condition; a process that ended meanwhile tells why."""
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        for name, process in stack.processes.items():
            assert process.poll() is None, f"{name} ended: {stack.told(name)[-2000:]}"
        assert time.monotonic() < deadline, f"not within {WITHIN_S} s: {said}"
        time.sleep(0.2)


@pytest.mark.slow
def test_the_services_work_together_as_processes(stack: Stack, tmp_path: Path):
    """Topics, migrations and processes start in their order; what is imported arrives, nothing waits, all end well."""
    stack.start()
    one_each = ["console-0", "notifier-0", "patrol-0", "sink-0", "ticker-0"]
    assert sorted(stack.processes) == [*one_each, "worker-0", "worker-1"]

    sheet = tmp_path / "accounts.csv"
    sheet.write_text(ACCOUNTS, "utf-8")
    stack.run("xuncha", "accounts", "import", str(sheet))
    await_that("the accounts are in the history", lambda: len(listed(stack)) == 2, stack)
    await_that("the public finds them on a page", lambda: "2 个账号" in page(stack, "/p"), stack)

    def all_is_read() -> bool:
        standings = json.loads(stack.ended("lag", "lag", "--all", "--json").stdout)["rows"]
        workers = {s["holder"] for s in standings if s["group"] == "worker"}
        return len(workers - {None}) == 2 and all(s["waiting_s"] is None for s in standings)

    await_that("two workers share the partitions, and nothing waits", all_is_read, stack)
    check = check_of(stack.services["lag"])
    assert check is not None
    stack.run("lag", *check)

    assert stack.stop() == dict.fromkeys(stack.processes, 0), {
        n: stack.told(n)[-500:] for n in stack.processes
    }


def page(stack: Stack, path: str) -> str:
    """Return a page of the console, empty while nobody answers."""
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{stack.console_port}{path}", timeout=WITHIN_S
        ) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def listed(stack: Stack) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(stack.run("xuncha", "accounts", "list", "--json"))["rows"]
    return rows


def properties(environment: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings that Apache's image makes of its environment."""
    return {
        name.removeprefix("KAFKA_").lower().replace("_", "."): str(value)
        for name, value in environment.items()
        if name.startswith("KAFKA_") and name != "KAFKA_HEAP_OPTS"
    }


def test_the_broker_knows_its_settings(bare_cluster: Cluster):
    """Each variable of the Kafka container names a setting of this release; a broker ignores another in silence."""
    given = properties(read_compose()["services"]["kafka"]["environment"])
    with admin(bare_cluster) as client:
        known = client.describe_configs([ConfigResource("BROKER", "1")], config_filter="all")["broker"]["1"]
    assert given.keys() <= known.keys(), given.keys() - known.keys()


@pytest.mark.slow
@pytest.mark.usefixtures("kafka_jars")
def test_a_node_takes_its_settings(tmp_path: Path):
    """Kafka's own tool reads listeners, roles and cluster id of the container and makes its folder with them."""
    environment = filled_services()["kafka"]["environment"]
    given = properties(environment) | {"log.dirs": str(tmp_path / "log")}
    file = tmp_path / "server.properties"
    file.write_text("".join(f"{name}={value}\n" for name, value in given.items()), "utf-8")
    jars = subprocess.run(["bash", SCRIPT, "jars"], capture_output=True, text=True, check=True).stdout.strip()
    line = ["java", "-cp", f"{jars}/*", "kafka.tools.StorageTool", "format", "-t", environment["CLUSTER_ID"]]
    made = subprocess.run([*line, "-c", str(file)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert environment["CLUSTER_ID"] in (tmp_path / "log" / "meta.properties").read_text("utf-8")
