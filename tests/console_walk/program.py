"""`xuncha serve` as somebody starts it: a process over a folder, with its first words."""

import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Queue
from typing import NamedTuple

from tests.pipeline.program import environment

_START_S = 180.0
_STOP_S = 40.0
_CODE = re.compile(r"setup code: ([A-Z0-9-]+)")


class Served(NamedTuple):
    """A running program."""

    base: str  # address of its pages
    code: str  # of the first run
    process: subprocess.Popen[str]


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@contextmanager
def serving(home: Path, settings: str = "", env: Mapping[str, str] = {}) -> Iterator[Served]:
    """Run `xuncha serve` over a home that is not there yet, or has settings alone, until the block is left."""
    if settings:
        home.mkdir()
        (home / "xuncha.toml").write_text(settings, "utf-8")
    port = free_port()
    words = ["-m", "pipeline.cli", "--home", str(home), "serve", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, *words],
        env=environment(**env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    base = f"http://127.0.0.1:{port}"
    said: Queue[str] = Queue()
    reading = threading.Thread(target=_read, args=(process, said), daemon=True)
    reading.start()
    try:
        code = _code_of(process, said)
        _await_answer(base, process)
        yield Served(base, code, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(_STOP_S)
        reading.join(_STOP_S)
        if process.stderr is not None:
            process.stderr.close()


def _code_of(process: subprocess.Popen[str], said: Queue[str]) -> str:
    """Return the code that the program prints; what it says from then on is read, so that it never waits."""
    lines, deadline = "", time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(Empty):
            lines += said.get(timeout=1.0)
        if found := _CODE.search(lines):
            return found[1]
    raise AssertionError(f"no code of the first run: {lines}")


def _read(process: subprocess.Popen[str], said: Queue[str]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        said.put(line)


def _await_answer(base: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=2):  # noqa: S310 (our own address)
                return
        except OSError:
            assert process.poll() is None, "serve ended"
            assert time.monotonic() < deadline, "serve does not answer"
            time.sleep(0.1)
