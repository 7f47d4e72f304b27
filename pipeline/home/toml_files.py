"""Files that people write for a command, read as TOML."""

from pathlib import Path
from typing import TypeVar

import msgspec

from connectors.sheets.errors import SheetError
from connectors.sheets.files import read_file
from events.fields import marked
from events.messages import message
from pipeline.home.errors import UsageError

MAX_BYTES = 1024 * 1024

T = TypeVar("T")


def read_toml(path: Path, kind: type[T], *, hint: str = message("correct it")) -> T:
    """Read a file; raises `UsageError` naming it, the field, and what to do."""
    text = read_text(path)
    try:
        return msgspec.toml.decode(text, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as e:
        raise UsageError(message("{path}: {error}; {hint}", path=path, error=e, hint=hint)) from None


def read_text(path: Path) -> bytes:
    """Return the bytes of a file that somebody wrote by hand; raises `UsageError`."""
    try:
        return read_file(path, max_bytes=MAX_BYTES, smaller=message("write what is asked alone"))
    except SheetError as e:
        raise UsageError(marked(e)) from None
