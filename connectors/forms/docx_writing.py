"""Writing a filing form as DOCX: title, one bordered table, boxes, opinions with seal and date."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from connectors.forms.form import FilingForm, FormOpinion, boxes
from connectors.forms.layout import LINES, SEAL, TITLE, WIDTHS_CM, Line
from connectors.sheets.kinds.forms import PERSON_FIELDS

BODY_FONT = "仿宋"
LABEL_FONT = "黑体"
TITLE_FONT = "方正小标宋简体"
TITLE_PT, TEXT_PT = 22, 11
MARGIN_CM = 2.4
MADE_AT = datetime(2026, 1, 1)  # noqa: DTZ001 - the file format stores it without a zone
ZIP_TIME = (2026, 1, 1, 0, 0, 0)
BLANK_DATE = "      年    月    日"


def docx_form(form: FilingForm | None) -> bytes:
    """Write one form, an empty one to fill in for None; the same form is the same bytes."""
    document = titled_page(TITLE)
    table = document.add_table(rows=0, cols=len(WIDTHS_CM), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, WIDTHS_CM, strict=True):
        column.width = Cm(width)
    texts = form_texts(form) if form else {"category": boxes(None)}
    for line in LINES:
        _line(table, line, form, texts)
    return stable_docx(document, f"{TITLE}：{form.name}" if form else TITLE)


def titled_page(title: str) -> Any:
    """Return a document of one A4 page with a title."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(MARGIN_CM)
    section.top_margin = section.bottom_margin = Cm(2)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.paragraph_format.space_after = Pt(8)
    write_text(heading, title, TITLE_FONT, TITLE_PT)
    return document


def form_texts(form: FilingForm) -> Mapping[str, str]:
    """Return the text of each cell by its key, opinions aside."""
    texts = {
        "name": form.name,
        "owner": form.owner,
        "description": form.description,
        "link": form.link,
        "platform": form.platform,
        "category": boxes(form.kind),
        "account_id": form.given_id,
        "effective_on": form.effective_on.isoformat() if form.effective_on else "",
        "section": form.section,
        "reason": form.reason,
    }
    for role, person in form.people.items():
        texts |= {f"{role.value}_{field}": getattr(person, field) for field in PERSON_FIELDS}
    return texts


def _line(table: Table, line: Line, form: FilingForm | None, texts: Mapping[str, str]) -> None:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row.height, row.height_rule = Cm(line.height_cm), WD_ROW_HEIGHT_RULE.AT_LEAST
    keep_whole(row)
    cells = row.cells
    for cell, width in zip(cells, WIDTHS_CM, strict=True):
        cell.width = Cm(width)
    last = len(cells) - 1
    match line.shape:
        case "wide":
            label_cell(cells[0], line.labels[0])
            value_cell(cells[1].merge(cells[last]), texts.get(line.keys[0], ""))
        case "pair":
            label_cell(cells[0], line.labels[0])
            value_cell(cells[1].merge(cells[2]), texts.get(line.keys[0], ""))
            label_cell(cells[3], line.labels[1])
            value_cell(cells[4].merge(cells[last]), texts.get(line.keys[1], ""))
        case "person":
            label_cell(cells[0], line.labels[0])
            for place, (label, key) in enumerate(zip(line.labels[1:], line.keys, strict=True)):
                label_cell(cells[1 + 2 * place], label)
                value_cell(cells[2 + 2 * place], texts.get(key, ""))
        case "opinion":
            label_cell(cells[0], line.labels[0])
            _opinion(cells[1].merge(cells[last]), getattr(form, line.keys[0], None), sealed=line.sealed)


def label_cell(cell: _Cell, text: str) -> None:
    """Write a label of a form."""
    paragraph = _first(cell)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write_text(paragraph, text, LABEL_FONT, TEXT_PT)


def value_cell(cell: _Cell, text: str) -> None:
    """Write what stands beside a label."""
    write_text(_first(cell), text, BODY_FONT, TEXT_PT)


def _opinion(cell: _Cell, opinion: FormOpinion | None, *, sealed: bool) -> None:
    """Write the opinion, then the seal and the date at the right."""
    first = _first(cell)
    first.paragraph_format.space_after = Pt(24)
    write_text(first, opinion.text if opinion else "", BODY_FONT, TEXT_PT)
    day = opinion.given_on if opinion else None
    dated = f"{day.year}年{day.month}月{day.day}日" if day else BLANK_DATE
    for text in (*((SEAL,) if sealed else ()), dated):
        paragraph = cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt(24)
        paragraph.paragraph_format.space_after = Pt(2)
        write_text(paragraph, text, BODY_FONT, TEXT_PT)


def _first(cell: _Cell) -> Paragraph:
    cell.vertical_alignment = 1  # type: ignore[assignment]
    paragraph: Paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def write_text(paragraph: Paragraph, text: str, font: str, points: int) -> None:
    """Write a run of text."""
    run = paragraph.add_run(text)
    run.font.size = Pt(points)
    _set_font(run, font)


def _set_font(run: Run, font: str) -> None:
    """Set the font for Latin and Chinese text alike: Word keeps them apart."""
    run.font.name = font
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 (no other way to the Chinese font)
    fonts.set(qn("w:eastAsia"), font)


def keep_whole(row: _Row) -> None:
    """Keep a row on one page."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 (no other way to this property)
    properties.append(OxmlElement("w:cantSplit"))


def stable_docx(document: Any, title: str) -> bytes:
    """Save under a title, with fixed times in the package."""
    document.core_properties.author = "xuncha"
    document.core_properties.title = title
    document.core_properties.created = document.core_properties.modified = MADE_AT
    saved = io.BytesIO()
    document.save(saved)
    stable = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(stable, "w") as target:
        for part in source.infolist():
            entry = zipfile.ZipInfo(part.filename, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(part))
    return stable.getvalue()
