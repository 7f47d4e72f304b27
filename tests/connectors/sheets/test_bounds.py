"""Bounds of handed-in sheets: what is too wide, too long or too often there is refused, soon, with its place."""

import os
import time
from datetime import UTC, datetime

import pytest

from connectors.sheets.areas import column_letters
from connectors.sheets.cells import Linked
from connectors.sheets.errors import SheetError, SheetTooLargeError, UnreadableSheetError
from connectors.sheets.kinds import ACCOUNTS
from connectors.sheets.readers import read_accounts, read_looks
from connectors.sheets.table import read_sheet
from tests.connectors.sheets.workbooks import OFFICE, package, rewritten, sheet_xml, text

HEADER = ("账号ID", "账号名称", "平台")
HEAD = "".join(text(f"{letter}1", title) for letter, title in zip("ABC", HEADER, strict=True))
ROW = text("A2", "1") + text("B2", "甲") + text("C2", "抖音")
TOP = f'<row r="1">{HEAD}</row><row r="2">{ROW}</row>'
NOW = datetime(2023, 4, 1, tzinfo=UTC)


def refused(path, match, kind=SheetTooLargeError):
    begun = time.process_time()
    with pytest.raises(kind, match=match) as caught:
        read_sheet(path, ACCOUNTS)
    assert time.process_time() - begun < 1
    assert str(path) in str(caught.value)


def test_empty_cells_in_the_last_column_cost_nothing(tmp_path):
    """Formatting to the right of the data: 6,000 rows, each with a cell in XFD."""
    rows = "".join(f'<row r="{n}"><c r="XFD{n}" s="1"/></row>' for n in range(3, 6003))
    begun = time.process_time()
    assert 1 == len(read_accounts(package(tmp_path / "w.xlsx", sheet_xml(TOP + rows))))
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        (f'<row r="3">{text("XFD3", "x")}</row>', "more than 200 columns .row 3."),
        (f'<row r="3">{text("XFE3", "x")}</row>', "has columns after XFD; take out the columns"),
        (f'<row r="3">{text("ZZZ3", "x")}</row>', "has columns after XFD"),
        (f'<row r="1048577">{text("A1048577", "x")}</row>', "rows after 1048576; split it"),
    ],
)
def test_content_outside_every_sheet_is_refused(tmp_path, rows, match):
    """Excel ends at XFD1048576."""
    refused(package(tmp_path / "w.xlsx", sheet_xml(TOP + rows)), match)


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        (f'<row r="2">{ROW}</row>', "row 2 comes after row 2"),
        (f'<row r="1">{HEAD}</row>', "row 1 comes after row 2"),
        (f'<row r="3">{text("B3", "x")}{text("B3", "y")}</row>', "stands twice or out of order"),
        (f'<row r="3">{text("B3", "x")}{text("A3", "y")}</row>', "stands twice or out of order"),
        (f'<row r="3">{text("A4", "x")}</row>', "A4 stands in row 3"),
        ('<row r="x"/>', "row has the number x"),
        ('<row r="3"><c r="A3" t="s"><v>5</v></c></row>', "text 5, which is missing"),
        ('<row r="3"><c r="A3" t="s"><v>-1</v></c></row>', "text -1, which is missing"),
        ('<row r="3"><c r="A3" t="q"><v>5</v></c></row>', "of no kind"),
        ('<row r="3"><c r="A3"><v>fünf</v></c></row>', "fünf, which is no number"),
        ('<row r="3"><c r="A3"><v>NaN</v></c></row>', "NaN, which is no number"),
        (f'<row r="3"><c r="A3"><v>{"9" * 5000}</v></c></row>', "which is no number"),
    ],
)
def test_pages_that_say_what_cannot_be_are_damaged(tmp_path, rows, match):
    """Page, part and what is wrong with it; which of two cells would count must not be guessed."""
    path = package(tmp_path / "d.xlsx", sheet_xml(TOP + rows))
    refused(path, f"is damaged .page 页1: xl/worksheets/sheet1.xml: .*{match}", UnreadableSheetError)


