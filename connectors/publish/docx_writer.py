"""The bulletin as DOCX: docxtpl fills the template, then tables, charts and the bookmarks of figures are put in."""

import copy
import io
from collections import Counter
from typing import Any

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docxtpl import DocxTemplate

from connectors.publish.blocks import Block
from connectors.publish.docx_charts import add_chart
from connectors.publish.docx_styles import CLOSING
from connectors.publish.docx_tables import caption_element, table_element
from connectors.publish.environment import FAULTS, chinese_date, sandbox
from connectors.publish.errors import TemplateError
from connectors.publish.marks import marked, split
from connectors.publish.package import repacked
from connectors.publish.shown import context_of
from connectors.publish.templates import DOCUMENT, Templates
from events.bulletin_content import BulletinContent

BOOKMARK = "xc"
"""Begins the name of every bookmark around a figure."""

_OBJECT = "object:"


def write_docx(content: BulletinContent, blocks: list[Block], templates: Templates) -> bytes:
    """Lay blocks out on the DOCX template; raises `TemplateError` naming the file and what stands near the fault."""
    filled = _filled(content, blocks, templates)
    document = docx.Document(io.BytesIO(filled))
    _put_objects(document, blocks, content)
    _put_bookmarks(document)
    _keep_closing(document)
    core = document.core_properties
    core.title, core.author, core.comments = content.title, templates.style.office, ""
    out = io.BytesIO()
    document.save(out)
    return repacked(out.getvalue(), content.provenance.known_at)


def bookmark_name(place: str, number: int) -> str:
    """Return the bookmark of a place, like `xc_checked_by_tier__0_1`; Word allows 40 letters, digits and `_`."""
    return f"{BOOKMARK}_{place.replace('.', '__')}_{number}"


def _filled(content: BulletinContent, blocks: list[Block], templates: Templates) -> bytes:
    name = templates.names[DOCUMENT]
    shown = [
        {
            "kind": block.kind,
            "text": block.text,
            "lead": block.lead,
            "object": marked(f"{_OBJECT}{i}", "") if block.kind in ("table", "chart", "break") else "",
        }
        for i, block in enumerate(blocks)
    ]
    environment = sandbox({"date": chinese_date})
    template = _opened(name, templates.document)
    context = {**context_of(content, templates.style), "blocks": shown}
    out = io.BytesIO()
    try:
        template.render(context, jinja_env=environment, autoescape=True)
        template.save(out)
    except FAULTS as e:
        near = " ".join(str(line).strip() for line in getattr(e, "docx_context", ()))
        place = f", near {near[:200]!r}" if near else ""
        raise TemplateError(f"{name}{place}: {e}; correct the template") from e
    return out.getvalue()


def _opened(name: str, document: bytes) -> DocxTemplate:
    """Open a template; its package was found in order before."""
    try:
        template = DocxTemplate(io.BytesIO(document))
        template.init_docx()
        len(template.docx.element.body)  # a part of another kind has none
    except Exception as e:  # a damaged part raises whatever the library meets
        raise TemplateError(
            f"{name}: is damaged or no Word document ({e}); save it again in Word or WPS"
        ) from e
    return template


def _put_objects(document: Document, blocks: list[Block], content: BulletinContent) -> None:
    """Put tables, charts and page breaks where the template left their places."""
    charts = 0
    for paragraph in list(document.element.body.iter(qn("w:p"))):
        place = next((p for p, _ in split(_text(paragraph)) if p.startswith(_OBJECT)), None)
        if place is None:
            continue
        block = blocks[int(place.removeprefix(_OBJECT))]
        for run in paragraph.findall(qn("w:r")):
            paragraph.remove(run)
        if block.table is not None:
            if block.table.caption:
                paragraph.addprevious(caption_element(block.table))
            paragraph.addprevious(table_element(block.table))
        elif block.chart is not None:
            charts += 1
            paragraph.append(add_chart(document, block.chart, charts, content.provenance.known_at))
        else:
            run, page = OxmlElement("w:r"), OxmlElement("w:br")
            page.set(qn("w:type"), "page")
            run.append(page)
            paragraph.append(run)


def _keep_closing(document: Document) -> None:
    """Keep the paragraph before office and date on their page: they never stand alone (GB/T 9704-2012, 7.3.5)."""
    for paragraph in document.paragraphs:
        if paragraph.style is not None and paragraph.style.name == CLOSING:
            before: Any = paragraph._p.getprevious()  # noqa: SLF001
            if before is not None and before.tag == qn("w:p"):
                before.get_or_add_pPr().get_or_add_keepNext()


def _put_bookmarks(document: Document) -> None:
    """Turn marks into bookmarks: each figure stands in a run of its own, which looks like the run around it."""
    numbers: Counter[str] = Counter()
    identity = 0
    for run in list(document.element.body.iter(qn("w:r"))):
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
