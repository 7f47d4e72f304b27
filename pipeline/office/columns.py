"""Columns of lists: one description of each for the terminal, a CSV file and a workbook.

A column takes its value from a row by key, the key that `--json` prints, and says of which kind it is. The value is
made into a plain one here (Chinese time, days, words for codes, nothing for an id that was made up); how a plain value
is written is up to who writes.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec

from events.days import LAST_SECOND, chinese_day
from events.facts import RegistryEntry
from events.ids import is_made_up
from events.instants import SHANGHAI

Row = Mapping[str, Any]
Plain = str | int | float | date | datetime | None


class Kind(Enum):
    """What the values of a column are."""

    TEXT = "text"
    ID = "id"  # what a person types to name the thing of the row: never cut
    DAY = "day"  # of a moment its Chinese day
    MINUTE = "minute"
    NUMBER = "number"
    SHARE = "share"  # 66.7%
    ANY = "any"  # told by the value: of a table of names and values


class Column(msgspec.Struct, frozen=True):
    """A column of a list."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    words: Mapping[Any, str] = {}  # of codes; one that is missing stands as it is
    by_day: str = ""  # of a minute: key of the row that tells whether its day alone is known
    spare: bool = False  # a terminal leaves it out where no row has it
    wraps: bool = (
        False  # its text is what the list is for: a terminal breaks it into lines and does not cut it
    )


def text(key: str, title: str, *, wraps: bool = False) -> Column:
    """Return a column of texts, or of lists of them."""
    return Column(key, title, wraps=wraps)


def ident(key: str, title: str) -> Column:
    """Return a column of ids, numbers or names by which commands take what the rows are about."""
    return Column(key, title, Kind.ID)


def day(key: str, title: str) -> Column:
    """Return a column of days."""
    return Column(key, title, Kind.DAY)


def minute(key: str, title: str, *, by_day: str = "") -> Column:
    """Return a column of moments, to the minute in Chinese time."""
    return Column(key, title, Kind.MINUTE, by_day=by_day)


def number(key: str, title: str) -> Column:
    """Return a column of numbers."""
    return Column(key, title, Kind.NUMBER)


def share(key: str, title: str) -> Column:
    """Return a column of shares that stand as 66.7%."""
    return Column(key, title, Kind.SHARE)


def word(key: str, title: str, words: Mapping[Any, str], *, wraps: bool = False) -> Column:
    """Return a column of codes, each shown by its word; a list of codes by theirs."""
    return Column(key, title, words=words, wraps=wraps)


NUMBER = Column("number", "编号", Kind.ID, spare=True)
"""The number of an account for people; an office that gives none has none in its lists."""

ACCOUNT = (text("name", "账号名称"), text("platform", "平台"), text("owner", "主办单位"))
"""How people tell accounts apart."""


def any_of(columns: Mapping[str, str]) -> tuple[Column, ...]:
    """Return the columns of a table of names and values, by key and title."""
    return tuple(Column(key, title, Kind.ANY, wraps=True) for key, title in columns.items())


def plain(column: Column, row: Row) -> Plain:
    """Return the value of a column in a row, plain: datetimes aware in Chinese time, None for nothing."""
    value = row.get(column.key)
    if isinstance(value, list | tuple):
        return "、".join(str(column.words.get(one, one)) for one in value) or None
    if column.words:
        value = column.words.get(value, value)
    if value is None or value == "" or (isinstance(value, str) and is_made_up(value.rpartition(":")[2])):
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    return _of_kind(column, row, value)


def _of_kind(column: Column, row: Row, value: Any) -> Plain:
    if column.kind is Kind.DAY or (column.by_day and row.get(column.by_day)):
        return _day(value)
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI)
        return local.date() if local.time() == LAST_SECOND else local  # a day of which no time was told
    if column.kind is Kind.SHARE and isinstance(value, str) and value.endswith("%"):
        return float(value.removesuffix("%")) / 100
    return value if isinstance(value, int | float | date) else str(value)


def written(column: Column, row: Row) -> str:
    """Return the value as text: 2025-06-30 09:00, 2025-06-30, 66.7%; empty for nothing."""
    value = plain(column, row)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if column.kind is Kind.SHARE and isinstance(value, float):
        return f"{value:.1%}"
    return str(value)


def titles(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the headings."""
    return tuple(column.title for column in columns)


def _day(value: Any) -> date | str:
    """Return a day; a text that is none, like the month 2018-01, stays as it is."""
    if isinstance(value, datetime):
        return chinese_day(value)
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if len(value) == len("2018-01-31") else str(value)


def placed(row: Row, entry: RegistryEntry | None) -> Row:
    """Return a row with what `ACCOUNT` shows of its account; as it is where the registry does not know the account."""
    return (
        row
        if entry is None
        else {**row, "name": entry.name, "platform": entry.platform, "owner": entry.owner}
    )
