"""Several accounts in one row, below each other or parted by marks: 账号名称 A、B beside 平台 微信、微博.

A row is parted only where it says in the same order what belongs to which account; where it does not, it is asked.
"""

import re
from collections.abc import Mapping, Sequence

from connectors.papers.name_words import read_name
from connectors.papers.paper import Column
from connectors.papers.platform_words import exact_platform
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.cells import Cell, lines_of, shown

_MARKS = re.compile(r"[、；;/／]")
_WRAPPED = re.compile(r"(?<=[\u3400-\u9fff）”》]) (?=[\u3400-\u9fff（“《])")
_NUMBER = re.compile(r"[(（]?(?P<number>\d{1,2})[)）.．、:：]\s*")
_OPENING = ("(", "（", "[", "【")
_OF_ONE = frozenset({"link", "posts_in_span", "longest_gap", "updates_in_28_days"})
"""What belongs to one account beside what the vocabulary says of rows and the times."""


def accounts_of_row(
    cells: Mapping[int, Cell], columns: Sequence[Column], words: Vocabulary
) -> list[Mapping[int, Cell]]:
    """Return the cells of each account that a row names, those that all of them share in each.

    One for a row of one account, and for one that does not say which of its cells belongs to which.
    """
    named = next((column for column in columns if "name" in column.fields), None)
    cell = cells.get(named.index) if named is not None else None
    if cell is None or not (lines_of(cell) or _MARKS.search(shown(cell))):
        return [cells]
    names = _parts(cell)
    if len(names) < 2 or not _tells_platforms(names, cells, columns, words):
        return [cells]
    accounts: list[dict[int, Cell]] = [dict(cells) for _ in names]
    for column in columns:
        cell = cells.get(column.index)
        if cell is None or column.people or not _is_told(column):
            continue
        parts = _parts(cell)
        if len(parts) == len(names):
            for account, part in zip(accounts, parts, strict=True):
                account[column.index] = part
        elif _is_of_one(column, words):
            return [cells]
    return list(accounts)


def names_in(lines: Sequence[str], name: str) -> tuple[str, ...]:
    """Return the names that a cell may hold: its lines, and what marks part in them or in the name that was read of it.

    A line that is a bracket, or what stands behind one that is still open, goes on with the line before.
    """
    joined = _joined(lines)
    return tuple(part for text in (joined if len(joined) > 1 else (name,)) for part in parts_of(text))


def parts_of(text: str) -> list[str]:
    """Return the names or ids that a text holds between its marks."""
    return [part.strip() for part in _MARKS.split(text) if part.strip()]


def as_one_name(lines: Sequence[str], name: str) -> str:
    """Return a name that was wrapped by hand as it is called: no space stands between its Chinese characters."""
    return _WRAPPED.sub("", name) if lines else name


def _tells_platforms(
    names: Sequence[str], cells: Mapping[int, Cell], columns: Sequence[Column], words: Vocabulary
) -> bool:
    """Tell whether each name has its platform: beside it in the same order, or in a bracket behind it."""
    column = next((column for column in columns if "platform" in column.fields), None)
    platforms = _parts(cells.get(column.index)) if column is not None else ()
    if platforms:
        known = all(exact_platform(platform, words) is not None for platform in platforms)
        return known and len(platforms) == len(names)
    return all(read_name(name, words).platform is not None for name in names)


def _is_told(column: Column) -> bool:
    return bool(column.fields) and (column.use == "understood" or "posts_in_span" in column.fields)


def _is_of_one(column: Column, words: Vocabulary) -> bool:
    fields = words.words.fields
    known = [fields[field] for field in column.fields if field in fields]
    return bool(_OF_ONE.intersection(column.fields)) or any(f.of_row or f.values == "time" for f in known)


def _parts(cell: Cell | None) -> tuple[str, ...]:
    """Return what a cell holds in its lines, else between its marks, without the numbers before them."""
    lines = _joined(lines_of(cell))
    parts = lines if len(lines) > 1 else tuple(parts_of(shown(cell)))
    parts = tuple(part.rstrip("、；;，,").rstrip() for part in parts)
    numbers = [_NUMBER.match(part) for part in parts]
    if all(n is not None and int(n["number"]) == place for place, n in enumerate(numbers, start=1)):
        parts = tuple(_NUMBER.sub("", part, count=1) for part in parts)
    return parts


def _joined(lines: Sequence[str]) -> tuple[str, ...]:
    joined: list[str] = []
    for line in lines:
        if joined and (line.startswith(_OPENING) or _is_open(joined[-1])):
            joined[-1] += line
        else:
            joined.append(line)
    return tuple(joined)


def _is_open(text: str) -> bool:
    return any(text.count(one) > text.count(other) for one, other in ("()", "（）", "[]", "【】"))
