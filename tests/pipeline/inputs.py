"""Input that tests make themselves: sheets, feeds, and folders of recorded polls."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import Workbook

from events.instants import SHANGHAI

ITEM = "<item><title>t</title><guid>{guid}</guid><pubDate>{at}</pubDate></item>"


def at(text: str) -> datetime:
    """Read a Chinese time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def sheet(path: Path, headers: Sequence[str], *records: Sequence[object]) -> Path:
    """Write a CSV file or, by its name, a workbook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".xlsx":
        book = Workbook()
        for record in (headers, *records):
            book.active.append(list(record))
        book.save(path)
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *records])
    return path


def feed(times: Iterable[datetime], *, prefix: str = "p") -> str:
    """Return an RSS feed with a post at each time, the newest first; the time makes the guid."""
    items = [
        ITEM.format(guid=f"{prefix}-{int(t.timestamp())}", at=t.strftime("%a, %d %b %Y %H:%M:%S %z"))
        for t in sorted(times, reverse=True)
    ]
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{"".join(items)}</channel></rss>'
    )


def feed_file(path: Path, *times: datetime) -> Path:
    """Write an RSS feed."""
    path.write_text(feed(times), "utf-8")
    return path


def polls(folder: Path, looks: Sequence[tuple[datetime, Mapping[str, Iterable[datetime] | str]]]) -> Path:
    """Write poll folders; each look maps the name of a file to the posts in it, or to the text of the file."""
    for number, (looked_at, files) in enumerate(looks):
        poll = folder / f"{number:02}_{looked_at.astimezone(SHANGHAI):%Y-%m-%dT%H%M%S}"
        poll.mkdir(parents=True)
        for name, content in files.items():
            text = content if isinstance(content, str) else feed(content, prefix=name)
            (poll / f"{name}.xml").write_text(text, "utf-8")
    return folder


def daily(first: datetime, count: int) -> list[datetime]:
    """Return a time on each of `count` days."""
    return [first + timedelta(days=n) for n in range(count)]
