"""A day in one column and its time of day in the next: 最近更新 over 日期 and 时间, or 更新日期 beside 更新时间."""

from collections.abc import Mapping
from itertools import pairwise

import msgspec

from connectors.papers.header_rows import Header
from connectors.papers.time_words import is_clock
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.cells import Cell, shown
from connectors.sheets.columns import header_key
from events.folding import fold

_DAY, _CLOCK = ("日期", "年月日", "日"), ("时间", "时刻", "时分", "时")


def join_times(
    header: Header, by_row: Mapping[int, dict[int, Cell]], words: Vocabulary
) -> tuple[Header, tuple[str, ...]]:
    """Put the time of day behind its day, in place; returns the header without its column, and the headers joined.

    Only where the cells of the second column are times of day and nothing else.
    """
    columns = sorted(header.names)
    joined: list[str] = []
    names = dict(header.names)
    for day, clock in pairwise(columns):
        whole = _whole(names.get(day), names.get(clock), words)
        rows = [cells for number, cells in by_row.items() if number > header.rows[-1]]
        if whole is None or not _are_clocks(clock, rows, words):
            continue
        for cells in rows:
            if clock in cells and day in cells:
                cells[day] = f"{shown(cells[day])} {shown(cells.pop(clock))}"
        joined.append(header.shown(clock))
        names[day] = ("", whole)
        del names[clock]
    return msgspec.structs.replace(header, names=names), tuple(joined)


def _whole(day: tuple[str, str] | None, clock: tuple[str, str] | None, words: Vocabulary) -> str | None:
    """Return the known header of a time that two columns tell together, None where they do not."""
    if day is None or clock is None:
        return None
    if day[0] and day[0] == clock[0] and header_key(day[1]) in _DAY and header_key(clock[1]) in _CLOCK:
        return next((text for text in (f"{day[0]}时间", day[0]) if _is_time(text, words)), None)
    same = words.by_header.get(header_key(day[1])) == words.by_header.get(header_key(clock[1]))
    return day[1] if same and not (day[0] or clock[0]) and _is_time(day[1], words) else None


def _is_time(header: str, words: Vocabulary) -> bool:
    fields = words.by_header.get(header_key(header), ())
    return len(fields) == 1 and words.words.fields[fields[0]].values == "time"


def _are_clocks(column: int, rows: list[dict[int, Cell]], words: Vocabulary) -> bool:
    texts = [shown(cells[column]) for cells in rows if column in cells]
    texts = [text for text in texts if fold(text) not in words.blanks]
    clocks = sum(map(is_clock, texts))
    return clocks > 0 and clocks >= words.numbers.agreeing_share * len(texts)
