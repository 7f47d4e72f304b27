"""Why a page is not read: instructions, lists of choices, pivot tables, websites, forms; the rest is a question."""

from collections.abc import Sequence

from connectors.papers.header_rows import Header
from connectors.papers.paper import Doubt, ReadPage, Reason
from connectors.papers.source_pages import SourcePage
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.cells import shown
from connectors.sheets.headers import Line
from connectors.sheets.kinds.national import NATIONAL

_LEAVE_OUT = "leave_out"


def without_header(source: SourcePage, lines: Sequence[Line], words: Vocabulary) -> ReadPage:
    """Say why a page without a known header is not read; one that looks like a table is asked about."""
    if not lines:
        return _unread(source, "chart" if source.page is None else "blank_page")
    known = _known_kind(lines, words)
    if known:
        return _unread(source, known)
    if _is_choices(lines, source.title, words):
        return _unread(source, "hidden_choices" if source.hidden else "choices")
    filled = sum(len(cells) >= words.numbers.table_columns for _, cells in lines)
    if filled < words.numbers.table_rows:
        return _unread(source, "no_known_header" if filled else "instructions")
    return _unread(source, "not_understood", _what_is_it(words))


def of_our_own(header: Header, words: Vocabulary) -> str:
    """Tell a sheet that the program has written itself and reads by another way; empty for any other."""
    titles = {child for _, child in header.names.values()}
    if titles & set(words.words.pages.check_sheet):
        return "check_sheet"
    return "national_sheet" if titles == {column.title for column in NATIONAL.columns} else ""


def a_form(source: SourcePage) -> ReadPage:
    """Name a table of labels beside what was filled in: it tells of one thing, and has no header."""
    return _unread(source, "form_table")


def hidden_page(source: SourcePage) -> ReadPage:
    """Name a hidden page with a known header; it is read only on demand."""
    return _unread(source, "hidden")


def without_kind(source: SourcePage, words: Vocabulary) -> ReadPage:
    """Ask about a page with known headers that lacks the columns of every kind."""
    return _unread(source, "no_kind", _what_is_it(words))


def without_results(source: SourcePage, header: str) -> ReadPage:
    """Refuse a page whose needed column was never computed."""
    why = Reason("formulas_not_computed", {"header": header})
    return ReadPage(source.title, read=False, why=why, hidden=source.hidden)


def _what_is_it(words: Vocabulary) -> tuple[Doubt]:
    return (Doubt(Reason("page_not_understood"), answers=(_LEAVE_OUT, *words.words.kinds)),)


def _known_kind(lines: Sequence[Line], words: Vocabulary) -> str:
    """Tell a page that is known and not ours to read by a word near its top."""
    pages = words.words.pages
    head = [
        shown(cell)
        for number, cells in lines
        if number <= words.numbers.header_within_rows
        for cell in cells.values()
    ]
    for code, signs in (("pivot", pages.pivot), ("websites", pages.websites), ("form", pages.form)):
        if any(text.startswith(signs) for text in head):
            return code
    return ""


def _is_choices(lines: Sequence[Line], title: str, words: Vocabulary) -> bool:
    """Tell a page of one column of short words, or one that is called so."""
    pages, longest = words.words.pages, words.numbers.choices_characters
    first = shown(next(iter(lines[0][1].values())))
    if first.startswith(pages.instructions) or title.startswith(pages.instructions):
        return False
    narrow = all(len(cells) == 1 for _, cells in lines)
    short = all(len(shown(cell)) <= longest for _, cells in lines for cell in cells.values())
    return (narrow and short) or any(word in title for word in pages.choices)


def _unread(source: SourcePage, code: str, questions: tuple[Doubt, ...] = ()) -> ReadPage:
    return ReadPage(source.title, read=False, why=Reason(code), hidden=source.hidden, questions=questions)
