"""Workbooks part by part, as programs other than the library write them."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
Change = Callable[[bytes], bytes]


def rewritten(path: Path, changes: Mapping[str, Change]) -> Path:
    """Change parts of a workbook as bytes; a part that is not there is made."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        parts[name] = change(parts.get(name, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def strict(path: Path) -> Path:
    """Save as Strict Open XML: the same parts in other namespaces."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()

    def change(xml: bytes) -> bytes:
        for old, new in STRICT.items():
            xml = xml.replace(old.encode(), new.encode())
        return xml

    return rewritten(path, dict.fromkeys((n for n in names if not n.startswith("docProps/")), change))


def sheet_xml(rows: str, after: str = "", before: str = "") -> bytes:
    """Write a page from its rows."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    ).encode()


def text(place: str, value: str) -> str:
    """Write a cell of text."""
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def package(path: Path, *pages: bytes, styles: str = "", shared: str = "", rels: str = "") -> Path:
    """Write a workbook of pages 页1, 页2, … by hand; `rels` are the relationships of the first page."""
    entries = "".join(f'<sheet name="页{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, len(pages) + 1))
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(pages) + 1)
    )
    parts = {
        "_rels/.rels": f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>',
        "xl/_rels/workbook.xml.rels": f'{links}<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="t" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>',
        "xl/worksheets/_rels/sheet1.xml.rels": rels,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in parts.items():
            archive.writestr(name, f'<Relationships xmlns="{PACKAGE}">{inside}</Relationships>')
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{entries}</sheets></workbook>',
        )
        archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>')
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{shared}</sst>')
        for number, page in enumerate(pages, start=1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", page)
    return path
