"""Opening what a person hands in: a plain file, within a bound, without ever waiting for one."""

import os
import stat
from pathlib import Path

from connectors.sheets.errors import EmptySheetError, SheetTooLargeError, UnreadableSheetError
from events.messages import message

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_file(path: Path, *, max_bytes: int, smaller: str, empty: str | None = None) -> bytes:
    """Return the bytes of a file of at most `max_bytes`; raises `SheetError` naming what is wrong with it.

    `smaller` says what to do about one that is larger, `empty` about an empty one; None takes that too. A pipe, a
    device or a folder is refused before anything is read: opening a pipe waits for a writer that may never come.
    """
    try:
        _refuse_others(path, path.stat().st_mode)
        # Not to wait even if the file has become a pipe meanwhile.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as stream:  # noqa: PTH123 (a descriptor has no path)
            _refuse_others(path, os.fstat(descriptor).st_mode)
            content = stream.read(max_bytes + 1)
    except OSError as error:
        raise UnreadableSheetError(
            path, message("cannot be opened ({strerror})", strerror=error.strerror), message("check the path")
        ) from error
    if len(content) > max_bytes:
        raise SheetTooLargeError(
            path, message("is larger than {max_bytes} MB", max_bytes=max_bytes // 1024**2), smaller
        )
    if not content and empty is not None:
        raise EmptySheetError(path, message("is empty"), empty)
    return content


def _refuse_others(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = next((name for matches, name in _KINDS if matches(mode)), message("something else"))
        raise UnreadableSheetError(
            path, message("is {kind} and no file", kind=kind), message("name the file itself")
        )
