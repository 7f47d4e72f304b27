"""Tables with their fields down a column and an account in each of the others: turned before they are read.

A row of the turned table is a column of the paper, and its columns are rows of it: they bear the number of that row as
their name, so that whatever is told names the paper as it lies.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from connectors.papers.columns import agrees, settle_columns
from connectors.papers.header_meaning import meaning_of
from connectors.papers.header_rows import Header
from connectors.papers.page_questions import ABOUT_ACCOUNTS
from connectors.papers.paper import Layout
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import Area
from connectors.sheets.cells import Cell, shown
from connectors.sheets.columns import header_key
from connectors.sheets.headers import Line
from connectors.sheets.page import Page

_LABELS_WITHIN = 3  # columns of which one may hold the fields
_FIELDS_WITHIN = 100  # rows
_FEWEST_ACCOUNTS = 2
_FEWEST_PLAIN = 2  # fields that are called as usual
_TESTED = frozenset({"platform", "time"})


READ_TURNED: Mapping[Layout, frozenset[str]] = {
    "columns": ABOUT_ACCOUNTS,
    "form": frozenset({"self_check", "accounts"}),
}
"""Kinds of pages that are read in each way that they may lie."""


class LaidOut(msgspec.Struct, frozen=True):
    """A table as it is read: a header over rows of accounts, however it lies on the paper."""

    layout: Layout
    page: Page
    header: Header
    letters: Mapping[int, str]  # what a column is called on the paper
    first_row: int  # of the paper: the rows before it stand above the table


def turned_table(
    page: Page, as_it_lies: Header | None, words: Vocabulary, told: Collection[str]
) -> LaidOut | None:
    """Return a table turned by 90 degrees, None for one that is none or says as much as it lies.

    It has more known fields down a column than any of its rows has, a name for each account, no cell without a field,
    and platforms or times where the fields say so.
    """
    columns = sorted({column for _, cells in page.lines for column in cells})
    for column in columns[:_LABELS_WITHIN]:
        labels = {
            number: shown(cells[column]) for number, cells in page.lines[:_FIELDS_WITHIN] if column in cells
        }
        if sum(header_key(text) in words.header_words for text in labels.values()) < _FEWEST_PLAIN:
            continue  # no such column, at little cost
        known = [number for number, text in labels.items() if _is_known(text, words, told)]
        if len(known) < words.numbers.known_headers or len(known) <= (as_it_lies.known if as_it_lies else 0):
            continue
        turned = _turned(page, column, {n: t for n, t in labels.items() if known[0] <= n <= known[-1]}, known)
        if turned is not None and _is_of_accounts(turned, words):
            return turned
    return None


def _is_known(text: str, words: Vocabulary, told: Collection[str]) -> bool:
    return meaning_of("", text, words) is not None or header_key(text) in told


def _turned(page: Page, label: int, labels: Mapping[int, str], known: Sequence[int]) -> LaidOut | None:
    first, last = known[0], known[-1]
    block = [(number, cells) for number, cells in page.lines if first <= number <= last]
    accounts = sorted({column for _, cells in block for column in cells if column > label})
    if len(accounts) < _FEWEST_ACCOUNTS or any(number not in labels for number, _ in block):
        return None
    header_row = label + 1
    rows: dict[int, dict[int, Cell]] = {column + 1: {} for column in accounts}
    for number, cells in block:
        for column in cells.keys() & set(accounts):
            rows[column + 1][number - 1] = cells[column]
    lines: list[Line] = [
        (number - first + header_row, dict(cells)) for number, cells in page.lines if number < first
    ]
    lines.append((header_row, {number - 1: text for number, text in labels.items()}))
    lines += sorted(rows.items())
    below = lines[-1][0] - last
    lines += [
        (number + below, {last: "  ".join(shown(cell) for _, cell in sorted(cells.items()))})
        for number, cells in page.lines
        if number > last
    ]
    parents = _parents(page, block, label)
    names = {number - 1: (parents.get(number, ""), text) for number, text in sorted(labels.items())}
    inside = [
        Area(area.first_column + 1, area.last_column + 1, area.first_row - 1, area.last_row - 1)
        for area in page.merged
        if area.first_row >= first and area.last_row <= last and area.first_column > label
    ]
    hidden = {c + 1 for span in page.hidden_columns for c in accounts if span[0] <= c <= span[1]}
    turned = Page(
        lines,
        inside,
        hidden,
        [(number - 1, number - 1) for number in sorted(page.hidden_rows) if first <= number <= last],
        [(column + 1, row - 1) for row, column in page.struck if first <= row <= last],
        [],
    )
    header = Header((header_row,), names, len(known))
    return LaidOut("columns", turned, header, {n - 1: str(n) for n in labels}, first)


def _parents(page: Page, block: Sequence[Line], label: int) -> dict[int, str]:
    """Return what stands before a field, 联系人 beside 姓名 and 手机, where it is merged over their rows."""
    by_row = dict(block)
    return {
        number: shown(by_row[area.first_row][area.first_column])
        for area in page.merged
        if area.last_column == label - 1 and area.first_column in by_row.get(area.first_row, {})
        for number in range(area.first_row, area.last_row + 1)
        if number in by_row
    }


def _is_of_accounts(turned: LaidOut, words: Vocabulary) -> bool:
    """Tell a table whose accounts all have a name, and whose platforms and times are such where it has any."""
    rows = [cells for number, cells in turned.page.lines if turned.header.rows[0] < number]
    columns = settle_columns(turned.header, rows, [], words)
    names = [column.index for column in columns if "name" in column.fields]
    if not names:
        return False
    data = [cells for cells in rows if cells.keys() & turned.header.names.keys()]
    if not all(cells.keys() & set(names) for cells in data):
        return False
    tested = [
        agrees(field, [cells[column.index] for cells in data if column.index in cells], words)
        for column in columns
        for field in column.fields[:1]
        if field in words.words.fields
        and words.words.fields[field].values in _TESTED
        and any(column.index in cells for cells in data)
    ]
    return bool(tested) and all(tested)
