"""What commands print: tables for people, one JSON object for scripts; logs go to standard error."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from events.ids import is_made_up
from events.instants import local_iso

_PLAIN_WIDTH = 200


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the end of the command, where it is no failure that nobody reads on."""
        raise BrokenPipeError


def out() -> Console:
    """Return the console of standard output; colours only on a terminal, no cut columns in a pipe."""
    return _Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH, highlight=False)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object; instants in Chinese time, what JSON has no word for as text."""
    encoded = msgspec.json.encode(_plain(value), enc_hook=str)
    sys.stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")


def print_rows(
    rows: Sequence[Mapping[str, Any]],
    *,
    as_json: bool,
    columns: Mapping[str, str],
    head: Mapping[str, Any] | None = None,
    title: str | None = None,
) -> None:
    """Print rows as a table, or as JSON under `rows` beside the fields of `head`.

    `columns` maps the keys that the table shows to their headings; JSON shows every key.
    """
    if as_json:
        print_json({**(head or {}), "rows": rows})
        return
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(cell(row.get(key)) for key in columns))
    out().print(table)


def say(text: str) -> None:
    """Print a line for people."""
    out().print(escape(text), soft_wrap=True)


def say_known(known_at: datetime, behind: int) -> None:
    """Print as known at which moment people were answered, and how much was recorded since."""
    more = f"；此后另有 recorded since: {behind}" if behind else ""
    say(f"知悉时间 known at {local_iso(known_at)}{more}")


def say_notes(notes: Sequence[object]) -> None:
    """Print what a reader noticed in a file that it took: what it left out, and what a person may not have seen."""
    for note in notes:
        say(f"注意 note: {note}")


_SELDOM = {
    "known": "此前已有 known before",
    "conflicts": "与此前不同（以先到者为准）say otherwise, the first counts",
}
"""Counts that are told where they are not 0."""


def say_counts(*, as_json: bool, notes: Sequence[object] | None = None, **counts: object) -> None:
    """Print what became of an import: all of it as JSON, for people what they look for."""
    if as_json:
        print_json(counts if notes is None else {**counts, "notes": notes})
        return
    words = {"rows": "行 rows", "events": "新事实 events", "withdrawn": "已核减 withdrawn", **_SELDOM}
    told = {key: count for key, count in counts.items() if key in words and (count or key not in _SELDOM)}
    say("；".join(f"{words[key]}: {count}" for key, count in told.items()))
    say_notes(notes or ())


def cell(value: object) -> str:
    """Return a value as people read it: Chinese time, 是 and 否, a dash for nothing and for an id that was made up."""
    if value is None or (isinstance(value, str) and is_made_up(value.rpartition(":")[2])):
        return "-"
    if isinstance(value, datetime):
        return (local_iso(value) or "").replace("T", " ").removesuffix("+08:00")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return escape("、".join(str(v) for v in value))
    return escape(str(value))


def minutes(at: datetime) -> str:
    """Return a moment to the minute, in Chinese time."""
    return str(cell(at))[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return local_iso(value)
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value
