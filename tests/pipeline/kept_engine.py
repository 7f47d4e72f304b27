"""The engine of a history stays open between the commands and requests of a test, which saves most of what they cost.

Each command still opens and closes a client of its own; here lies one connection more to the same folder. It is let go
before anybody could notice: when a process is started, when Python touches a file of the folder, when another folder is
opened. Beside a process that was given the home, nothing is kept.

What commands ask before their work is asked once: how the engine is set, which is the same everywhere, and which
migrations a history has, until anybody else opens it. What they ask at all is answered from memory while nothing is
written (`tests/pipeline/kept_answers.py`). Where a home has no history yet, it gets a copy of an empty one.
"""

import atexit
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import chdb
import clickhouse_connect.driver.client
from clickhouse_connect.driver.client import InitializationResult, init_sequence

import pipeline.home.folder
from pipeline.home.folder import Home
from tests.copied import copied
from tests.engine import connect as _connect
from tests.made_once import without_merged_parts
from tests.pipeline.kept_answers import Asked, KeptAnswers, state_of
from tests.tidy_history import tidy

_PROCESSES = frozenset(
    {"subprocess.Popen", "os.posix_spawn", "os.fork", "os.forkpty", "os.exec", "os.system"}
)
_FILES = frozenset({"open", "os.listdir", "os.scandir", "os.remove", "os.truncate", "os.chmod", "os.mkdir"})
_TREES = frozenset({"os.rename", "os.rmdir", "shutil.rmtree", "shutil.move", "shutil.copytree"})
_WATCHED = _PROCESSES | _FILES | _TREES
_open_embedded = pipeline.home.folder.open_embedded
_migrate = pipeline.home.folder.migrate
_take_over = Home._take_over


class _Kept:
    folder: str = ""
    connection: Any = None
    is_migrated: bool = False
    is_opening: bool = False

    def keep(self, folder: str, state: object) -> None:
        if (
            Path(folder).is_absolute()
            and folder != self.folder
            and not _is_used_elsewhere(Path(folder).parent)
        ):
            self.let_go()
            self.connection, self.folder = _connect(folder), folder
            _answers.begin(folder, state)

    def let_go(self) -> None:
        connection, self.connection, self.folder = self.connection, None, ""
        self.is_migrated = False
        _answers.begin("")
        if connection is not None:
            connection.close()

    def touched_by(self, event: str, arguments: tuple[Any, ...]) -> bool:
        """Return whether an act of Python concerns the folder; a command's own note in it does not."""
        if event in _PROCESSES:
            return True
        if event in _FILES:
            path = str(arguments[0])
            own = path == f"{self.folder}/settled" or (event == "open" and path == self.folder)
            return path.startswith(self.folder) and not own
        return event in _TREES and any(
            isinstance(a, str | Path) and (self.folder.startswith(str(a)) or str(a).startswith(self.folder))
            for a in arguments
        )


def _is_used_elsewhere(home: Path) -> bool:
    """Return whether a process has the home, or a file in it, in its command line."""
    own = str(os.getpid())
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and process.name != own:
            with suppress(OSError):
                if bytes(home) in (process / "cmdline").read_bytes():
                    return True
    return False


_answers = KeptAnswers()
_kept = _Kept()


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _kept.folder and event in _WATCHED and _kept.touched_by(event, arguments):  # most events are others
        _kept.let_go()


def _connect_alone(path: str = ":memory:", **options: Any) -> Any:
    if path != _kept.folder:
        _kept.let_go()
    elif not _kept.is_opening:
        _kept.is_migrated = False
    return Asked(_connect(path, **options), path, _answers)


def _open_kept(path: Path) -> Any:
    if (
        "pytest" in sys.modules and not path.exists()
    ):  # not in a process that may be killed, and leave its model behind
        copied(_history_model(), path)
    state = None if _kept.folder == str(path) else state_of(path)
    _kept.is_opening = True
    try:
        with patch.object(clickhouse_connect.driver.client, "init_sequence", _init_once):
            client = _open_embedded(path)  # its errors are the program's
    finally:
        _kept.is_opening = False
    _kept.keep(str(path), state)
    return client


@cache
def _history_model() -> Path:
    """Make a history with its tables and nothing in them, which takes longer than most commands take."""
    folder = Path(tempfile.mkdtemp(prefix="xuncha-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
    atexit.register(shutil.rmtree, folder)
    _kept.let_go()
    with closing(_open_embedded(folder / "history")) as client:
        _migrate(client)
    tidy(folder / "history")
    without_merged_parts(folder)
    return folder / "history"


_results: dict[tuple[object, ...], InitializationResult] = {}


def _init_once(config: Any) -> Any:
    """Ask an engine how it is set, as a client does when it is opened, unless that is known."""
    key = (config.timezone_policy, repr(config.settings), time.tzname)
    if key not in _results:
        _results[key] = yield from init_sequence(config)
    return _results[key]


def _migrate_once(client: Any) -> list[str]:
    if _kept.folder and _kept.is_migrated:
        return []
    names = _migrate(client)
    _kept.is_migrated = bool(_kept.folder)
    return names


def _take_over_unless_kept(home: Home) -> None:
    if _kept.folder == str(home.history_path):
        home.door_path.unlink(missing_ok=True)
    else:
        _take_over(home)


sys.addaudithook(_watch)
atexit.register(_kept.let_go)
chdb.connect = _connect_alone


_stand_ins = (
    patch.object(pipeline.home.folder, "open_embedded", _open_kept),
    patch.object(pipeline.home.folder, "migrate", _migrate_once),
    patch.object(Home, "_take_over", _take_over_unless_kept),
)
_users: list[object] = []  # of the stand-ins, for requests may come from several threads
_turn = threading.Lock()


@contextmanager
def kept_engine() -> Iterator[None]:
    """Let the engine that a command or a request opens stay open behind it."""
    user = object()
    with _turn:
        if not _users:
            for one in _stand_ins:
                one.start()
        _users.append(user)
    try:
        yield
    finally:
        with _turn:
            _users.remove(user)
            if not _users:
                for one in _stand_ins:
                    one.stop()
