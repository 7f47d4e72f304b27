"""A real Kafka node for tests, started by the project's own script."""

import contextlib
import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
from importlib import resources
from pathlib import Path

SCRIPT = str(resources.files("infra") / "kafka" / "kafka.sh")
_MISSING = 69
_CHANCE = random.SystemRandom()  # workers of one run must not draw the same ports
# Below the ports that the system gives to clients, or a client would sit on the port of a node that is to come back.
_PORTS = range(15_000, 32_000)


class MissingError(Exception):
    """Java or Maven is not there; the message says which."""


def fetch_jars() -> None:
    """Fetch Kafka's jars once; raises `MissingError` where there is no Java or Maven."""
    with Path(tempfile.gettempdir(), f"xuncha-kafka-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = _run("jars")
    if done.returncode == _MISSING:
        raise MissingError(done.stderr.strip())
    assert done.returncode == 0, done.stderr


class Broker:
    """One node in a folder of its own; the same folder and ports over kills and restarts."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.controller_port = free_port()

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return int((self.folder / "broker.pid").read_text())

    def start(self, *, largest_file_kib: int | None = None) -> None:
        """Start the node and wait until it answers; it ends with this process at the latest.

        Where no file may grow beyond a size, the node fails as on a full disk when its log does.
        """
        ports = ("--port", str(self.port), "--controller-port", str(self.controller_port))
        owner = ("--owner", str(os.getpid()))
        done = _run("start", "--data", str(self.folder), *ports, *owner, largest_file_kib=largest_file_kib)
        assert done.returncode == 0, done.stderr

    def stop(self) -> None:
        """End the node in good order."""
        done = _run("stop", "--data", str(self.folder))
        assert done.returncode == 0, done.stderr

    def kill(self) -> None:
        """End the node as a power cut does; on return its ports are free."""
        os.kill(self.pid, signal.SIGKILL)
        self.stop()

    def remove_process(self) -> None:
        """End the node at once, where it did not end by itself."""
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            self.kill()

    def remove(self) -> None:
        """End the node at once, and take its folder away."""
        self.remove_process()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    while True:
        port = _CHANCE.choice(_PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def _run(*arguments: str, largest_file_kib: int | None = None) -> subprocess.CompletedProcess[str]:
    limit = "unlimited" if largest_file_kib is None else str(largest_file_kib)
    command = ["bash", "-c", 'ulimit -f "$0" && exec bash "$@"', limit, SCRIPT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