def test_blank_rows_have_an_end(tmp_path, monkeypatch):
    """They cost time alone, but not without end."""
    monkeypatch.setattr("connectors.sheets.page.MAX_BLANKS", 100)
    rows = "".join(f'<row r="{n}"/>' for n in range(3, 103))
    assert 1 == len(read_accounts(package(tmp_path / "b.xlsx", sheet_xml(TOP + rows))))
    refused(
        package(tmp_path / "b.xlsx", sheet_xml(TOP + rows + '<row r="103"/>')), "more than 100 blank rows"
    )
    cells = "".join(f'<c r="{letter}3"/>' for letter in "ABC") * 1
    refused(
        package(
            tmp_path / "b.xlsx",
            sheet_xml(TOP + f'<row r="3">{cells}</row>' + rows.replace('<row r="3"/>', "")),
        ),
        "more than 100 blank rows and cells; delete the rows and columns without content",
    )


@pytest.mark.parametrize("kind", ["inline", "shared", "computed", "number"])
def test_a_cell_of_a_million_characters_is_refused_by_its_place(tmp_path, kind):
    """Excel holds 32,767; the rest of the sheet is read, so that the cell has a name."""
    long = "长" * 1_000_000
    cell = {
        "inline": text("B3", long),
        "shared": '<c r="B3" t="s"><v>0</v></c>',
        "computed": f'<c r="B3" t="str"><v>{long}</v></c>',
        "number": f'<c r="B3"><v>{"1" * 1_000_000}</v></c>',
    }[kind]
    row = f'<row r="3">{text("A3", "2")}{cell}{text("C3", "抖音")}</row>'
    path = package(tmp_path / "l.xlsx", sheet_xml(TOP + row), shared=f"<si><t>{long}</t></si>")
    begun = time.process_time()
    with pytest.raises(SheetError, match=r"row 3, column 账号名称 \(B3\).*has more than 32,767 characters"):
        read_accounts(path)
    assert time.process_time() - begun < 1


def test_links_over_one_another_end_soon(tmp_path, monkeypatch):
    """No program writes them; looking under each of a hundred thousand would take hours."""
    monkeypatch.setattr("connectors.sheets.areas.MAX_WALKED", 1000)
    rows = "".join(f'<row r="{n}">{text(f"A{n}", "x")}</row>' for n in range(3, 203))
    rels = f'<Relationship Id="rId1" Type="{OFFICE}/hyperlink" Target="https://a.cn" TargetMode="External"/>'
    links = '<hyperlink ref="A1:C1000" r:id="rId1"/>' * 10
    page = sheet_xml(TOP + rows, f"<hyperlinks>{links}</hyperlinks>")
    refused(
        package(tmp_path / "l.xlsx", page, rels=rels), "links that lie over one another; take out the links"
    )


def _linked(path, columns, areas):
    rels = f'<Relationship Id="rId1" Type="{OFFICE}/hyperlink" Target="https://b.cn" TargetMode="External"/>'
    row = "".join(text(f"{column_letters(n)}3", "y") for n in range(columns))
    links = "".join(f'<hyperlink ref="{area}" r:id="rId1"/>' for area in areas)
    page = sheet_xml(TOP + f'<row r="3">{row}</row>', f"<hyperlinks>{links}</hyperlinks>")
    return package(path, page, rels=rels)


def test_links_over_the_cells_of_one_row_end_soon(tmp_path, monkeypatch):
    """Cells are counted as rows are: a row is one step, and may have thousands of cells."""
    monkeypatch.setattr("connectors.sheets.areas.MAX_WALKED", 40_000)
    refused(_linked(tmp_path / "l.xlsx", 190, ["A3:GH3"] * 300), "links that lie over one another")


def test_a_link_on_each_cell_of_a_wide_row_is_read(tmp_path, monkeypatch):
    """A link costs what lies under it, however many cells stand beside it."""
    monkeypatch.setattr("connectors.sheets.areas.MAX_WALKED", 400)
    areas = [f"{column_letters(n)}3" for n in range(190)]
    (table,) = read_sheet(_linked(tmp_path / "l.xlsx", 190, areas), ACCOUNTS).tables
    row = table.rows[-1]
    assert [Linked("y", "https://b.cn")] * 190 == [*row.cells.values(), *row.stray.values()]


