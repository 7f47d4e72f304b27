"""CSV files as spreadsheets save them: four encodings, three delimiters."""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from connectors.sheets.cells import Broken, Cell, clean_lines
from connectors.sheets.errors import SheetTooLargeError, UnreadableSheetError
from connectors.sheets.escapes import typed, without_breaks
from connectors.sheets.page import LAST_ROW
from connectors.sheets.styles import MAX_CHARACTERS
from events.messages import message

DELIMITERS = ",;\t"
SAVE_AGAIN = message("save it again as CSV UTF-8 or as .xlsx")
SMALLER = message("split it into several sheets")
MAX_DELIMITERS = 50_000
"""In one line: above the columns of any sheet and the commas of any text in it."""

_ZEROS_OF_UTF16 = 16


def decode(path: Path, content: bytes) -> str:
    """Decode UTF-8, UTF-16 or gb18030, each strictly.

    A UTF-8 file with a damaged byte is refused and not read as gb18030: that would succeed and turn every
    name into other characters.
    """
    if content.startswith(b"PK\x03\x04"):
        raise UnreadableSheetError(
            path, message("is a workbook with the name of a CSV file"), message("rename it to .xlsx")
        )
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        raise UnreadableSheetError(path, message("is UTF-32"), SAVE_AGAIN)
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = content.decode("utf-16")
        elif b"\0" in content:
            text = _as_utf16(path, content)
        else:
            return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.encoding != "utf-8":
            raise UnreadableSheetError(path, message("is damaged UTF-16"), SAVE_AGAIN) from error
        _refuse_damaged_utf8(path, content, error.start)
    else:
        if "\0" in text:
            raise _with_nul(path, text.count("\n", 0, text.index("\0")) + 1)
        return text
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableSheetError(
            path, message("is neither UTF-8, UTF-16 nor gb18030 (line {line})", line=line), SAVE_AGAIN
        ) from error


def read_lines(
    path: Path, text: str, delimiter: str, last: int | None = None
) -> Iterator[tuple[int, dict[int, Cell]]]:
    """Give the records with content, up to the `last`; numbers are those of a spreadsheet, where blank lines count.

    Every cell is text: one that begins with = is data and never computed.
    """
    lines = _bounded(path, io.StringIO(text.rstrip("\r\n"), newline=""), delimiter)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for number, record in enumerate(reader, start=1):
            if last is not None and number > last:
                return
            if number > LAST_ROW:
                raise SheetTooLargeError(
                    path, message("has more than {last_row} lines", last_row=LAST_ROW), SMALLER
                )
            cells: dict[int, Cell] = {
                index: cell
                for index, field in enumerate(record)
                if field and not field.isspace() and (cell := _cell(field))
            }
            if cells:
                yield number, cells
    except csv.Error as error:
        if "field larger" in str(error):
            raise SheetTooLargeError(
                path,
                message(
                    "has a text of more than {field_size_limit:,} characters near line {line_num}",
                    field_size_limit=csv.field_size_limit(),
                    line_num=reader.line_num,
                ),
                message("close the quotation there, or shorten the text"),
            ) from error
        raise UnreadableSheetError(
            path,
            message(
                "has a broken quotation near line {line_num} ({error})", line_num=reader.line_num, error=error
            ),
            SAVE_AGAIN,
        ) from error


def head(path: Path, text: str, delimiter: str, row_limit: int) -> list[tuple[int, dict[int, Cell]]]:
    """Give the first lines as this delimiter cuts them, up to where it cannot."""
    lines: list[tuple[int, dict[int, Cell]]] = []
    with suppress(UnreadableSheetError, SheetTooLargeError):
        lines.extend(read_lines(path, text, delimiter, last=row_limit))
    return lines


def _bounded(path: Path, lines: Iterator[str], delimiter: str) -> Iterator[str]:
    """Refuse a line that would be cut into more fields than any sheet has columns, before it is cut."""
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_DELIMITERS and line.count(delimiter) > MAX_DELIMITERS:
            raise SheetTooLargeError(
                path,
                message(
                    "has more than {max_delimiters} columns (line {number})",
                    max_delimiters=MAX_DELIMITERS,
                    number=number,
                ),
                SMALLER,
            )
        yield line


def _cell(field: str) -> Cell | None:
    text = typed(clean_lines(without_breaks(field)))
    if len(text) > MAX_CHARACTERS:
        return Broken(
            text[:60],
            message("has more than {max_characters:,} characters", max_characters=MAX_CHARACTERS),
            message("shorten it"),
        )
    return text or None


def _as_utf16(path: Path, content: bytes) -> str:
    """Decode UTF-16 without a mark; a file of another encoding with NUL characters in it is refused.

    In UTF-16 the zeros of digits, delimiters and line ends stand in one half of the bytes, and there are many of them.
    """
    zeros = low, high = content[::2].count(0), content[1::2].count(0)
    sparse = max(zeros) * _ZEROS_OF_UTF16 < len(content)
    if min(zeros) * _ZEROS_OF_UTF16 <= max(zeros) and not (sparse and _is_utf8(content)):
        with suppress(UnicodeDecodeError):
            text = content.decode("utf-16-le" if high > low else "utf-16-be")
            if any(mark in text for mark in f"{DELIMITERS}\r\n"):
                return text
    raise _with_nul(path, content.count(b"\n", 0, content.index(0)) + 1)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _with_nul(path: Path, line: int) -> UnreadableSheetError:
    return UnreadableSheetError(path, message("holds a NUL character on line {line}", line=line), SAVE_AGAIN)


def _refuse_damaged_utf8(path: Path, content: bytes, start: int) -> None:
    text = content.decode("utf-8", errors="replace")
    chinese = sum("\u4e00" <= character <= "\u9fff" for character in text)
    if chinese > text.count("\ufffd"):
        line = content.count(b"\n", 0, start) + 1
        raise UnreadableSheetError(
            path, message("is UTF-8 with a damaged character on line {line}", line=line), SAVE_AGAIN
        )
