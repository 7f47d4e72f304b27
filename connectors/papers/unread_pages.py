"""Why a page is not read: instructions, lists of choices, pivot tables, websites, forms; the rest is a question."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from connectors.papers.header_rows import Header
from connectors.papers.labels import context_kind, labelled
from connectors.papers.page_kinds import fields_present
from connectors.papers.paper import Column, Context, Doubt, ReadPage, Reason
from connectors.papers.source_pages import SourcePage
from connectors.papers.surroundings import reporter
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.cells import shown
from connectors.sheets.columns import header_key
from connectors.sheets.headers import Line
from connectors.sheets.kinds.national import NATIONAL
from events.folding import fold

_LEAVE_OUT = "leave_out"
_NAMED = 4  # headers that a reason names
_FORM_ROWS = 40  # of a form that tell whether it is one
_PERIOD = re.compile(
    r"第?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[周期旬次]|(?:周|星期)[一二三四五六日天]|(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:月份?|日|号)"
    r"|(?:\d{4}[年./-])?\d{1,2}[月./-]\d{1,2}[日号]?(?:-(?:\d{1,2}[月./-])?\d{1,2}[日号]?)?"
)


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
        return _unread(source, "no_known_header" if filled or source.sheet else "instructions")
    return _not_understood(source, "not_understood", lines, words)


def is_label_form(lines: Sequence[Line], words: Vocabulary) -> bool:
    """Tell a form: rows of a label and what is filled in beside it, in turn, and no row of headers alone."""
    rows = [
        [shown(cells[column]) for column in sorted(cells)]
        for _, cells in lines[:_FORM_ROWS]
        if len(cells) > 1
    ]
    alternating = sum(_is_labels_in_turn(texts, words) for texts in rows)
    return alternating >= words.numbers.known_headers and alternating * 2 > len(rows)


def _is_labels_in_turn(texts: Sequence[str], words: Vocabulary) -> bool:
    known = [header_key(text) in words.header_words or context_kind(text, words) != "" for text in texts]
    labels = known[::2]
    return known[0] and sum(labels) * 2 > len(labels) and not any(known[1::2])


def of_our_own(header: Header, words: Vocabulary) -> str:
    """Tell a sheet that the program has written itself and reads by another way; empty for any other."""
    titles = {child for _, child in header.names.values()}
    if titles & set(words.words.pages.check_sheet):
        return "check_sheet"
    return "national_sheet" if titles == {column.title for column in NATIONAL.columns} else ""


def hidden_page(source: SourcePage) -> ReadPage:
    """Name a hidden page with a known header; it is read only on demand."""
    return _unread(source, "hidden")


def without_kind(source: SourcePage, lines: Sequence[Line], words: Vocabulary) -> ReadPage:
    """Ask about a page with known headers that lacks the columns of every kind."""
    known = _known_kind(lines, words)
    return _unread(source, known) if known else _not_understood(source, "no_kind", lines, words)


def proves_nothing(columns: Sequence[Column], titles: Sequence[str], words: Vocabulary) -> Reason | None:
    """Tell a list of accounts and owners whose other columns only count or judge: no look, and no ledger either.

    None where the page holds a newest post, or anything that a ledger tells; where it is called a ledger, a bare 正常
    stands beside what it lists.
    """
    fields = fields_present(columns)
    ledger = words.words.kinds["accounts"]
    if not fields & {"name", "account_id"} or fields & {*ledger.telling, "newest_post_at", "days_silent"}:
        return None
    periods = [c.header for c in columns if c.use == "kept_aside" and _PERIOD.fullmatch(fold(c.header))]
    if len(periods) >= words.numbers.table_columns:
        return Reason("periods_across", {"headers": "、".join(periods[:_NAMED])})
    plain = {"name", "platform", "account_type", "silence_state", "score", "seq", "remark", *ledger.fits}
    if not fields <= plain or any(word in title for word in ledger.titles for title in titles):
        return None
    for field, code in (("silence_state", "state_alone"), ("score", "scores_alone")):
        for column in columns:
            if field in column.fields:
                return Reason(code, {"header": column.header})
    return None


def form(source: SourcePage) -> ReadPage:
    """Name a table of labels beside what was filled in: it tells of one thing, and goes in elsewhere."""
    return _unread(source, "form_table")


def not_read(source: SourcePage, why: Reason) -> ReadPage:
    """Return a page that is not read, and why."""
    return ReadPage(source.title, read=False, why=why, hidden=source.hidden)


def without_results(source: SourcePage, header: str) -> ReadPage:
    """Refuse a page whose needed column was never computed."""
    return not_read(source, Reason("formulas_not_computed", {"header": header}))


def _not_understood(source: SourcePage, code: str, lines: Sequence[Line], words: Vocabulary) -> ReadPage:
    """Ask what a page is, and tell who reports by it: what was said of headers of that sender may make it readable."""
    within = source.from_row - 1 + words.numbers.header_within_rows
    labels = [
        label for number, cells in lines if number <= within for label in labelled(number, cells, words)
    ]
    page = _unread(source, code, _what_is_it(words))
    return replace(page, context=Context(reported_by=reporter(labels)))


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
    kinds = {"pivot": pages.pivot, "websites": pages.websites, "form": pages.form, "duty": pages.duty}
    for code, signs in kinds.items():
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
