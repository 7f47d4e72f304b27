"""Files that people write for a command, read as TOML."""

import re
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

_AT = r" - at `\$\.(?P<at>[^`]+)`"
_OTHER_TYPE = re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<given>[^`]+)`" + _AT)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>[^`]+)`")
_UNKNOWN_WITHIN = re.compile(_UNKNOWN.pattern + _AT)
_OTHER_FORM = re.compile(r"Expected `str` matching regex (?P<pattern>.+)" + _AT)
_NO_CHOICE = re.compile(r"Invalid value (?P<value>.+)" + _AT)
_TYPES = {
    "int": message("int"),
    "float": message("float"),
    "str": message("str"),
    "bool": message("bool"),
    "array": message("array"),
    "object": message("object"),
}
"""Types as the reader calls them."""


def read_toml(path: Path, kind: type[T], *, hint: str = message("correct it")) -> T:
    """Read a file; raises `UsageError` naming it, the field, and what to do."""
    text = read_text(path)
    try:
        return msgspec.toml.decode(text, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as e:
        raise UsageError(
            message("{path}: {error}; {hint}", path=path, error=_told(str(e)), hint=hint)
        ) from None


def _told(error: str) -> str:
    """Return what the reader of TOML says as a message, where it is one of a wrong field: in English the same words."""
    if found := _OTHER_TYPE.fullmatch(error):
        wanted, given = (_TYPES.get(found[name], found[name]) for name in ("wanted", "given"))
        return message(
            "Expected `{wanted}`, got `{given}` - at `$.{at}`", wanted=wanted, given=given, at=found["at"]
        )
    if found := _UNKNOWN.fullmatch(error):
        return message("Object contains unknown field `{name}`", name=found["name"])
    if found := _UNKNOWN_WITHIN.fullmatch(error):
        return message(
            "Object contains unknown field `{name}` - at `$.{at}`", name=found["name"], at=found["at"]
        )
    if found := _OTHER_FORM.fullmatch(error):
        return message(
            "Expected `str` matching regex {pattern} - at `$.{at}`", pattern=found["pattern"], at=found["at"]
        )
    if found := _NO_CHOICE.fullmatch(error):
        return message("Invalid value {value} - at `$.{at}`", value=found["value"], at=found["at"])
    return error


def read_text(path: Path) -> bytes:
    """Return the bytes of a file that somebody wrote by hand; raises `UsageError`."""
    try:
        return read_file(path, max_bytes=MAX_BYTES, smaller=message("write what is asked alone"))
    except SheetError as e:
        raise UsageError(marked(e)) from None
