"""Sheets of a year's assessment, from plain rows to DOCX, HTML and XLSX."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from connectors.documents.document import (
    Block,
    Document,
    Marking,
    Origin,
    Table,
    WorkbookPage,
    provenance_block,
)
from connectors.documents.layout import Layout
from connectors.documents.writing import write_document
from events.printable import printable

KIND = "assessment"
"""Stem of an office's own layout files."""

_SUMMARY, _POINTS = "考核结果", "计分依据"
_HEADER = ("项目", "评分细则", "得扣分", "依据", "日期", "文件或编号")
_WIDTHS = (12, 19, 9, 32, 17, 17)  # of a day as many as it has signs
_LEFT = frozenset({0, 1, 3, 5})
_KIND_WIDTH, _NAME_WIDTH, _VETO_WIDTH, _OUTCOME_WIDTH = 13, 18, 15, 11
_NUMBER_WIDTH = 9  # three digits stand in one line in any font


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One ground of a charge; points stand at the first ground of each."""

    item: str
    name: str
    points: str  # -5, +10, 否决; empty: as in the line above
    what: str
    day: str
    reference: str  # title or number of a paper, or the number of a fact


class UnitSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one unit."""

    name: str
    summary: str  # kind, points and outcome in a sentence
    points: tuple[Point, ...]
    remarks: tuple[str, ...] = ()


class YearSheets(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is written of a year, or of some units of it."""

    title: str
    office: str
    basis: str  # a sentence: by which scheme, as of when
    final: bool
    header: tuple[str, ...]  # of the summary: unit, kind, veto, items, …, outcome
    rows: tuple[tuple[str, ...], ...]
    units: tuple[UnitSheet, ...]
    provenance: tuple[Origin, ...]
    at: datetime


def documents_of(sheets: YearSheets, layout: Layout) -> dict[str, bytes]:
    """Return docx, html and xlsx by ending; the same content gives the same bytes. Raises `TemplateError`."""
    return write_document(document_of(sheets), layout)


def document_of(sheets: YearSheets) -> Document:
    """Put a year into a document; what is no final result is marked as a draft."""
    markings: frozenset[Marking] = frozenset() if sheets.final else frozenset({"draft"})
    return Document(
        title=printable(sheets.title),
        blocks=tuple(_blocks(sheets)),
        provenance=sheets.provenance,
        at=sheets.at,
        markings=markings,
        office=printable(sheets.office),
        pages=(WorkbookPage(_SUMMARY, _summary(sheets)), WorkbookPage(_POINTS, _all_points(sheets))),
    )


def _blocks(sheets: YearSheets) -> Iterator[Block]:
    yield Block("paragraph", printable(sheets.basis))
    yield Block("table", table=_summary(sheets))
    for unit in sheets.units:
        yield Block("heading", printable(unit.name))
        yield Block("paragraph", printable(unit.summary))
        if unit.points:
            rows = tuple(_cells(point) for point in unit.points)
            yield Block("table", table=Table("points", _HEADER, rows, _WIDTHS, _LEFT))
        for remark in unit.remarks:
            yield Block("note", printable(remark))
    yield provenance_block(sheets.provenance)


def _summary(sheets: YearSheets) -> Table:
    numbers = len(sheets.header) - 4
    widths = (_NAME_WIDTH, _KIND_WIDTH, _VETO_WIDTH, *(_NUMBER_WIDTH,) * numbers, _OUTCOME_WIDTH)
    rows = tuple(tuple(printable(cell) for cell in row) for row in sheets.rows)
    return Table("results", sheets.header, rows, widths, frozenset({0, 2}))


def _all_points(sheets: YearSheets) -> Table:
    rows = tuple((printable(unit.name), *_cells(point)) for unit in sheets.units for point in unit.points)
    left = frozenset({0, *(column + 1 for column in _LEFT)})
    return Table("all-points", ("单位", *_HEADER), rows, (_NAME_WIDTH, *_WIDTHS), left)


def _cells(point: Point) -> tuple[str, ...]:
    cells = (point.item, point.name, point.points, point.what, point.day, point.reference)
    return tuple(printable(cell) for cell in cells)
