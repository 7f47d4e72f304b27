"""What a file system did to a store, in words of its own: full, read-only, limited, damaged; each with what to do."""

import errno
import os
import re
import resource
import shutil
import sqlite3
from enum import StrEnum
from pathlib import Path

from events.messages import Message, message

_SCARCE_BYTES = 1 << 20
"""With less room than this an unspecific error of input or output is that of a full disk."""


class Fault(StrEnum):
    """Kinds of trouble that a store may have with its files."""

    FULL = "full"
    READ_ONLY = "read-only"
    LIMITED = "limited"
    DAMAGED = "damaged"
    BUSY = "busy"
    BROKEN = "broken"  # the device does not answer as it should


_OF_SQLITE = {
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Fault.DAMAGED,
    sqlite3.SQLITE_NOTADB: Fault.DAMAGED,
    sqlite3.SQLITE_BUSY: Fault.BUSY,
    sqlite3.SQLITE_LOCKED: Fault.BUSY,
}
_UNSPECIFIC = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_OF_SYSTEM = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EROFS: Fault.READ_ONLY,
    errno.EACCES: Fault.READ_ONLY,
    errno.EPERM: Fault.READ_ONLY,
    errno.EFBIG: Fault.LIMITED,
    errno.EIO: Fault.BROKEN,
}
_OF_CLICKHOUSE = {
    243: Fault.FULL,  # NOT_ENOUGH_SPACE
    33: Fault.DAMAGED,  # CANNOT_READ_ALL_DATA
    40: Fault.DAMAGED,  # CHECKSUM_DOESNT_MATCH
    228: Fault.DAMAGED,  # UNEXPECTED_FILE_IN_DATA_PART
    231: Fault.DAMAGED,  # TOO_MANY_UNEXPECTED_DATA_PARTS
    246: Fault.DAMAGED,  # CORRUPTED_DATA
    271: Fault.DAMAGED,  # CANNOT_DECOMPRESS
    740: Fault.DAMAGED,  # POTENTIALLY_BROKEN_DATA_PART
}
_ERRNO = re.compile(r"errno: (\d+)")
_CODE = re.compile(r"\b[Cc]ode: ?(\d+)")
_LONGEST = 200


def of_sqlite(error: sqlite3.Error, path: Path) -> str | None:
    """Return what to say of an error of SQLite on a file, None where the files are not to blame."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF
    fault = _looked_at(path) if primary in _UNSPECIFIC else _OF_SQLITE.get(primary)
    return None if fault is None else _fault_message(fault, path, str(error))


def of_system(error: OSError, path: Path) -> str | None:
    """Return what to say of an error of the operating system; the file that it names is said instead of `path`."""
    fault = _OF_SYSTEM.get(error.errno or 0)
    where = Path(os.fsdecode(error.filename)) if error.filename else path
    return None if fault is None else _fault_message(fault, where, error.strerror or str(error))


def of_history(error: Exception, where: object) -> str | None:
    """Return what to say of an error of the history's engine, None where its files are not to blame."""
    text = str(error)
    if (system := _ERRNO.search(text)) is not None:
        fault = _OF_SYSTEM.get(int(system[1]))
    else:
        code = _CODE.search(text)
        fault = _OF_CLICKHOUSE.get(int(code[1])) if code is not None else None
    summary = ". ".join(" ".join(text.split()).split(". ")[:2])
    return None if fault is None else _fault_message(fault, where, summary[:_LONGEST])


def _looked_at(path: Path) -> Fault:
    """Tell what is wrong where an error says no more than that something is."""
    if not _is_writable(path):
        return Fault.READ_ONLY
    try:
        if shutil.disk_usage(path.parent).free < _SCARCE_BYTES:
            return Fault.FULL
    except OSError:
        return Fault.BROKEN
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    return Fault.LIMITED if limit != resource.RLIM_INFINITY else Fault.BROKEN


def _is_writable(path: Path) -> bool:
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def _fault_message(fault: Fault, path: object, text: str) -> Message:
    detail = text.strip().rstrip(".")
    sentences = {
        Fault.FULL: message(
            "the disk of {path} is full; what was being written is undone. Make room, and do the same again",
            path=path,
        ),
        Fault.READ_ONLY: message(
            "{path} cannot be written: it is read-only, or belongs to another user; what was being written is"
            " undone. Mount it writable, or give it to this user, and do the same again",
            path=path,
        ),
        Fault.LIMITED: message(
            "{path} may not grow any more: this process may not write files beyond a size (`ulimit -f`); what"
            " was being written is undone. Lift the limit, and do the same again",
            path=path,
        ),
        Fault.DAMAGED: message(
            "{path} is damaged: {detail}. Stop what uses it, keep a copy of the folder as it is, and see"
            ' docs/operate.md, "A damaged file"',
            path=path,
            detail=detail,
        ),
        Fault.BUSY: message(
            "{path} is held by another process, which did not let go of it in time; do the same again",
            path=path,
        ),
        Fault.BROKEN: message(
            "the disk of {path} does not do what it was asked: {detail}. See the system's log before anything"
            " else is written there",
            path=path,
            detail=detail,
        ),
    }
    return sentences[fault]