def test_a_wide_page_is_refused_before_its_header_is_looked_for(tmp_path):
    """Each of its cells could be one; a page that lies beside the table is refused alike, by its name."""
    wide = "".join(text(f"{column_letters(n)}2", "z") for n in range(201))
    path = package(tmp_path / "w.xlsx", sheet_xml(TOP), sheet_xml(f'<row r="2">{wide}</row>'))
    refused(path, r"page 页2: has more than 200 columns \(row 2\)")


@pytest.mark.parametrize(
    ("bound", "after", "before"),
    [
        ("areas.MAX_RANGES", '<mergeCells><mergeCell ref="A9:B9"/><mergeCell ref="A8:B8"/></mergeCells>', ""),
        (
            "areas.MAX_RANGES",
            "",
            '<cols><col min="8" max="8" hidden="1"/><col min="9" max="9" hidden="1"/></cols>',
        ),
        ("page.MAX_CELLS", "", ""),
        ("styles.MAX_TEXTS", "", ""),
        ("workbook.MAX_RELATIONS", "", ""),
    ],
)
def test_what_is_kept_has_an_end(tmp_path, monkeypatch, bound, after, before):
    """Memory is bounded for merges, hidden columns, cells, texts and relationships alike."""
    rels = "".join(f'<Relationship Id="r{n}" Type="x/y" Target="z"/>' for n in range(3))
    path = package(
        tmp_path / "k.xlsx", sheet_xml(TOP, after, before), shared="<si><t>x</t></si>" * 2, rels=rels
    )
    assert 1 == len(read_accounts(path))
    monkeypatch.setattr(f"connectors.sheets.{bound}", 1)
    refused(path, "more than 1 ", SheetError)


def test_a_number_format_without_end_is_no_format(tmp_path):
    """Excel allows 255 characters; a longer one shows no id that could be told."""
    styles = f'<numFmts><numFmt numFmtId="164" formatCode="{"0" * 1_000_000}"/></numFmts>'
    styles += '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'
    row = f'<row r="2"><c r="A2" s="1"><v>5</v></c>{text("B2", "甲")}{text("C2", "抖音")}</row>'
    path = package(tmp_path / "f.xlsx", sheet_xml(f'<row r="1">{HEAD}</row>{row}'), styles=styles)
    with pytest.raises(SheetError, match="format the column as text"):
        read_accounts(path)


def test_pages_beyond_number_are_refused(tmp_path, monkeypatch):
    """No workbook has a thousand pages."""
    monkeypatch.setattr("connectors.sheets.workbook.MAX_PAGES", 2)
    page = sheet_xml(TOP)
    assert 2 == len(read_sheet(package(tmp_path / "p.xlsx", page, page), ACCOUNTS).tables)
    refused(package(tmp_path / "p.xlsx", page, page, page), "more than 2 pages")


def test_a_page_that_leads_nowhere_is_damage(tmp_path):
    """It may have held the rows of a month."""
    path = package(tmp_path / "m.xlsx", sheet_xml(TOP), sheet_xml(TOP))
    rewritten(path, {"xl/_rels/workbook.xml.rels": lambda xml: xml.replace(b"sheet2.xml", b"sheet9.xml")})
    refused(path, "is damaged .workbook: page 页2 is missing", UnreadableSheetError)
    rewritten(path, {"xl/_rels/workbook.xml.rels": lambda xml: xml.replace(b'Id="rId2"', b'Id="rId9"')})
    refused(path, "is damaged .workbook: page 页2 leads nowhere", UnreadableSheetError)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le") + bytes(8), "protected by a password"),
        (OLE + "Workbook".encode("utf-16-le") + bytes(8), r"an old \.xls"),
        (OLE + "Book".encode("utf-16-le") + bytes(8), r"an old \.xls"),
        (OLE + "WordDocument".encode("utf-16-le") + bytes(8), r"an old \.doc"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"{\\rtf1 }", "an RTF document"),
        ("<html><table><tr><td>账号ID".encode(), "a web page"),
        (
            b'\xef\xbb\xbf<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "a workbook of Excel 2003",
        ),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b"SQLite format 3\x00", "a database"),
    ],
)
def test_a_file_of_another_kind_is_named_by_what_it_is(tmp_path, suffix, content, kind):
    """The content decides, not the name."""
    path = tmp_path / f"z{suffix}"
    path.write_bytes(content)
    refused(path, f"is {kind}", UnreadableSheetError)


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("word/document.xml", "a Word document"),
        ("mimetype", "an OpenDocument file"),
        ("xl/workbook.bin", "a binary workbook"),
        ("ppt/presentation.xml", "a presentation"),
        ("readme.txt", "a zip archive without a workbook"),
    ],
)
def test_a_package_of_another_kind_is_named_by_what_it_is(tmp_path, part, kind):
    """A renamed .ods, .docx or .xlsb, or any archive."""
    import zipfile

    path = tmp_path / "z.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, b"<x/>")
    refused(path, f"is {kind}", UnreadableSheetError)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_pipe_is_no_file(tmp_path, suffix):
    """Opening one would wait for a writer that never comes."""
    os.mkfifo(tmp_path / f"z{suffix}")
    refused(tmp_path / f"z{suffix}", "is a pipe and no file", UnreadableSheetError)


