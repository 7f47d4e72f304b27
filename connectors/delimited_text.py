"""Lists as delimited text: a text stays a text, whatever it begins with."""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from events.instants import SHANGHAI
from events.printable import printable

_STARTS_FORMULA = ("=", "+", "-", "@", "|", "%")
_BLANK = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


def write_delimited(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[str | float | date | datetime | None]]
) -> None:
    """Write a list as CSV: UTF-8 with a byte order mark, over an older file of the same name.

    Without the mark WPS and Excel of a Chinese Windows take the file for GBK. What spreadsheets would take for a
    formula has the mark ' before it, which readers of sheets here take off again; moments are written in Chinese
    time to the minute, numbers stand as they are.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow([_delimited(value) for value in row])


def _delimited(value: str | float | date | datetime | None) -> str | float:
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        text = printable(value)
        return f"'{text}" if starts_formula(text) else text
    return "" if value is None else value


def starts_formula(text: str) -> bool:
    """Tell whether spreadsheets take a text for a formula, in other widths or behind blanks, too."""
    first = next((c for c in text if unicodedata.category(c) not in _BLANK), "")
    return unicodedata.normalize("NFKC", first).startswith(_STARTS_FORMULA)
