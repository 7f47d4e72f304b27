"""Word documents of one table, written as XML."""

import io
import zipfile

from connectors.word.document import WordDocument
from connectors.word.shown import Seen
from connectors.word.tables import Rows, tables_of

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
NAMES = (
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:se="http://schemas.microsoft.com/office/word/2015/wordml/symex"'
)


def document(
    body: str, styles: str = "", *, w: str = TRANSITIONAL, rels: str = OFFICE, mode: str | None = None
) -> bytes:
    """Pack a body, and styles where there are any; `mode` is where the relationships say that they lead to."""
    parts = {
        "_rels/.rels": _relationships(f"{rels}/officeDocument", "word/document.xml", mode),
        "word/document.xml": f'<w:document xmlns:w="{w}" {NAMES}><w:body>{body}</w:body></w:document>',
    }
    if styles:
        parts["word/_rels/document.xml.rels"] = _relationships(f"{rels}/styles", "styles.xml", mode)
        parts["word/styles.xml"] = f'<w:styles xmlns:w="{w}">{styles}</w:styles>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def tables(body: str, styles: str = "") -> list[list[list[str]]]:
    """Return the texts that are seen in the tables of a body."""
    return [[[cell.seen.text for cell in row] for row in rows] for rows in grids(body, styles)]


def grids(body: str, styles: str = "") -> list[Rows]:
    return list(tables_of(WordDocument(document(body, styles))))


def seen(content: str, styles: str = "") -> Seen:
    """Return what is seen of a cell that holds paragraphs, tables or controls."""
    return grids(table(row(cell(content))), styles)[0][0][0].seen


def shown(runs: str, styles: str = "") -> Seen:
    """Return what is seen of a paragraph."""
    return seen(p(runs), styles)


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def p(runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def control(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def box(ticked: str, sign: str) -> str:
    """Return a check box of Word 2010."""
    return control(r(sign), f'<w14:checkbox><w14:checked w14:val="{ticked}"/></w14:checkbox>')


def field(code: str, result: str | None, form: str = "") -> str:
    """Return a field with its code cut into two runs, as Word does."""
    half = len(code) // 2
    codes = "".join(
        f'<w:r><w:instrText xml:space="preserve">{part}</w:instrText></w:r>'
        for part in (code[:half], code[half:])
    )
    middle = "" if result is None else f"{_mark('separate')}{result}"
    data = f"<w:ffData>{form}</w:ffData>" if form else ""
    return f"{_mark('begin', data)}{codes}{middle}{_mark('end')}"


def _mark(kind: str, content: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{content}</w:fldChar></w:r>'


def _relationships(kind: str, target: str, mode: str | None) -> str:
    stated = "" if mode is None else f' TargetMode="{mode}"'
    relationship = f'<Relationship Id="r" Type="{kind}" Target="{target}"{stated}/>'
    return f'<Relationships xmlns="{PACKAGE}">{relationship}</Relationships>'
