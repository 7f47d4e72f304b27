"""The default DOCX template, built: page set-up after GB/T 9704, styles, and the tags that docxtpl fills in."""

import io
from datetime import UTC, datetime
from functools import cache
from typing import Any

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from connectors.documents.docx_styles import (
    CLOSING,
    DEFAULT_PREFIX,
    LEAD,
    LINE_PT,
    TABLE_CAPTION,
    StyleNames,
    add_styles,
)
from connectors.documents.package import repacked

_BUILT_AT = datetime(2024, 1, 1, tzinfo=UTC)
_TOP, _BOTTOM, _LEFT, _RIGHT = 37, 35, 28, 26  # mm; the type area is 156 x 225 (GB/T 9704-2012, 5.2.1)
_RED, _BLACK = "E60012", "000000"

_HEAD: tuple[tuple[str, str], ...] = (
    ("", "{%p if secrecy %}"),
    ("附件", "{{ secrecy }}"),  # 三号黑体 at the left edge, as GB/T 9704-2012, 7.2.2 wants it
    ("", "{%p endif %}"),
    ("", "{%p if letterhead %}"),
    ("版头", "{{ letterhead }}"),
    ("红线", "{{ number }}"),
    ("", "{%p elif number %}"),
    ("文号", "{{ number }}"),
    ("", "{%p endif %}"),
    ("", '{%p if "draft" in markings %}'),
    ("状态", "草稿，未签发"),
    ("", "{%p endif %}"),
    ("", '{%p if "internal" in markings %}'),
    ("状态", "内部版，不得公开"),
    ("", "{%p endif %}"),
    ("标题", "{{ title }}"),
    ("", "{%p if addressees %}"),
    ("主送", "{{ addressees }}"),
    ("", "{%p endif %}"),
    ("", "{%p for block in blocks %}"),
)
_BLOCKS: tuple[tuple[str, str, str], ...] = (
    ("heading", "一级标题", "{{ block.text }}"),
    ("note", "注", "{{ block.text }}"),
    ("attachment", "附件", "{{ block.text }}"),
    ("caption", "附件标题", "{{ block.text }}"),
    ("table", "表后", "{{ block.object }}"),
    ("chart", "图", "{{ block.object }}"),
    ("break", "表后", "{{ block.object }}"),
)


@cache
def build_docx(prefix: str = DEFAULT_PREFIX) -> bytes:
    """Return the template, its styles named behind a prefix; the same bytes every time."""
    document, named = docx.Document(), StyleNames(prefix)
    add_styles(document, named)
    _page(document, named)
    for style, text in _HEAD:
        paragraph = _add(document, style and named(style), text)
        if style == "红线":
            _border(paragraph, bottom=18, color=_RED)
    _body(document, named)
    _imprint(document, named)
    out = io.BytesIO()
    document.save(out)
    return repacked(out.getvalue(), _BUILT_AT)


def _body(document: Document, named: StyleNames) -> None:
    """Add the loop over the blocks; a chart is followed by its title."""
    _add(document, "", '{%p if block.kind == "paragraph" %}')
    paragraph = _add(document, named("正文"), "")
    _hint(paragraph.add_run("{{ block.lead }}", style=named(LEAD)))
    _hint(paragraph.add_run("{{ block.text }}"))
    for kind, style, text in _BLOCKS:
        _add(document, "", f'{{%p elif block.kind == "{kind}" %}}')
        _add(document, named(style), text)
        if kind == "chart":
            _add(document, named(TABLE_CAPTION), "{{ block.text }}")
    _add(document, "", '{%p elif block.kind == "closing" %}')
    _add(document, named(CLOSING), "{{ office }}").paragraph_format.space_before = Pt(LINE_PT)
    _add(document, named(CLOSING), "{{ issued_on }}")
    _add(document, "", "{%p endif %}")
    _add(document, "", "{%p endfor %}")


def _imprint(document: Document, named: StyleNames) -> None:
    """Add 版记: copies, printing office and date between lines."""
    _add(document, "", "{%p if copy_to %}")
    copies = _add(document, named("版记"), "抄送：{{ copy_to | join('，') }}。")
    copies.paragraph_format.space_before = Pt(LINE_PT)
    _border(copies, top=12, bottom=6)
    _border(_add(document, named("版记"), "{{ office }}　{{ issued_on }}印发"), bottom=12)
    _add(document, "", "{%p endif %}")


def _page(document: Document, named: StyleNames) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(_TOP), Mm(_BOTTOM)
    section.left_margin, section.right_margin = Mm(_LEFT), Mm(_RIGHT)
    section.footer_distance = Mm(_BOTTOM - 7 - 5)  # the number stands 7 mm below the type area (7.5)
    properties: Any = section._sectPr  # noqa: SLF001 (python-docx has no name for the grid)
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(LINE_PT * 20)))
    properties.append(grid)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], named("页码"), "right")
    _page_number(section.even_page_footer.paragraphs[0], named("页码"), "left")


def _page_number(paragraph: Paragraph, style: str, side: str) -> None:
    """Write — 1 — on the outer side, one character in (GB/T 9704-2012, 7.5)."""
    paragraph.style = style
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    indent = OxmlElement("w:ind")
    indent.set(qn(f"w:{side}"), "280")
    indent.set(qn(f"w:{side}Chars"), "100")
    properties.append(indent)
    align = OxmlElement("w:jc")
    align.set(qn("w:val"), side)
    properties.append(align)
    paragraph.add_run("— ")
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run("1" if kind == "text" else "")
        if kind in ("begin", "separate", "end"):
            field = OxmlElement("w:fldChar")
            field.set(qn("w:fldCharType"), kind)
            run._r.append(field)  # noqa: SLF001
        elif text == "PAGE":
            instruction = OxmlElement("w:instrText")
            instruction.text = text
            run._r.append(instruction)  # noqa: SLF001
    paragraph.add_run(" —")


def _border(paragraph: Paragraph, *, top: int = 0, bottom: int = 0, color: str = _BLACK) -> None:
    """Draw lines above or below a paragraph; widths in eighths of a point."""
    borders: Any = OxmlElement("w:pBdr")
    for side, width in (("top", top), ("bottom", bottom)):
        if width:
            line = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", str(width)), ("space", "4"), ("color", color)):
                line.set(qn(f"w:{name}"), value)
            borders.append(line)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _add(document: Document, style: str, text: str) -> Paragraph:
    paragraph = document.add_paragraph(text, style=style or None)
    for run in paragraph.runs:
        _hint(run)
    return paragraph


def _hint(run: Run) -> None:
    """Say that quotation marks in a run are Chinese ones."""
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")  # noqa: SLF001
