"""One page from its cells: whether it is a table of ours, and how it lies."""

from datetime import date

import msgspec

from connectors.papers.header_rows import Header, find_header
from connectors.papers.mending import correct_cells
from connectors.papers.one_account_form import one_account
from connectors.papers.paper import ReadPage, Reason
from connectors.papers.places import as_it_lies
from connectors.papers.settled import Settled
from connectors.papers.source_pages import SourcePage
from connectors.papers.table_reading import TableReader
from connectors.papers.turned_tables import READ_TURNED, LaidOut, turned_table
from connectors.papers.unread_pages import (
    form,
    hidden_page,
    is_label_form,
    of_our_own,
    without_header,
)
from connectors.papers.vocabulary import Vocabulary


def read_page(
    source: SourcePage, file_name: str, received: date, words: Vocabulary, settled: Settled
) -> ReadPage:
    """Read a page; nothing of the cells is changed."""
    if settled.leave_out:
        return ReadPage(source.title, read=False, why=Reason("left_out"), hidden=source.hidden)
    lines = [(number, dict(cells)) for number, cells in source.page.lines] if source.page else []
    correct_cells(lines, settled.mended)
    merged = source.page.merged if source.page else []
    told = {key for key, field in {**settled.learned, **settled.headers}.items() if field}
    header = find_header(
        lines, merged, words, is_table=bool(settled.kind), told=told, from_row=source.from_row
    )
    is_form = is_label_form(lines, words)
    laid = None
    if source.page is not None and not source.called.startswith(words.words.pages.instructions):
        page = msgspec.structs.replace(source.page, lines=lines)
        laid = one_account(lines, words) if is_form else turned_table(page, header, words, told)
    turned = None if laid is None else _read_turned(source, laid, file_name, received, words, settled)
    if turned is not None:
        return turned
    if is_form and not settled.kind:
        return form(source)
    if source.page is None or header is None:
        return without_header(source, lines, words)
    unread = _not_ours(source, header, words, settled)
    return unread or TableReader(source, header, lines, file_name, received, words, settled).read()


def _not_ours(source: SourcePage, header: Header, words: Vocabulary, settled: Settled) -> ReadPage | None:
    """Return a page that goes another way though its header is known, None for one that is read."""
    ours = of_our_own(header, words)
    if ours:
        return ReadPage(source.title, read=False, why=Reason(ours), hidden=source.hidden)
    return hidden_page(source) if source.hidden and not settled.kind else None


def _read_turned(
    source: SourcePage, laid: LaidOut, file_name: str, received: date, words: Vocabulary, settled: Settled
) -> ReadPage | None:
    """Read a table that lies otherwise; None where it is none of those that are read so."""
    turned = msgspec.structs.replace(source, page=laid.page)
    lines = [(number, dict(cells)) for number, cells in laid.page.lines]
    page = TableReader(turned, laid.header, lines, file_name, received, words, settled, laid.letters).read()
    if page.kind not in READ_TURNED[laid.layout]:
        return None
    if laid.layout == "form" and not settled.kind:  # what it asks for tells no kind: it has to be called one
        called = words.words.kinds[page.kind].titles
        if not any(word in text for word in called for text in (page.context.title, source.title, file_name)):
            return None
    return hidden_page(source) if source.hidden and not settled.kind else as_it_lies(page, laid)
