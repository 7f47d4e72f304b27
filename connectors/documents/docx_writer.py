"""A document as DOCX: docxtpl fills the template, then tables, charts and the bookmarks of figures are put in."""

import copy
import io
from collections import Counter
from typing import Any

import docx
from docx.document import Document as DocxDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docxtpl import DocxTemplate

from connectors.documents.document import Document, shown_of
from connectors.documents.docx_charts import add_chart
from connectors.documents.docx_headers import put_above_pages
from connectors.documents.docx_styles import (
    CLOSING,
    TABLE_BODY,
    TABLE_CAPTION,
    TABLE_HEAD,
    names_in,
    style_id,
)
from connectors.documents.docx_tables import TableStyles, caption_element, table_element
from connectors.documents.environment import FAULTS, chinese_date, sandbox
from connectors.documents.errors import TemplateError
from connectors.documents.found import BOOKMARK
from connectors.documents.layout import EXAMPLE, Layout
from connectors.documents.marks import marked, split
from connectors.documents.package import repacked
from connectors.documents.title import title_lines
from events.messages import message

_OBJECT = "object:"


def write_docx(document: Document, layout: Layout) -> bytes:
    """Lay a document out on the DOCX template; raises `TemplateError` naming file and fault."""
    opened = docx.Document(io.BytesIO(_filled(document, layout)))
    _put_objects(opened, document)
    _put_bookmarks(opened)
    _keep_closing(opened)
    if layout.example:
        put_above_pages(opened, EXAMPLE)
    core = opened.core_properties
    core.title, core.author, core.comments = document.title, document.office, ""
    out = io.BytesIO()
    opened.save(out)
    return repacked(out.getvalue(), document.at)


def bookmark_name(place: str, number: int) -> str:
    """Return the bookmark of a place, like `xc_checked_by_tier__0_1`; Word allows 40 letters, digits and `_`."""
    return f"{BOOKMARK}_{place.replace('.', '__')}_{number}"


def _filled(document: Document, layout: Layout) -> bytes:
    name = layout.docx_name
    blocks = [
        {
            "kind": block.kind,
            "text": block.text,
            "lead": block.lead,
            "object": marked(f"{_OBJECT}{i}", "") if block.kind in ("table", "chart", "break") else "",
        }
        for i, block in enumerate(document.blocks)
    ]
    environment = sandbox({"date": chinese_date})
    template = _opened(name, layout.docx)
    title = "\n".join(title_lines(document.title))
    context = {**shown_of(document), "title": title, "blocks": blocks}
    out = io.BytesIO()
    try:
        template.render(context, jinja_env=environment, autoescape=True)
        template.save(out)
    except FAULTS as e:
        near = " ".join(str(line).strip() for line in getattr(e, "docx_context", ()))
        place = message(", near {near!r}", near=near[:200]) if near else ""
        raise TemplateError(
            message("{name}{place}: {error}; correct the template", name=name, place=place, error=e)
        ) from e
    return out.getvalue()


def _opened(name: str, content: bytes) -> DocxTemplate:
    """Open a template; its package was found in order before."""
    try:
        template = DocxTemplate(io.BytesIO(content))
        template.init_docx()
        len(template.docx.element.body)  # a part of another kind has none
    except Exception as e:  # a damaged part raises whatever the library meets
        raise TemplateError(
            message(
                "{name}: is damaged or no Word document ({error}); save it again in Word or WPS",
                name=name,
                error=e,
            )
        ) from e
    return template


def _put_objects(opened: DocxDocument, document: Document) -> None:
    """Put tables, charts and page breaks where the template left their places."""
    charts = 0
    styles = _table_styles(opened)
    for paragraph in list(opened.element.body.iter(qn("w:p"))):
        place = next((p for p, _ in split(_text(paragraph)) if p.startswith(_OBJECT)), None)
        if place is None:
            continue
        block = document.blocks[int(place.removeprefix(_OBJECT))]
        for run in paragraph.findall(qn("w:r")):
            paragraph.remove(run)
        if block.table is not None:
            if block.table.caption:
                paragraph.addprevious(caption_element(block.table, styles))
            paragraph.addprevious(table_element(block.table, styles))
        elif block.chart is not None:
            charts += 1
            paragraph.append(add_chart(opened, block.chart, charts, document.at))
        else:
            run, page = OxmlElement("w:r"), OxmlElement("w:br")
            page.set(qn("w:type"), "page")
            run.append(page)
            paragraph.append(run)


def _table_styles(opened: DocxDocument) -> TableStyles:
    named = names_in(opened)
    return TableStyles(*(style_id(opened, named(part)) for part in (TABLE_BODY, TABLE_HEAD, TABLE_CAPTION)))


def _keep_closing(opened: DocxDocument) -> None:
    """Keep the paragraph before office and date on their page: they never stand alone (GB/T 9704-2012, 7.3.5)."""
    closing = names_in(opened)(CLOSING)
    for paragraph in opened.paragraphs:
        if paragraph.style is not None and paragraph.style.name == closing:
            before: Any = paragraph._p.getprevious()  # noqa: SLF001
            if before is not None and before.tag == qn("w:p"):
                before.get_or_add_pPr().get_or_add_keepNext()


def _put_bookmarks(opened: DocxDocument) -> None:
    """Turn marks into bookmarks: each figure stands in a run of its own, which looks like the run around it."""
    numbers: Counter[str] = Counter()
    identity = 0
    for run in list(opened.element.body.iter(qn("w:r"))):
        text = _text(run)
        pieces = list(split(text))
        if not any(place for place, _ in pieces):
            continue
        for place, words in pieces:
            part = _run_like(run, words)
            if not place:
                run.addprevious(part)
                continue
            identity += 1
            numbers[place] += 1
            start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
            start.set(qn("w:id"), str(identity))
            start.set(qn("w:name"), bookmark_name(place, numbers[place]))
            end.set(qn("w:id"), str(identity))
            for element in (start, part, end):
                run.addprevious(element)
        run.getparent().remove(run)


def _run_like(run: Any, words: str) -> Any:
    part = OxmlElement("w:r")
    properties = run.find(qn("w:rPr"))
    if properties is not None:
        part.append(copy.deepcopy(properties))
    text = OxmlElement("w:t")
    text.text = words
    text.set(qn("xml:space"), "preserve")
    part.append(text)
    return part


def _text(element: Any) -> str:
    return "".join(t.text or "" for t in element.iter(qn("w:t")))
