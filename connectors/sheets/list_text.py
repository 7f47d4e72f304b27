"""Lists that go out as text: CSV that spreadsheets read, WPS and Excel of a Chinese Windows too."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from connectors.text_cells import plain_text
from events.instants import SHANGHAI


def write_list_text(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[str | float | date | datetime | None]]
) -> None:
    """Write a header and rows as UTF-8 with a byte order mark, over an older file of the same name.

    Without the mark WPS and Excel take the file for GBK. No text becomes a formula; moments are written to the minute
    in Chinese time, numbers stand as they are.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow([_written(value) for value in row])


def _written(value: str | float | date | datetime | None) -> str | float:
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        return ""
    return plain_text(value) if isinstance(value, str) else value
