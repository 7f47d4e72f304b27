"""The demo on Kafka: the same commands, while workers, sink, notifier and ticker run beside them."""

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.cli.tables import out
from pipeline.home.folder import Home
from pipeline.home.settings import FILE_NAME

WORKERS = 2
_WITHIN_S = 90.0
_LOOK_S = 0.2


def write_settings(home: Path, brokers: str) -> None:
    """Write settings with topics of this demo's own, so that it can be run again on the same brokers."""
    prefix = f"xuncha-demo-{secrets.token_hex(4)}"
    (home / FILE_NAME).write_text(f'[kafka]\nbootstrap = "{brokers}"\nprefix = "{prefix}"\n', "utf-8")


@contextmanager
def processes(home: Path) -> Iterator[None]:
    """Keep all processes of a home running; their logs go to a file in it."""
    command = [
        sys.executable,
        "-m",
        "pipeline.cli",
        "--home",
        str(home),
        "run",
        "--no-ticks",
        "--workers",
        str(WORKERS),
    ]
    log_path = home / "run" / "processes.log"
    out().print(
        f"\n[bold cyan]$ xuncha --home {home} run --no-ticks --workers {WORKERS} 2> {log_path} &[/]",
        soft_wrap=True,
    )
    with log_path.open("wb") as log:
        running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)  # noqa: S603 (our own program)
    try:
        _await_door(home, running, log_path)
        yield
    finally:
        running.terminate()
        running.wait()


def _await_door(home: Path, running: "subprocess.Popen[bytes]", log_path: Path) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while Home(home).door() is None:
        if running.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the processes did not start; {log_path} says why")
        time.sleep(_LOOK_S)
