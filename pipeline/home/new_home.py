"""Making a home."""

import contextlib
import sqlite3
from pathlib import Path

from connectors.log.embedded import EmbeddedLog
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home, make_folders
from pipeline.home.settings import DEFAULT_TEXT, FILE_NAME, NO_OVERRIDES, Overrides, load_settings

DEFAULT_PARTITIONS = 16


def make_home(path: Path, *, partitions: int = DEFAULT_PARTITIONS, over: Overrides = NO_OVERRIDES) -> Home:
    """Make a home that only this user can enter; one that exists is left as it is.

    Overrides become its settings; a home whose log is on Kafka has none of its own.
    """
    log_path = path / "log.sqlite"
    make_folders(path)
    if not log_path.exists():
        with contextlib.suppress(PermissionError):  # a mounted folder may belong to another user
            path.chmod(0o700)
    settings = path / FILE_NAME
    if not settings.exists():
        settings.write_text(DEFAULT_TEXT + over.as_toml(), "utf-8")
    if load_settings(path).kafka is not None:
        return Home(path)
    fail_point("init.before_log")
    try:
        EmbeddedLog.make(log_path, partitions=partitions)
    except sqlite3.DatabaseError as e:
        raise UsageError(
            message("{log_path} is no log: {error}; move it away", log_path=log_path, error=e)
        ) from None
    return Home(path)
