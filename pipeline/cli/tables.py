"""Tables on a terminal: as wide as it is, a Chinese character two columns; what was cut is named below.

Into a pipe every row goes whole, one a line.
"""

import sys
from collections.abc import Sequence
from shutil import get_terminal_size

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.office.columns import Column, Kind, Row, titles, written

_APART = 2
"""Columns of space between two columns of a table."""
_NARROWEST_TEXT, _NARROWEST_LINES = 8, 20
_NOTHING = "-"
_HEIGHT = 25
"""Of no table; without it a width is not taken on a dumb terminal."""


class Layout(msgspec.Struct, frozen=True):
    """How wide each column is; those behind the last width are not shown."""

    widths: tuple[int, ...]
    cut: tuple[str, ...]  # titles of the columns of which a cell is cut
    left_out: tuple[str, ...]  # titles of the columns for which there is no room at all


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the end of the command, where it is no failure that nobody reads on."""
        raise BrokenPipeError


def out(width: int | None = None) -> Console:
    """Return the console of standard output; colours only on a terminal."""
    return _Console(width=width, height=_HEIGHT, highlight=False)


def terminal_width() -> int | None:
    """Return how many columns the terminal has, None where standard output is none."""
    return get_terminal_size().columns if sys.stdout.isatty() else None


def lay_out(columns: Sequence[Column], cells: Sequence[Sequence[str]], width: int | None) -> Layout:
    """Share the width of a terminal out among columns.

    The widest of the texts gives way first. Ids, days, times, numbers and short texts stay whole; where there is no
    room even so, the columns furthest to the right are left out.
    """
    whole = [max(map(cell_len, column)) for column in zip(titles(columns), *cells, strict=True)]
    if width is None:
        return Layout(tuple(whole), (), ())
    least = [min(w, _least(c)) for w, c in zip(whole, columns, strict=True)]
    fitting = len(columns)
    while fitting > 1 and _total(least[:fitting]) > width:
        fitting -= 1
    widths = whole[:fitting]
    while (over := _total(widths) - width) > 0:
        room = [w - low for w, low in zip(widths, least, strict=False)]
        if not any(room):
            break
        widest = max(w for w, spare in zip(widths, room, strict=True) if spare)
        place = next(i for i, spare in enumerate(room) if spare and widths[i] == widest)
        next_widest = max((w for w, s in zip(widths, room, strict=True) if s and w < widest), default=0)
        widths[place] -= max(1, min(over, room[place], widest - next_widest))
    cut = [
        c.title
        for c, now, before in zip(columns, widths, whole, strict=False)
        if now < before and not c.wraps
    ]
    return Layout(tuple(widths), tuple(cut), titles(columns[fitting:]))


def print_table(
    rows: Sequence[Row], columns: Sequence[Column], *, title: str | None = None, whole_by: str = ""
) -> None:
    """Print rows as a table; `whole_by` says how to get the whole of what is cut."""
    columns = [c for c in columns if not c.spare or any(written(c, row) for row in rows)]
    cells = [[_on_one_line(written(c, row)) or _NOTHING for c in columns] for row in rows]
    terminal = terminal_width()
    layout = lay_out(columns, cells, terminal)
    table = Table(header_style="bold", box=None, pad_edge=False)
    for column, width in zip(columns, layout.widths, strict=False):
        folds = column.wraps and terminal is not None
        table.add_column(
            escape(column.title),
            width=width,
            no_wrap=not folds,
            overflow="fold",
            justify="right" if column.kind in (Kind.NUMBER, Kind.SHARE) else "left",
        )
    for row in cells:
        fitted = zip(columns, row, layout.widths, strict=False)
        table.add_row(*(escape(text if c.wraps else cut(text, width)) for c, text, width in fitted))
    console = out(terminal or max(_total(layout.widths), 1))
    if title:
        console.print(escape(title), soft_wrap=True)
    console.print(table)
    if layout.cut or layout.left_out:
        console.print(escape(_footer(layout, whole_by)), soft_wrap=True)


def cut(text: str, width: int) -> str:
    """Return a text that takes so many columns at most, its end cut off behind the last whole character."""
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) > width - 1:
        text = text[:-1]
    return f"{text}…"


def _footer(layout: Layout, whole_by: str) -> str:
    parts = [
        f"{word}：{'、'.join(names)}"
        for word, names in (("截短的列 cut", layout.cut), ("未显示的列 left out", layout.left_out))
        if names
    ]
    return f"… {'；'.join(parts)}" + (f"；{whole_by}" if whole_by else "")


def _least(column: Column) -> int:
    """Return how far a column gives way; what is no text does not."""
    if column.kind not in (Kind.TEXT, Kind.ANY):
        return sys.maxsize
    return _NARROWEST_LINES if column.wraps else max(_NARROWEST_TEXT, cell_len(column.title))


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _APART * (len(widths) - 1)


def _on_one_line(text: str) -> str:
    return " ".join(text.split()) if "\n" in text or "\t" in text else text
