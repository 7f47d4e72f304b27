"""The alerts file: one JSON line a message, for scripts and for the record."""

import os
from pathlib import Path
from uuid import UUID

import msgspec
import structlog

from connectors.notify.channel import DeliveryError, OneDestination
from connectors.notify.message import Message

_log = structlog.get_logger(__name__)


class _Line(msgspec.Struct, frozen=True):
    """What is read back of a line."""

    id: UUID


_decode_line = msgspec.json.Decoder(_Line).decode


class FileChannel(OneDestination):
    """Appends messages to a file; an id stands in it once.

    1. Before the first append, and after one that failed, the file is read for the ids that it holds.
    2. A last line without its newline, left by a crash, is closed off by the write that appends the next.
    3. The line is written by one call and forced to the disk; only then is the message taken.

    A crash before step 3 leaves no line or a torn one, which holds no id, so sending again writes it; a crash
    after it leaves a whole line, so sending again writes nothing. The file may be moved away between two
    messages.
    """

    name = "file"
    replays = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ids: set[bytes] | None = None  # None: the file has to be read

    def deliver(self, message: Message) -> None:
        """Append a message and force it to the disk, unless its id is there."""
        begun = False
        try:
            if self._ids is None:
                self._ids = self._read_ids()
            if message.id.bytes in self._ids:
                return
            fd = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                begun = True
                _append(fd, msgspec.json.encode(message) + b"\n")
                _force(fd, self._path)
            finally:
                os.close(fd)
        except OSError as e:
            self._ids = None  # what the failed write left is looked at before the next
            reason = f"{self._path.name} cannot be written: {e.strerror or e}"
            raise DeliveryError(reason, permanent=False, unknown=begun) from None
        self._ids.add(message.id.bytes)

    def _read_ids(self) -> set[bytes]:
        """Return the ids of all whole lines, forced to the disk because they count as taken from now on."""
        ids: set[bytes] = set()
        torn = 0
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return ids
        with file:
            for line in file:
                try:
                    ids.add(_decode_line(line).id.bytes)
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    torn += bool(line.strip())
            _force(file.fileno(), self._path)
        if torn:
            _log.warning("lines of the alerts file are no messages", file=self._path.name, lines=torn)
        return ids


def _append(fd: int, line: bytes) -> None:
    size = os.fstat(fd).st_size
    if size and os.pread(fd, 1, size - 1) != b"\n":
        line = b"\n" + line
    if os.write(fd, line) != len(line):
        raise OSError("the disk took only a part of the line; make room and send again")


def _force(fd: int, path: Path) -> None:
    """Force a file to the disk, and its name in the folder."""
    os.fsync(fd)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
