"""The rows of a table, written here and not by templates: a page of fifty rows has hundreds of cells."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from pipeline.console.listing import Listing, PageColumn, Row

Macro = Callable[[str, str], str]
"""A macro of the templates, which writes a word in a look: `mark` takes the look first, `tag` the word."""


def table_rows(listing: "Listing", mark: Macro, tag: Macro) -> Markup:
    """Return the rows of a page of a list; marks and tags look as the macros say."""
    of_mark, of_tag = cache(mark), cache(tag)
    columns = [(column, *_around(column, listing)) for column in listing.columns]
    parts: list[str] = []
    for row in listing.rows:
        parts.append("<tr>")
        for column, begin, end in columns:
            parts.append(begin)
            _write_cell(parts.append, column, row, of_mark, of_tag)
            parts.append(end)
        parts.append("</tr>\n")
    return Markup("".join(parts))  # noqa: S704 (texts of rows are escaped below)


def _around(column: "PageColumn", listing: "Listing") -> tuple[str, str]:
    """Return what stands before and behind every cell of a column."""
    corner = "hide-s" if listing.tight and not column.phone else column.phone
    names = ("num " if column.numeric else "") + ("nw " if column.keeps_line else "")
    names += "hide-s" if column.phone == "hide" else corner
    if column.key == listing.head:
        return f'<th scope="row" class="{names}">', "</th>"
    return f'<td class="{names}" data-l="{escape(column.column.title)}">', "</td>"


def _write_cell(
    write: Callable[[str], None], column: "PageColumn", row: "Row", mark: Macro, tag: Macro
) -> None:
    said = column.text(row)
    if column.mark is not None and (name := column.mark(row)):
        write(mark(name, said))
    elif column.tag is not None and said:
        write(tag(said, column.tag(row)))
    elif column.href is not None and (leads := column.href(row)):
        write(f'<a href="{escape(leads)}">{escape(said)}</a>')
    else:
        write(escape(said))
    if column.beside is not None and (beside := column.beside(row)):
        write(f' <span class="mute">{escape(beside)}</span>')
    if column.below is not None and (below := column.below(row)):
        write(f' <span class="sub">{escape(below)}</span>')
