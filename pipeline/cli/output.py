"""What commands print: tables for people, one JSON object for scripts; logs go to standard error."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import msgspec
from rich.markup import escape

from events.instants import local_iso
from events.messages import message
from pipeline.cli.field_options import with_options
from pipeline.cli.tables import out, print_table
from pipeline.office.columns import Column, any_of, written


@runtime_checkable
class Translatable(Protocol):
    """What can be told in the language of who reads."""

    def to_message(self) -> str: ...


_VALUE = any_of({"value": ""})[0]


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object; instants in Chinese time, what JSON has no word for as text."""
    encoded = msgspec.json.encode(_plain(value), enc_hook=str)
    sys.stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")


def print_rows(
    rows: Sequence[Mapping[str, Any]],
    *,
    as_json: bool,
    columns: Mapping[str, str] | Sequence[Column],
    head: Mapping[str, Any] | None = None,
    title: str | None = None,
) -> None:
    """Print the rows of one thing as a table, or as JSON under `rows` beside the fields of `head`.

    `columns` may map the keys that the table shows to their headings; JSON shows every key. What is a list of things
    goes through `listing.py`, which writes files, too.
    """
    if as_json:
        print_json({**(head or {}), "rows": rows})
        return
    print_table(rows, any_of(columns) if isinstance(columns, Mapping) else columns, title=title)


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
        text = note.to_message() if isinstance(note, Translatable) else str(note)
        say(with_options(message("注意 note: {note}", note=text)))


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
    listed = {key: count for key, count in counts.items() if key in words and (count or key not in _SELDOM)}
    say("；".join(f"{words[key]}: {count}" for key, count in listed.items()))
    say_notes(notes or ())


def cell(value: object) -> str:
    """Return a value as people read it: Chinese time, 是 and 否, a dash for nothing and for an id that was made up."""
    return written(_VALUE, {_VALUE.key: value}) or "-"


def minutes(at: datetime) -> str:
    """Return a moment to the minute, in Chinese time."""
    return cell(at)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return local_iso(value)
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value
