"""Forms that tell of one account, a label with what was filled in beside it: read as a table with one row.

Its columns bear the names of the cells that were filled in. A form with a table in it, or with anything that stands
beside no label, is none that is read so.
"""

import re
from collections.abc import Mapping, Sequence

import msgspec

from connectors.papers.header_meaning import meaning_of
from connectors.papers.header_rows import Header
from connectors.papers.labels import context_kind
from connectors.papers.turned_tables import LaidOut
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import column_letters
from connectors.sheets.cells import Cell, shown
from connectors.sheets.columns import header_key
from connectors.sheets.headers import Line
from connectors.sheets.page import Page

_OF_FILINGS = frozenset(
    {"filing_kind", "owner_opinion", "office_opinion", "effective_at", "filed_at", "reason"}
)
_FILING_TITLES = ("备案", "申请", "审批", "报备", "登记表", "变更", "关停", "注销")
_TICKED = re.compile(r"[☑☒√✓✔■]\s*(?P<words>[^□☐○☑☒√✓✔■\s]+)")
_OPEN_BOX = re.compile(r"[□☐○]")
_LONGEST_LABEL = 12
_HEADER_ROW, _ACCOUNT_ROW = 1, 2


def one_account(lines: Sequence[Line], words: Vocabulary) -> LaidOut | None:
    """Return a form as a table of one row, None where it cannot be or is a form of filings, which goes in elsewhere."""
    filled = [number for number, cells in lines if _begins_with_label(cells, words)]
    if not filled:
        return None
    above = [cells for number, cells in lines if number < filled[0]]
    if any(word in shown(cell) for cells in above for cell in cells.values() for word in _FILING_TITLES):
        return None
    table = _Table({}, {}, {}, [])
    for number, cells in lines:
        if filled[0] <= number <= filled[-1] and not table.take(number, _pairs(cells, words), words):
            return None
    labels = table.labels
    if any(_OF_FILINGS.intersection(m.fields) for t in labels.values() if (m := meaning_of("", t, words))):
        return None
    above += table.said
    turned: list[Line] = [
        (place - len(above) + _HEADER_ROW, dict(cells)) for place, cells in enumerate(above)
    ]
    turned += [(_HEADER_ROW, dict(labels)), (_ACCOUNT_ROW, table.values)]
    below = [cells for number, cells in lines if number > filled[-1]]
    turned += [
        (place, {len(labels): "  ".join(shown(cell) for _, cell in sorted(cells.items()))})
        for place, cells in enumerate(below, start=_ACCOUNT_ROW + 1)
    ]
    header = Header((_HEADER_ROW,), {place: ("", label) for place, label in labels.items()}, len(labels))
    return LaidOut("form", Page(turned, [], set(), [], [], []), header, table.letters, filled[0])


class _Pair(msgspec.Struct, frozen=True):
    """A label, and what was filled in beside it: its cell, and the column of the cell."""

    label: str
    column: int
    value: Cell | None


class _Table(msgspec.Struct, frozen=True):
    """What a form says, by the place of its label: labels, values, their cells; and what it says of itself."""

    labels: dict[int, str]
    values: dict[int, Cell]
    letters: dict[int, str]
    said: list[dict[int, Cell]]

    def take(self, row: int, pairs: Sequence[_Pair], words: Vocabulary) -> bool:
        """Take the labels of a row; false where it has none."""
        for pair in pairs:
            kind = context_kind(pair.label, words)
            if kind and pair.value is not None:
                self.said.append({0: f"{pair.label.rstrip(':：')}：{shown(pair.value)}"})
            if kind and meaning_of("", pair.label, words) is None:
                continue
            place = len(self.labels)
            self.labels[place], self.letters[place] = pair.label, f"{column_letters(pair.column)}{row}"
            if pair.value is not None:
                self.values[place] = _ticked(pair.value)
        return bool(pairs)


def _begins_with_label(cells: Mapping[int, Cell], words: Vocabulary) -> bool:
    return len(cells) > 1 and _is_label(shown(cells[min(cells)]), words)


def _is_label(text: str, words: Vocabulary) -> bool:
    return header_key(text) in words.header_words or context_kind(text, words) != ""


def _pairs(cells: Mapping[int, Cell], words: Vocabulary) -> list[_Pair]:
    """Return the labels of a row with their values; none where something stands beside no label, or nothing at all."""
    columns = sorted(cells)
    pairs: list[_Pair] = []
    while columns:
        label, after = shown(cells[columns[0]]), columns[1:2]
        filled = [column for column in after if not _is_label(shown(cells[column]), words)]
        if not _is_label(label, words) and (not filled or len(label) > _LONGEST_LABEL):
            return []
        place = filled[0] if filled else columns[0] + 1
        pairs.append(_Pair(label, place, cells[filled[0]] if filled else None))
        columns = columns[1 + len(filled) :]
    no_values = all(pair.value is None for pair in pairs)
    return [] if no_values and len(pairs) >= words.numbers.known_headers else pairs


def _ticked(value: Cell) -> Cell:
    """Return the one answer of several that is ticked, ☑合格 □不合格; any other cell as it is."""
    text = shown(value)
    ticked = _TICKED.findall(text) if _OPEN_BOX.search(text) else []
    return ticked[0] if len(ticked) == 1 else value
