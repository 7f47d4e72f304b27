"""Start the server as a child process of the owner of a home."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from connectors.history.server.limits import Limits
from connectors.history.server.ready import Ready
from events.messages import message

READY_FILE = "history-server.json"
TOKEN_FILE = "history-server.token"  # noqa: S105 (a name, not a secret)
LOG_FILE = "history-server.log"
_STOP_WITHIN_S = 15.0
_LOOK_EVERY_S = 0.02


class ServerStartError(Exception):
    """The server ended or stayed silent; the message ends with the last line of its log."""


class BiDoor(msgspec.Struct, frozen=True):
    """Where tools for BI ask, as the user `bi`."""

    token: str
    host: str = "127.0.0.1"
    port: int = 0  # 0 takes a free one


class Server:
    """A running server; stops at the end of a `with` block or by `stop()`."""

    def __init__(self, process: subprocess.Popen[bytes], ready: Ready, state_dir: Path) -> None:
        self.port = ready.port
        self.pid = ready.pid
        self.confined = ready.confined
        self.bi_port = ready.bi_port
        self._process = process
        self._state_dir = state_dir

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """Ask the server to end, kill it if it does not, and take its ready and token file away."""
        if self.is_running:
            self._process.terminate()
        _reap(self._process)
        for name in (READY_FILE, TOKEN_FILE):
            (self._state_dir / name).unlink(missing_ok=True)

    def ends_within(self, seconds: float) -> bool:
        """Tell whether the process ends by itself; one that dies shuts its sockets a moment before."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End a server that no longer listens; its files stay until `stop`."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_server(
    path: Path,
    *,
    token: str,
    state_dir: Path,
    reader_token: str | None = None,
    sink_token: str | None = None,
    bi: BiDoor | None = None,
    limits: Limits | None = None,
    timeout_s: float = 120,
) -> Server:
    """Start a server of the chDB folder `path` and wait until it answers.

    Its ready file, token file (mode 0600) and log go to `state_dir`, where the clients of the home find them.
    A token of the sink needs one of the reader beside it, the door of BI tools both. The server has a session of its
    own, so that Ctrl-C reaches only the owner, who stops it last; it ends with the owner in any case. Raises
    ServerStartError when it ends or does not answer in time.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    ready_file, token_file = state_dir / READY_FILE, state_dir / TOKEN_FILE
    ready_file.unlink(missing_ok=True)
    tokens = (token, reader_token, sink_token, bi.token if bi is not None else None)
    write_private(token_file, "\n".join(filter(None, tokens)) + "\n")
    command = [sys.executable, "-m", "connectors.history.server"]
    command += ["--path", str(path), "--token-file", str(token_file), "--ready-file", str(ready_file)]
    command += ["--parent-pid", str(os.getpid())]
    if bi is not None:
        command += ["--bi-host", bi.host, "--bi-port", str(bi.port)]
    if limits is not None:
        command += ["--limits", msgspec.json.encode(limits).decode()]
    with (state_dir / LOG_FILE).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 (our own module, no shell)
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        ready = _await_ready(process, ready_file, time.monotonic() + timeout_s)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if ready is None:
        code = process.poll()
        process.kill()
        process.wait()
        ended = (
            message("gave no sign in {timeout_s:g} s", timeout_s=timeout_s)
            if code is None
            else message("ended with code {code}", code=code)
        )
        raise ServerStartError(
            message(
                "history server of {path} {ended}: {line}",
                path=path,
                ended=ended,
                line=_last_line(state_dir / LOG_FILE),
            )
        )
    return Server(process, ready, state_dir)


def _await_ready(process: subprocess.Popen[bytes], ready_file: Path, deadline_s: float) -> Ready | None:
    while (ready := Ready.read(ready_file)) is None:
        if process.poll() is not None or time.monotonic() > deadline_s:
            return None
        time.sleep(_LOOK_EVERY_S)
    return ready


def _reap(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read, as a whole or not at all."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    with contextlib.closing(
        os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w")
    ) as file:
        file.write(text)
    temporary.replace(path)


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-1] if lines else "its log is empty"
