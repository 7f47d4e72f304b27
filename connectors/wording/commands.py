"""Text out of pictures and recordings, by a command of the operator: bounded in time and size, and without a shell.

The command gets the path of one file and prints text; nothing else of it is read, and what it prints is read in memory.
It runs as this user: that it asks nothing of the net is the operator's choice of command.
"""

import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from events.fields import FieldsError
from events.messages import message

MAX_BYTES = 4 * 1024 * 1024
FILE = "{file}"
"""Stands in the arguments for the path of the file; without it the path is the last argument."""


class CommandError(FieldsError):
    """A command that gave no text; says which program and why, and repeats nothing that it printed."""


def text_of(command: Sequence[str], path: Path, *, within_s: float) -> str:
    """Run a command over a file and return what it prints; raises `CommandError`."""
    file = str(path.absolute())
    arguments = [part.replace(FILE, file) for part in command]
    if not any(FILE in part for part in command):
        arguments.append(file)
    program = Path(command[0]).name
    try:
        process = subprocess.Popen(  # noqa: S603 (named by the settings of the home, no shell, the path is absolute)
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            start_new_session=True,
        )
    except OSError as e:
        raise CommandError(
            message("{program} cannot be started ({error})", program=program, error=e.strerror)
        ) from None
    late = threading.Event()
    timer = threading.Timer(within_s, _end, (process, late))
    timer.start()
    try:
        printed = _read(process.stdout)
        status = process.wait()
    finally:
        timer.cancel()
        _end(process)
        process.wait()
    if late.is_set():
        raise CommandError(
            message("{program} took more than {seconds} s", program=program, seconds=int(within_s))
        )
    if len(printed) > MAX_BYTES:
        raise CommandError(
            message("{program} printed more than {most} MB", program=program, most=MAX_BYTES >> 20)
        )
    if status != 0:
        raise CommandError(message("{program} ended with {status}", program=program, status=status))
    return printed.decode("utf-8", "replace")


def _read(stream: IO[bytes] | None) -> bytes:
    """Read what a command prints, up to a bound; one that prints on is ended."""
    if stream is None:
        return b""
    with stream:
        return stream.read(MAX_BYTES + 1)


def _end(process: subprocess.Popen[bytes], late: threading.Event | None = None) -> None:
    """End a command and what it has started."""
    if late is not None:
        late.set()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
