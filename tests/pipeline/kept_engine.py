"""The engine of a history stays open between the commands of a test, which saves most of what a command costs.

Each command still opens and closes a client of its own; here lies one connection more to the same folder. It is let go
before anybody could notice: when a process is started, when Python touches a file of the folder, when another folder is
opened. Beside a process that was given the home, nothing is kept.
"""

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import chdb

import pipeline.home.folder
from pipeline.home.folder import Home

_PROCESSES = frozenset(
    {"subprocess.Popen", "os.posix_spawn", "os.fork", "os.forkpty", "os.exec", "os.system"}
)
_FILES = frozenset({"open", "os.listdir", "os.scandir", "os.remove", "os.truncate", "os.chmod", "os.mkdir"})
_TREES = frozenset({"os.rename", "os.rmdir", "shutil.rmtree", "shutil.move", "shutil.copytree"})
_connect = chdb.connect
_open_embedded = pipeline.home.folder.open_embedded
_take_over = Home._take_over


class _Kept:
    folder: str = ""
    connection: Any = None

    def keep(self, folder: str) -> None:
        if (
            Path(folder).is_absolute()
            and folder != self.folder
            and not _is_used_elsewhere(Path(folder).parent)
        ):
            self.let_go()
            self.connection, self.folder = _connect(folder), folder

    def let_go(self) -> None:
        connection, self.connection, self.folder = self.connection, None, ""
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


_kept = _Kept()


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _kept.folder and _kept.touched_by(event, arguments):
        _kept.let_go()


def _connect_alone(path: str = ":memory:", **options: Any) -> Any:
    if path != _kept.folder:
        _kept.let_go()
    return _connect(path, **options)


def _open_kept(path: Path) -> Any:
    client = _open_embedded(path)  # its errors are the program's
    _kept.keep(str(path))
    return client


def _take_over_unless_kept(home: Home) -> None:
    if _kept.folder == str(home.history_path):
        home.door_path.unlink(missing_ok=True)
    else:
        _take_over(home)


sys.addaudithook(_watch)
atexit.register(_kept.let_go)
chdb.connect = _connect_alone


@contextmanager
def kept_engine() -> Iterator[None]:
    """Let the engine that a command opens stay open behind it."""
    with (
        patch.object(pipeline.home.folder, "open_embedded", _open_kept),
        patch.object(Home, "_take_over", _take_over_unless_kept),
    ):
        yield
