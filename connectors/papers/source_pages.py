"""The pages of a paper from its bytes: what they hold decides what it is, not how it is named."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from connectors.forms.answer_reading import (
    FormAnswer,
    UnclearFormError,
    is_letter,
    is_word_document,
    read_answer_form,
)
from connectors.papers.document_tables import tables_from
from connectors.papers.paper import Reason
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets import delimited
from connectors.sheets.areas import column_letters
from connectors.sheets.cells import Cell, shown
from connectors.sheets.columns import header_key
from connectors.sheets.errors import SheetError, SheetTooLargeError, UnreadableSheetError
from connectors.sheets.headers import Line
from connectors.sheets.page import Page
from connectors.sheets.pages_of_file import MAX_BYTES, MAX_COLUMNS, MAX_ROWS
from connectors.sheets.signatures import foreign_kind
from connectors.sheets.workbook import open_workbook
from connectors.word.document import WordDocument
from connectors.word.errors import WordError
from connectors.word.shown import Seen
from connectors.word.tables import Bounds, Rows, blocks_of

TEXT_PAGE = "(csv)"
FORM_PAGE = "整改回执"
_ANSWERED = {
    "task_number": "整改编号",
    "owner": "主办单位",
    "name": "账号名称",
    "platform": "平台",
    "measures": "整改措施",
    "state": "整改状态",
    "done_at": "完成时间",
    "evidence": "附件",
}
"""What a form of answers says, under the headers of the sheet that it stands for."""
OFD_PART = "OFD.xml"
"""Part that every OFD has, the Chinese format of sealed documents; it is an archive, too."""
_ZIP = b"PK\x03\x04"
_REFUSED = {
    "a PDF": "pdf",
    "a picture": "picture",
    "protected by a password": "encrypted",
    "an old .doc": "old_word",
    "an RTF document": "old_word",
}
_BY_PROBLEM = (
    ("password", "encrypted"),
    ("encrypted", "encrypted"),
    ("gb18030", "encoding"),
    ("UTF", "encoding"),
)
_OLD = "an old .xls"
_WEB_PAGE = "a web page"
_OF_DOCUMENTS = Bounds(rows=10_000, pieces=2_000_000)
"""More than the largest text that a document may have holds."""
_LOST = "\ufffd"


class SourcePage(msgspec.Struct, frozen=True):
    """A page before it is understood; `page` is None for a chart or a dialog."""

    title: str
    page: Page | None
    hidden: bool = False
    sheet: str = ""  # of which it is one of several tables
    from_row: int = 1  # where its own lines begin

    @property
    def called(self) -> str:
        """Return the name that somebody gave the sheet."""
        return self.sheet or self.title


class Opened(msgspec.Struct, frozen=True):
    """A file that could be opened."""

    form: str
    pages: list[SourcePage]
    encoding: str = ""


def open_paper(name: str, content: bytes, words: Vocabulary) -> Opened | Reason:
    """Open a file that was handed in; gives the reason where it is refused as a whole."""
    path = Path(name)
    if (refused := _refused_at_once(content)) is not None:
        return refused
    if is_word_document(content):
        return _word_document(path, content, words)
    foreign = None if content.startswith(_ZIP) else foreign_kind(content)
    if foreign == _WEB_PAGE:
        return _web_page(path, content, words)
    if foreign not in (None, _OLD):
        return Reason(_REFUSED.get(foreign, "foreign"), {"problem": f"is {foreign}"})
    try:
        if foreign == _OLD:
            from connectors.papers.old_workbook import read_old_workbook  # noqa: PLC0415 (its library is large)

            old = read_old_workbook(path, content)
            opened = Opened("xls", [SourcePage(page.title, page.page, page.hidden) for page in old])
        elif content.startswith(_ZIP):
            opened = Opened("xlsx", _workbook_pages(path, content))
        else:
            opened = _text_page(path, content, words)
    except SheetError as error:
        return _refused(error)
    lost = next(_lost_characters(opened), None) if opened.encoding else None
    return _within_bounds(opened) if lost is None else Reason("characters_lost", {"place": lost})


def attachment_kind(content: bytes) -> str:
    """Return pdf, picture, ofd or letter for what holds no table and is kept beside one; empty for any other file."""
    if _is_ofd(content):
        return "ofd"
    if is_letter(content):
        return "letter"
    kind = _REFUSED.get(foreign_kind(content) or "", "")
    return kind if kind in ("pdf", "picture") else ""


def _is_ofd(content: bytes) -> bool:
    """Tell an OFD; a damaged archive is none."""
    if not content.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return OFD_PART in archive.namelist()
    except Exception:  # noqa: BLE001 (zipfile meets damage with whatever error the place has)
        return False


def _lost_characters(opened: Opened) -> Iterator[str]:
    """Give the places of cells of a text in which a program has put � for what it could not write."""
    for source in opened.pages:
        for number, cells in source.page.lines if source.page else ():
            yield from (f"{column_letters(c)}{number}" for c, cell in cells.items() if _LOST in shown(cell))


def _code_of(error: SheetError) -> str:
    return next((code for words, code in _BY_PROBLEM if words in error.problem), "damaged")


def _within_bounds(opened: Opened) -> Opened | Reason:
    for source in opened.pages:
        for number, cells in source.page.lines if source.page else ():
            if number > MAX_ROWS or max(cells) >= MAX_COLUMNS:
                problem = f"{source.title}: has more than {MAX_ROWS} rows or {MAX_COLUMNS} columns"
                return Reason("too_large", {"problem": problem})
    if not any(source.page and source.page.lines for source in opened.pages):
        return Reason("empty")
    return opened


def _workbook_pages(path: Path, content: bytes) -> list[SourcePage]:
    with open_workbook(path, content) as book:
        return [
            SourcePage(entry.title, book.read(entry) if entry.kind == "sheet" else None, entry.hidden)
            for entry in book.pages
        ]


def _refused_at_once(content: bytes) -> Reason | None:
    if not content:
        return Reason("empty")
    if len(content) > MAX_BYTES:
        return Reason("too_large", {"problem": f"is larger than {MAX_BYTES // 1024**2} MB"})
    return Reason("ofd") if _is_ofd(content) else None


def _refused(error: SheetError) -> Reason:
    code = "too_large" if isinstance(error, SheetTooLargeError) else _code_of(error)
    return Reason(code, {"problem": str(error.problem), "remedy": str(error.remedy)})


def _word_document(path: Path, content: bytes, words: Vocabulary) -> Opened | Reason:
    """Open the tables of a Word document, or what its form of answers says.

    Where the form is not clear, the document is refused by what is wrong; so is one without a table.
    """
    try:
        answers = read_answer_form(path, content)
        if answers is not None:
            return Opened("docx", [_answered(answers)])
        return _tables("docx", blocks_of(WordDocument(content), _OF_DOCUMENTS), words)
    except UnclearFormError as error:
        return Reason("form_unclear", {"problem": error.problem})
    except WordError as error:
        return _refused(UnreadableSheetError(path, error.problem, error.remedy))
    except SheetError as error:
        return _refused(error)


def _web_page(path: Path, content: bytes, words: Vocabulary) -> Opened | Reason:
    from connectors.papers.web_blocks import blocks_of_page  # noqa: PLC0415 (its library is large)

    try:
        return _tables("html", blocks_of_page(path, content), words)
    except SheetError as error:
        return _refused(error)


def _tables(form: str, blocks: Iterable[Seen | Rows], words: Vocabulary) -> Opened | Reason:
    tables = tables_from(blocks, words)
    if not tables:
        return Reason("without_table")
    return Opened(form, [SourcePage(one.title, one.page) for one in tables])


def _answered(answers: Sequence[FormAnswer]) -> SourcePage:
    """Return a form of answers as a page with a row for each task."""
    header: dict[int, Cell] = dict(enumerate(_ANSWERED.values()))
    lines: list[Line] = [(1, header)]
    for number, answer in enumerate(answers, start=2):
        cells: dict[int, Cell] = {
            place: text for place, key in enumerate(_ANSWERED) if (text := answer.texts.get(key, ""))
        }
        lines.append((number, cells))
    return SourcePage(FORM_PAGE, Page(lines, [], set(), [], [], []))


def _text_page(path: Path, content: bytes, words: Vocabulary) -> Opened:
    """Cut a text by the mark that shows the most known headers, then the most cells."""
    text = delimited.decode(path, content)
    within = words.numbers.header_within_rows

    def rank(mark: str) -> tuple[int, int]:
        head = delimited.head(path, text, mark, within)
        known = max((_known(cells, words) for _, cells in head), default=0)
        return known, sum(len(cells) for _, cells in head)

    lines = list(delimited.read_lines(path, text, max(delimited.DELIMITERS, key=rank)))
    page = Page(lines, [], set(), [], [], [])
    return Opened("csv", [SourcePage(TEXT_PAGE, page)], _encoding(content))


def _known(cells: Mapping[int, Cell], words: Vocabulary) -> int:
    return sum(header_key(shown(cell)) in words.by_header for cell in cells.values())


def _encoding(content: bytes) -> str:
    """Name the encoding that the text was decoded from."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
