"""Charts of the DOCX: native ones that Word and WPS edit, with their numbers in a workbook inside."""

import io
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook

from connectors.documents.package import repacked
from connectors.documents.svg import axis_of
from connectors.text_cells import write_number, write_row, write_text
from events.figures import Series

_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_WIDTH_EMU = 5_400_000  # 150 mm
_LINE_EMU, _BAR_EMU, _FRAME_EMU = 2_500_000, 240_000, 500_000
_INK = '<a:solidFill><a:srgbClr val="9C1C1C"/></a:solidFill>'
_AXES = '<c:axId val="111"/><c:axId val="112"/>'
_ABOVE, _STRAIGHT = '<c:dLblPos val="t"/>', '<c:smooth val="0"/>'


def add_chart(document: Document, series: Series, number: int, at: datetime) -> Any:
    """Add a chart to the package; returns the run that shows it, with a description for who does not see it."""
    package = document.part.package
    book = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), _WORKBOOK, _workbook(series, at), package)
    chart = Part(PackURI(f"/word/charts/chart{number}.xml"), _CHART, b"", package)
    book_id = chart.relate_to(book, RELATIONSHIP_TYPE.PACKAGE)
    chart._blob = _chart(series, book_id).encode()  # noqa: SLF001 (its relation is known only now)
    chart_id = document.part.relate_to(chart, RELATIONSHIP_TYPE.CHART)
    height = _LINE_EMU if series.kind == "line" else _FRAME_EMU + _BAR_EMU * len(series.points)
    description = "；".join(f"{name} {value:g}{series.unit}" for name, value in series.points)
    return parse_xml(
        f'<w:r {nsdecls("w", "wp", "a", "r")}><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{_WIDTH_EMU}" cy="{height}"/>'
        f'<wp:docPr id="{1000 + number}" name={quoteattr(series.title)} descr={quoteattr(description)}/>'
        "<wp:cNvGraphicFramePr/>"
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
        f' r:id="{chart_id}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )


def _workbook(series: Series, at: datetime) -> bytes:
    """Return the numbers as a sheet, so that Word can open them for editing."""
    book = Workbook()
    del book[book.sheetnames[0]]
    sheet = book.create_sheet("Sheet1")
    write_row(sheet, 1, ("", f"{series.title}（{series.unit}）"))
    for row, (name, value) in enumerate(series.points, 2):
        write_text(sheet.cell(row, 1), name)
        write_number(sheet.cell(row, 2), value)
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue(), at)


def _chart(series: Series, book_id: str) -> str:
    bars = series.kind == "bars"
    low, high = axis_of([value for _, value in series.points], percent=series.unit == "%")
    kind = (
        '<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{_values(series)}<c:gapWidth val="60"/>{_AXES}</c:barChart>'
        if bars
        else '<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>'
        f'{_values(series)}<c:marker val="1"/>{_AXES}</c:lineChart>'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_NAMESPACES}>'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        f"{kind}"
        f'<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="{"maxMin" if bars else "minMax"}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{"l" if bars else "b"}"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:crossAx val="112"/></c:catAx>'
        f'<c:valAx><c:axId val="112"/><c:scaling><c:orientation val="minMax"/><c:max val="{high:g}"/>'
        f'<c:min val="{low:g}"/></c:scaling><c:delete val="{1 if bars else 0}"/>'
        f'<c:axPos val="{"b" if bars else "l"}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        '<c:crossAx val="111"/></c:valAx></c:plotArea><c:plotVisOnly val="1"/></c:chart>'
        "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>"
        '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1050"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
        f'<c:externalData r:id="{book_id}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _values(series: Series) -> str:
    """Return the one series of a chart, in the order of elements that its kind wants."""
    bars = series.kind == "bars"
    last = len(series.points) + 1
    title = escape(f"{series.title}（{series.unit}）")
    count = f'<c:ptCount val="{len(series.points)}"/>'
    names = "".join(
        f'<c:pt idx="{i}"><c:v>{escape(name)}</c:v></c:pt>' for i, (name, _) in enumerate(series.points)
    )
    values = "".join(
        f'<c:pt idx="{i}"><c:v>{value:g}</c:v></c:pt>' for i, (_, value) in enumerate(series.points)
    )
    look = (
        f'<c:spPr>{_INK}</c:spPr><c:invertIfNegative val="0"/>'
        if bars
        else f'<c:spPr><a:ln w="25400">{_INK}</a:ln></c:spPr>'
        f'<c:marker><c:symbol val="circle"/><c:size val="7"/><c:spPr>{_INK}</c:spPr></c:marker>'
    )
    return (
        '<c:ser><c:idx val="0"/><c:order val="0"/>'
        '<c:tx><c:strRef><c:f>Sheet1!$B$1</c:f><c:strCache><c:ptCount val="1"/>'
        f'<c:pt idx="0"><c:v>{title}</c:v></c:pt></c:strCache></c:strRef></c:tx>{look}'
        f'<c:dLbls>{"" if bars else _ABOVE}<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f><c:strCache>{count}{names}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>Sheet1!$B$2:$B${last}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f"{count}{values}</c:numCache></c:numRef></c:val>{'' if bars else _STRAIGHT}</c:ser>"
    )
