"""What is handed in at one path: a file, the files of a folder or of a ZIP archive, one level deep."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from connectors.papers.paper import Reason
from connectors.papers.source_pages import OFD_PART
from connectors.sheets.errors import SheetError, SheetTooLargeError
from connectors.sheets.files import read_file
from connectors.sheets.packages import BOMB_BYTES, BOMB_RATIO
from connectors.sheets.pages_of_file import MAX_BYTES
from events.messages import message

MAX_FILES = 1_000
MAX_ALL_BYTES = 512 * 1024 * 1024
MAX_UNPACKED = 128 * 1024 * 1024
"""Of an archive that came without a path: all of it is held in memory."""

_MAX_ENTRIES = 10_000  # of an archive or an office file
_ENTRY_MAGIC = b"PK\x01\x02"
_SMALLER = message("hand it in by parts")
_ZIP = b"PK\x03\x04"
_FILES_INSIDE = frozenset({"[Content_Types].xml", OFD_PART})
"""Parts by which an archive is one file and no folder: of an office program, of an OFD."""
_UTF8_NAMES = 0x800  # flag of an entry; without it Chinese programs write GB18030
_ENCRYPTED = 0x1


class Handed(msgspec.Struct, frozen=True):
    """One file that was handed in, or why it is left out."""

    name: str
    content: bytes = b""
    left_out: Reason | None = None


def files_at(path: Path) -> list[Handed]:
    """Give what lies at a path, in the order of its names; hidden files, locks and folders are named and left out.

    An archive that is no file of an office program and no OFD is a folder. What cannot be read carries its
    reason; nothing is raised.
    """
    if not path.is_dir():
        return _file_or_archive(path)
    entries = sorted(path.iterdir())
    if len(entries) > MAX_FILES:
        return [Handed(path.name, left_out=_too_many())]
    return [handed for entry in entries for handed in _of_folder(entry)]


def files_in(name: str, content: bytes) -> list[Handed]:
    """Give what a file holds that came without a path, an archive as `files_at` does; an empty one as it is.

    An archive that unpacks to far more than it holds, or to more than `MAX_UNPACKED`, is left out before any of it
    is unpacked.
    """
    if len(content) > MAX_BYTES:
        why = Reason("too_large", {"problem": f"is larger than {MAX_BYTES // 1024**2} MB"})
        return [Handed(name, left_out=why)]
    passed = _passed_over(name, is_folder=False)
    return [Handed(name, left_out=passed)] if passed else _of_content(name, content, MAX_UNPACKED)


def _of_folder(entry: Path) -> list[Handed]:
    why = _passed_over(entry.name, is_folder=entry.is_dir())
    return [Handed(entry.name, left_out=why)] if why else _file_or_archive(entry)


def _file_or_archive(path: Path) -> list[Handed]:
    try:
        content = read_file(path, max_bytes=MAX_BYTES, smaller=_SMALLER)
    except SheetError as error:
        code = "too_large" if isinstance(error, SheetTooLargeError) else "damaged"
        return [Handed(path.name, left_out=Reason(code, {"problem": str(error.problem)}))]
    return _of_content(path.name, content, MAX_ALL_BYTES)


def _of_content(name: str, content: bytes, most: int) -> list[Handed]:
    if not content.startswith(_ZIP):
        return [Handed(name, content)]
    if content.count(_ENTRY_MAGIC) > _MAX_ENTRIES:  # before the library lists them
        return [Handed(name, left_out=_too_many())]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if not _FILES_INSIDE.isdisjoint(archive.namelist()):
                return [Handed(name, content)]
            return list(_of_archive(name, archive, min(most, max(BOMB_BYTES, BOMB_RATIO * len(content)))))
    except Exception as error:  # noqa: BLE001 (zipfile meets damage with whatever error the place has)
        why = Reason("damaged", {"problem": f"is damaged ({type(error).__name__})"})
        return [Handed(name, left_out=why)]


def _of_archive(archive_name: str, archive: zipfile.ZipFile, most: int) -> Iterator[Handed]:
    """Give the files of an archive within bounds; none is unpacked further than its own count of bytes."""
    parts = archive.infolist()
    if len(parts) > MAX_FILES or sum(part.file_size for part in parts) > most:
        yield Handed(archive_name, left_out=_too_many())
        return
    for part in sorted(parts, key=_name):
        name = _name(part)
        why = _passed_over(name.rpartition("/")[2], is_folder=part.is_dir())
        if why is None and "/" in name.strip("/"):
            why = Reason("too_deep")
        if why is None and part.flag_bits & _ENCRYPTED:
            why = Reason("encrypted")
        if why is None and part.file_size > MAX_BYTES:
            why = Reason("too_large", {"problem": f"is larger than {MAX_BYTES // 1024**2} MB"})
        if part.is_dir():
            continue
        if why is not None:
            yield Handed(name, left_out=why)
            continue
        with archive.open(part) as stream:
            yield Handed(name, stream.read(MAX_BYTES + 1)[:MAX_BYTES])


def _name(part: zipfile.ZipInfo) -> str:
    if part.flag_bits & _UTF8_NAMES:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


def _passed_over(name: str, *, is_folder: bool) -> Reason | None:
    if is_folder:
        return Reason("too_deep")
    if name.startswith("~$"):
        return Reason("lock_file")
    return Reason("hidden_file") if name.startswith(".") else None


def _too_many() -> Reason:
    return Reason(
        "too_large", {"problem": f"holds more than {MAX_FILES} files or {MAX_ALL_BYTES // 1024**2} MB"}
    )