@pytest.mark.parametrize("blank", ["\n", "\r\n", " , ,\n", "\t\n"])
def test_blank_lines_of_a_csv_file_are_soon_done(tmp_path, blank):
    """Below the data they are nothing; between the data they have an end."""
    path = tmp_path / "b.csv"
    body = ",".join(HEADER) + "\n1,甲,抖音\n"
    path.write_text(body + blank * 200_000, "utf-8")
    assert 1 == len(read_accounts(path))


def test_lines_of_a_csv_file_have_an_end(tmp_path, monkeypatch):
    """The number of the last row of Excel; the file is not walked to its end four times."""
    monkeypatch.setattr("connectors.sheets.delimited.LAST_ROW", 1000)
    path = tmp_path / "b.csv"
    path.write_text(",".join(HEADER) + "\n" + "\n" * 1000 + "1,甲,抖音\n", "utf-8")
    refused(path, "more than 1000 lines")


def test_a_line_of_delimiters_is_refused_before_it_is_cut(tmp_path):
    """Fifty million empty fields would fill the memory."""
    path = tmp_path / "w.csv"
    path.write_text(",".join(HEADER) + "\n1,甲,抖音\n" + "," * 5_000_000, "utf-8")
    refused(path, r"more than 50000 columns \(line 3\)")


def test_a_text_of_a_million_characters_in_a_csv_file_is_refused(tmp_path):
    """Mostly a quotation that was never closed; a shorter one is named by its cell."""
    path = tmp_path / "l.csv"
    path.write_text(",".join(HEADER) + f'\n1,"{"长" * 1_000_000}",抖音\n', "utf-8")
    refused(path, "a text of more than 131,072 characters near line 2; close the quotation")
    path.write_text("账号ID,检查时间,最新发布时间\n1," + "长" * 40_000 + ",无\n", "utf-8")
    with pytest.raises(SheetError, match=r"row 2, column 检查时间.*more than 32,767 characters"):
        read_looks(path, NOW)


@pytest.mark.parametrize(
    "content",
    [
        b"id,name,platform\n1,\x00a,b\n",
        b"id,name,platform\n1,a\x00,b\n",
        "账号ID,账号名称,平台\n1,甲,抖音\n".encode() + bytes(4096),
        "账号ID,账号名称,平台\n1,甲\0乙,抖音\n".encode(),
        "账号ID,账号名称,平台\n".encode("utf-16") + b"\0\0",
        b"account_id,name,platform\n" + b"1,a,b\n" * 2000 + b"2,\x00,c\n",
    ],
)
def test_a_csv_file_with_a_nul_is_refused(tmp_path, content):
    """A disk that filled up leaves zeros; they are neither UTF-16 nor nothing."""
    path = tmp_path / "n.csv"
    path.write_bytes(content)
    refused(path, "holds a NUL character on line", UnreadableSheetError)


@pytest.mark.parametrize(
    ("field", "given_id"),
    [
        ('="0012345"', "0012345"),
        ('"=""0012345"""', "0012345"),
        ("'0012345", "0012345"),
        ("0012345_x000D_", "0012345"),
        ("=1+1", "=1+1"),
    ],
)
def test_marks_that_keep_a_text_a_text_are_taken_off(tmp_path, field, given_id):
    """As other programs export ids; nothing is computed."""
    path = tmp_path / "i.csv"
    path.write_text(f"{','.join(HEADER)}\n{field},甲,抖音\n", "utf-8")
    assert given_id == read_accounts(path)[0].given_id
