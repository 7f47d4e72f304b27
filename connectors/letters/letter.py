"""A letter or an order to one unit as a Word document: the words of the release, or of an office's folder."""

from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

from connectors.documents.document import Document, Marking, Table
from connectors.documents.environment import chinese_date, render, sandbox
from connectors.documents.layout import decoded, load_layout, template_file
from connectors.documents.words import Objects, blocks_in
from events.printable import printable

_TITLES = {"letter": "关于政务新媒体有关情况的提醒函", "order": "关于政务新媒体问题整改的督办单"}
_HEADER = ("序号", "账号名称", "平台", "情况", "依据", "期限")
_WIDTHS = (6, 22, 12, 30, 18, 12)


class LetterItem(msgspec.Struct, frozen=True):
    """One line of the table."""

    name: str
    platform: str
    what: str
    basis: str = ""
    due: date | None = None


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What a letter or an order says."""

    kind: Literal["letter", "order"]
    unit: str
    month: str  # 2026年8月
    items: tuple[LetterItem, ...]
    issued_on: date
    at: datetime  # the only time in the file, so that the same letter gives the same bytes
    number: str = ""  # empty: a draft
    due: date | None = None
    office: str = ""
    letterhead: str = ""
    example: bool = False  # what it says is invented


def letter_docx(letter: Letter, folder: Path | None = None) -> bytes:
    """Return a letter as DOCX; `letter.txt`, `order.txt` and the layouts of an office's folder stand in for ours.

    The same letter gives the same bytes. Raises `TemplateError`.
    """
    from connectors.documents.docx_writer import write_docx  # noqa: PLC0415 (slow to import)

    return write_docx(_document(letter, folder), load_layout(folder, letter.kind, example=letter.example))


def _document(letter: Letter, folder: Path | None) -> Document:
    name, content = template_file(folder, (f"{letter.kind}.txt",), lambda: _words(letter.kind))
    values = {"month": letter.month, "unit": printable(letter.unit), "due": _day(letter.due)}
    text = render(sandbox({"date": chinese_date}), name, decoded(name, content), values)
    objects = Objects(tables={"items": lambda: _table(letter)})
    markings: frozenset[Marking] = frozenset() if letter.number else frozenset({"draft"})
    return Document(
        title=_TITLES[letter.kind],
        blocks=tuple(blocks_in(text, name, objects)),
        provenance=(),
        at=letter.at,
        letterhead=printable(letter.letterhead),
        number=printable(letter.number),
        markings=markings,
        addressees=printable(letter.unit),
        office=printable(letter.office),
        issued_on=_day(letter.issued_on),
    )


def _table(letter: Letter) -> Table:
    rows = tuple(
        (
            str(place),
            printable(item.name),
            printable(item.platform),
            printable(item.what),
            printable(item.basis),
            _day(item.due),
        )
        for place, item in enumerate(letter.items, start=1)
    )
    return Table("items", _HEADER, rows, _WIDTHS, frozenset({1, 3}))


def _words(kind: str) -> bytes:
    return (resources.files("infra") / "letters" / f"{kind}.txt").read_bytes()


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else ""
