"""CSV files as spreadsheets save them: four encodings, three delimiters."""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from connectors.filings.cells import Cell, clean
from connectors.filings.errors import UnreadableSheetError

DELIMITERS = ",;\t"
SAVE_AGAIN = "save it again as CSV UTF-8 or as .xlsx"


def decode(path: Path, content: bytes) -> str:
    """Decode UTF-8, UTF-16 or gb18030, each strictly.

    A UTF-8 file with a damaged byte is refused and not read as gb18030: that would succeed and turn every
    name into other characters.
    """
    if content.startswith(b"PK\x03\x04"):
        raise UnreadableSheetError(path, "is a workbook with the name of a CSV file", "rename it to .xlsx")
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        raise UnreadableSheetError(path, "is UTF-32", SAVE_AGAIN)
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        if b"\0" in content[:4096]:
            return content.decode(
                "utf-16-le" if content[1::2].count(0) > content[::2].count(0) else "utf-16-be"
            )
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.encoding != "utf-8":
            raise UnreadableSheetError(path, "is damaged UTF-16", SAVE_AGAIN) from error
        _refuse_damaged_utf8(path, content, error.start)
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableSheetError(
            path, f"is neither UTF-8, UTF-16 nor gb18030 (line {line})", SAVE_AGAIN
        ) from error


def read_lines(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[Cell | None]]]:
    """Give the records with content; numbers are those of a spreadsheet, where blank lines count.

    Every cell is text: one that begins with = is data and never computed.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, record in enumerate(reader, start=1):
            cells: list[Cell | None] = [clean(field) or None for field in record]
            if any(cell is not None for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise UnreadableSheetError(
            path, f"has a broken quotation near line {reader.line_num} ({error})", SAVE_AGAIN
        ) from error


def head(path: Path, text: str, delimiter: str, row_limit: int) -> list[list[Cell | None]]:
    """Give the first lines as this delimiter cuts them, up to where it cannot."""
    lines: list[list[Cell | None]] = []
    with suppress(UnreadableSheetError):
        for number, cells in read_lines(path, text, delimiter):
            if number > row_limit:
                break
            lines.append(cells)
    return lines


def _refuse_damaged_utf8(path: Path, content: bytes, start: int) -> None:
    text = content.decode("utf-8", errors="replace")
    chinese = sum("\u4e00" <= character <= "\u9fff" for character in text)
    if chinese > text.count("\ufffd"):
        line = content.count(b"\n", 0, start) + 1
        raise UnreadableSheetError(path, f"is UTF-8 with a damaged character on line {line}", SAVE_AGAIN)
