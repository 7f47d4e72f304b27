"""A bulletin as a document: the office's words around its figures, its tables, and what it follows from."""

from collections.abc import Iterator
from functools import partial

from connectors.documents.document import Block, Document, FigureRow, Marking, Origin, WorkbookPage
from connectors.documents.environment import chinese_date, render, sandbox
from connectors.documents.words import Objects, blocks_in
from connectors.documents.writing import write_document
from connectors.publish.shown import context_of
from connectors.publish.tables import (
    ANNEX,
    ANNEX_TABLE,
    TABLES,
    annex_table,
    annexes_of,
    internal_page,
    table_of,
)
from connectors.publish.templates import Templates
from events.bulletin_content import BulletinContent
from events.days import chinese_moment
from events.printable import printable

_INTERNAL, _FULL_MARKS = "内部信息", "历次满分账号"
_ROLL = "full_marks_all_year"


def documents_of(content: BulletinContent, templates: Templates) -> dict[str, bytes]:
    """Return docx, html and xlsx by ending; the same content gives the same bytes. Raises `TemplateError`."""
    return write_document(document_of(content, templates), templates.layout)


def document_of(content: BulletinContent, templates: Templates) -> Document:
    """Put the content into words; raises `TemplateError` naming file and line."""
    values = context_of(content, templates.style)
    provenance = tuple(_provenance(content))
    text = render(sandbox({"date": chinese_date}), templates.name, templates.text, values)
    return Document(
        title=values["title"],
        blocks=tuple(_blocks(text, content, templates.name, provenance)),
        provenance=provenance,
        at=content.provenance.known_at,
        letterhead=values["letterhead"],
        number=values["number"],
        markings=frozenset(_markings(content)),
        addressees=values["addressees"],
        office=values["office"],
        issued_on=values["issued_on"],
        copy_to=tuple(values["copy_to"]),
        pages=tuple(_pages(content)),
        figures=tuple(_figures(content)),
        values=values,
    )


def _markings(content: BulletinContent) -> Iterator[Marking]:
    if not content.finish.number:
        yield "draft"
    if _is_internal(content):
        yield "internal"


def _blocks(text: str, content: BulletinContent, name: str, provenance: tuple[Origin, ...]) -> list[Block]:
    names = (*TABLES, *(annex.name for annex in annexes_of(content)))
    objects = Objects(
        tables={table: partial(table_of, table, content) for table in names},
        charts={series.name: series for series in content.series},
        provenance=provenance,
    )
    return blocks_in(text, name, objects)


def _pages(content: BulletinContent) -> Iterator[WorkbookPage]:
    yield WorkbookPage(ANNEX, table_of(ANNEX_TABLE, content))
    for annex in annexes_of(content):
        yield WorkbookPage(annex.page, annex_table(annex))
    if _is_internal(content):
        yield WorkbookPage(_INTERNAL, internal_page(content))
    if content.named.get(_ROLL):
        yield WorkbookPage(_FULL_MARKS, table_of(_ROLL, content))


def _figures(content: BulletinContent) -> Iterator[FigureRow]:
    for place, key, value in content.figures.by_place():
        yield FigureRow(place, content.labels.get(place.partition(".")[0], ""), key, value)


def _provenance(content: BulletinContent) -> Iterator[Origin]:
    p = content.provenance
    if p.indicators:
        yield Origin("indicators", "检查指标", printable(p.indicators))
    yield Origin("ruleset", "评分规则", p.ruleset_words)
    yield Origin("check_point", "监测时间点", chinese_moment(p.check_point))
    yield Origin("known_at", "数据截至", chinese_moment(p.known_at))
    if content.beside_known_at is not None:
        yield Origin("beside_known_at", "账号以外部分数据截至", chinese_moment(content.beside_known_at))
    yield Origin("run_id", "检查批次", str(p.run_id))
    yield Origin("digest", "结果摘要", p.digest)
    if p.seed_by_hand is not None:
        yield Origin("seed", "抽样种子（人工指定）", str(p.seed_by_hand))


def _is_internal(content: BulletinContent) -> bool:
    return content.edition == "internal"
