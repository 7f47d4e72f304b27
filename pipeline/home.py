"""A home: the folder of an embedded xuncha, and who may open what in it."""

import contextlib
import fcntl
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.client import HistoryError, open_embedded, open_http
from connectors.history.migrate import migrate
from connectors.log.embedded import EmbeddedLog
from pipeline.errors import UsageError
from pipeline.failpoints import fail_point
from pipeline.settings import DEFAULT_TEXT, FILE_NAME, Settings, load_settings

WRITER = "xuncha"
DEFAULT_PARTITIONS = 16
_WAIT_S = 60.0
_POLL_S = 0.05


class Door(msgspec.Struct, frozen=True):
    """Where the owner of a home answers for its history: to its commands, and to who only reads."""

    port: int
    token: str
    reader_token: str


class Home:
    """Paths and handles of one folder; opening it checks that it is one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not self.log_path.exists():
            raise UsageError(f"{path} is no xuncha home; make it with `xuncha --home {path} init`")
        self.settings: Settings = load_settings(path)

    @property
    def log_path(self) -> Path:
        return self.path / "log.sqlite"

    @property
    def history_path(self) -> Path:
        return self.path / "history"

    @property
    def door_path(self) -> Path:
        return self.path / "run" / "door.json"

    def open_log(self) -> EmbeddedLog:
        """Open the log; any number of processes may."""
        try:
            return EmbeddedLog(self.log_path, fail_point=fail_point)
        except (sqlite3.DatabaseError, KeyError) as e:
            raise UsageError(
                f"{self.log_path} cannot be opened: {e}; `xuncha init` completes a home that was cut off,"
                " a damaged log has to be restored"
            ) from None

    @contextlib.contextmanager
    def owned(self, *, wait_s: float = 0.0) -> Iterator[None]:
        """Own the home: one process runs its folds and opens its history.

        Raises `UsageError` where another process still has it open after `wait_s` seconds.
        """
        with (self.path / "owner.lock").open("a") as lock:
            if not _locked(lock, wait_s):
                raise UsageError(
                    f"{self.path} is in use: another process has the home open;"
                    " let it end, or stop the `xuncha run` that owns the home"
                )
            self._take_over()
            yield

    @contextlib.contextmanager
    def history(self) -> Iterator[tuple[Client, bool]]:
        """Open the history: through the owner's door where `xuncha run` is running, else in this process.

        The second value tells whether this process owns the home for as long as the history is open.
        """
        deadline = time.monotonic() + _WAIT_S
        with (self.path / "owner.lock").open("a") as lock:
            while not _locked(lock, 0.0):
                answering = self._answering()
                if answering is not None:
                    with _closing(answering) as client:
                        yield client, False
                    return
                if time.monotonic() > deadline:
                    raise UsageError(
                        f"{self.path} has been in use for {_WAIT_S:.0f} s by a process without a door"
                    )
                time.sleep(_POLL_S)
            self._take_over()
            with _closing(open_embedded(self.history_path)) as client:
                migrate(client)
                yield client, True

    def _answering(self) -> Client | None:
        """Return the owner's history, None while nobody answers: no door yet, or one that is being shut."""
        door = self.door()
        if door is None:
            return None
        try:
            return open_http("127.0.0.1", door.port, username=WRITER, password=door.token)
        except HistoryError:
            return None

    def _take_over(self) -> None:
        """Clear away what an owner that was killed left: its door, and its server, which ends within seconds."""
        self.door_path.unlink(missing_ok=True)
        held = self.history_path / "status"
        if held.exists():
            with held.open("r+b") as file:
                _locked(file, _WAIT_S)

    def door(self) -> Door | None:
        """Return where the owner answers, None while nobody does."""
        try:
            return msgspec.json.decode(self.door_path.read_bytes(), type=Door)
        except (FileNotFoundError, msgspec.DecodeError):
            return None


def make_home(path: Path, *, partitions: int = DEFAULT_PARTITIONS) -> Home:
    """Make a home that only this user can enter; one that exists is left as it is."""
    log_path = path / "log.sqlite"
    if not log_path.exists():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(PermissionError):  # a mounted folder may belong to another user
            path.chmod(0o700)
    (path / "run").mkdir(exist_ok=True)
    (path / "run").chmod(0o700)
    (path / "history").mkdir(exist_ok=True)
    settings = path / FILE_NAME
    if not settings.exists():
        settings.write_text(DEFAULT_TEXT, "utf-8")
    fail_point("init.before_log")
    try:
        EmbeddedLog.make(log_path, partitions=partitions)
    except sqlite3.DatabaseError as e:
        raise UsageError(f"{log_path} is no log: {e}; move it away") from None
    return Home(path)


def _locked(lock: IO[Any], wait_s: float) -> bool:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_S)
        else:
            return True


@contextlib.contextmanager
def _closing(client: Client) -> Iterator[Client]:
    try:
        yield client
    finally:
        client.close()
