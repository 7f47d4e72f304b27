"""Styles of the DOCX template after GB/T 9704: sizes, spacing, and fonts with what stands in where one is missing."""

from typing import Any

import msgspec
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor
from lxml import etree

DEFAULT_PREFIX = "公文"
"""Begins the names of the styles of the default template."""

LINE_PT = 28.95
"""22 lines on 225 mm (GB/T 9704-2012, 5.2.3)."""

FANGSONG, HEITI, KAITI, TITLE = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
_LATIN = "Times New Roman"
_FALLBACKS = {
    FANGSONG: "仿宋,FangSong,STFangsong,Noto Serif CJK SC",
    KAITI: "楷体,KaiTi,STKaiti,Noto Serif CJK SC",
    HEITI: "SimHei,Noto Sans CJK SC",
    TITLE: "宋体,SimSun,STSong,Noto Serif CJK SC",
}
_TWIPS = 20
_CLOSER = -4
"""Twentieths of a point between characters: 28 of 16 pt on 156 mm."""


class Look(msgspec.Struct, frozen=True):
    """How a paragraph style looks; indents in characters."""

    font: str = FANGSONG
    size_pt: float = 16  # 三号
    align: str = "both"
    first_line: int = 0
    line_pt: float | None = LINE_PT
    before_pt: float = 0
    after_pt: float = 0
    right: int = 0
    red: bool = False
    outline: int | None = None
    keep_next: bool = False
    keep_lines: bool = False
    closer: bool = False


CLOSING = "落款"
"""Office and date below the text."""

TABLE_BODY, TABLE_HEAD, TABLE_CAPTION = "表格", "表头", "图题"

LOOKS = {
    "正文": Look(first_line=2, closer=True),
    "标题": Look(TITLE, 22, "center", line_pt=35, before_pt=LINE_PT, after_pt=LINE_PT),
    "一级标题": Look(HEITI, first_line=2, outline=0, keep_next=True, closer=True),
    "主送": Look(closer=True),
    "版头": Look(TITLE, 34, "center", line_pt=None, before_pt=40, after_pt=12, red=True),
    "文号": Look(align="center", after_pt=6),
    "红线": Look(align="center", after_pt=6),
    "状态": Look(KAITI, align="center"),
    CLOSING: Look(align="right", right=4),
    "附件": Look(HEITI, align="left", keep_next=True),
    "附件标题": Look(TITLE, 18, "center", line_pt=30, after_pt=10, keep_next=True),
    "注": Look(size_pt=12, align="left", line_pt=18, before_pt=8, keep_lines=True),
    "图": Look(align="center", line_pt=None, before_pt=8, after_pt=2, keep_next=True),
    "表后": Look(size_pt=8, line_pt=8),
    TABLE_CAPTION: Look(HEITI, 12, "center", line_pt=20, before_pt=4, after_pt=4),
    TABLE_BODY: Look(size_pt=10.5, align="center", line_pt=16),
    TABLE_HEAD: Look(HEITI, 10.5, "center", line_pt=16),
    "版记": Look(size_pt=14, align="both"),  # 四号
    "页码": Look("宋体", 14, "right", line_pt=None),  # 四号
}
HINT = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
"""Properties of a run whose quotation marks are Chinese ones, as wide as the characters around them."""

LEAD = "二级标题"
"""Character style of a heading of the second level, which runs into its paragraph."""


class StyleNames(msgspec.Struct, frozen=True):
    """Names of the styles in one template: what they begin with, and the part that they look for."""

    prefix: str

    def __call__(self, part: str) -> str:
        return self.prefix + part


def names_in(document: Document) -> StyleNames:
    """Return how a template names its styles: an office may have called those of its own otherwise."""
    names = {str(style.name) for style in document.styles}
    begins = (name.removesuffix(TABLE_BODY) for name in names if name.endswith(TABLE_BODY))
    return StyleNames(next((b for b in sorted(begins) if b + TABLE_HEAD in names), DEFAULT_PREFIX))


def style_id(document: Document, name: str) -> str:
    """Return the id of a style, which Word changes when it saves a template; one that is not there keeps its name."""
    return next((str(s.style_id) for s in document.styles if s.name == name), name)


def add_styles(document: Document, named: StyleNames) -> None:
    """Add the styles of a document, and say in the font table what stands in for fonts that a machine lacks."""
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}")
    _fonts(defaults, FANGSONG)
    defaults.find(qn("w:rPr")).find(qn("w:lang")).set(qn("w:eastAsia"), "zh-CN")
    _fonts(document.styles["Normal"].element, FANGSONG)
    document.styles["Normal"].font.size = Pt(16)
    for name, look in LOOKS.items():
        style = document.styles.add_style(named(name), WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.quick_style = True
        style.font.size = Pt(look.size_pt)
        if look.closer:
            spacing = OxmlElement("w:spacing")
            spacing.set(qn("w:val"), str(_CLOSER))
            style.element.get_or_add_rPr().insert_element_before(
                spacing, "w:w", "w:kern", "w:sz", "w:szCs", "w:lang"
            )
        if look.red:
            style.font.color.rgb = RGBColor(0xE6, 0x00, 0x12)
        _fonts(style.element, look.font)
        _spacing(style.element, look)
    lead = document.styles.add_style(named(LEAD), WD_STYLE_TYPE.CHARACTER)
    _fonts(lead.element, KAITI)
    _fallbacks(document)


def _fonts(element: Any, name: str) -> None:
    properties = element.find(qn("w:rPr"))
    fonts = (element.get_or_add_rPr() if properties is None else properties).get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    fonts.set(qn("w:ascii"), _LATIN)
    fonts.set(qn("w:hAnsi"), _LATIN)
    fonts.set(qn("w:eastAsia"), name)


def _spacing(element: Any, look: Look) -> None:
    """Write the paragraph properties in the order of the schema."""
    properties = element.get_or_add_pPr()
    for child in list(properties):
        properties.remove(child)
    for wanted, name in ((look.keep_next, "w:keepNext"), (look.keep_lines, "w:keepLines")):
        if wanted:
            properties.append(OxmlElement(name))
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    properties.append(snap)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:before"), str(round(look.before_pt * _TWIPS)))
    spacing.set(qn("w:after"), str(round(look.after_pt * _TWIPS)))
    line = look.line_pt
    spacing.set(qn("w:line"), str(round(line * _TWIPS)) if line else "240")
    spacing.set(qn("w:lineRule"), "exact" if line else "auto")
    properties.append(spacing)
    if look.first_line or look.right:
        indent = OxmlElement("w:ind")
        if look.right:
            indent.set(qn("w:right"), str(round(look.right * look.size_pt * _TWIPS)))
            indent.set(qn("w:rightChars"), str(look.right * 100))
        if look.first_line:
            indent.set(qn("w:firstLine"), str(round(look.first_line * look.size_pt * _TWIPS)))
            indent.set(qn("w:firstLineChars"), str(look.first_line * 100))
        properties.append(indent)
    align = OxmlElement("w:jc")
    align.set(qn("w:val"), look.align)
    properties.append(align)
    if look.outline is not None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(look.outline))
        properties.append(level)


def _fallbacks(document: Document) -> None:
    part = next(p for p in document.part.package.iter_parts() if p.partname == "/word/fontTable.xml")
    table = parse_xml(part.blob)
    for name, others in _FALLBACKS.items():
        table.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
                '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
            )
        )
    part._blob = _serialized(table)  # noqa: SLF001 (python-docx keeps this part as plain bytes)


def _serialized(element: Any) -> bytes:
    return bytes(etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True))
