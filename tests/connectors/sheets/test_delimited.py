import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sheets.errors import SheetError, UnreadableSheetError
from connectors.sheets.kinds import ACCOUNTS
from connectors.sheets.readers import read_accounts
from tests.connectors.sheets.tables import read_table

HEADER = "账号ID,账号名称,平台,主办单位"
LINE = "gh_1,某市发布,新浪微博,某市人民政府办公室"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_of_spreadsheet_programs_is_read(write_csv, encoding):
    """UTF-8 and UTF-16 with and without a mark, and gb18030, give the same rows."""
    table = read_table(write_csv(HEADER, LINE, encoding=encoding), ACCOUNTS)
    assert table.header == ("账号ID", "账号名称", "平台", "主办单位")
    assert [(row.number, list(row.cells.values())) for row in table.rows] == [(2, LINE.split(","))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_shows_the_headers(write_csv, delimiter):
    """Commas inside names do not win over the real delimiter."""
    path = write_csv("甲,乙,丙,丁,戊,己", HEADER.replace(",", delimiter), LINE.replace(",", delimiter))
    assert read_table(path, ACCOUNTS).rows[0].cells["平台"] == "新浪微博"


def test_quotes_keep_delimiters_and_line_breaks_inside(write_csv):
    """Row numbers are those of a spreadsheet: a field over two lines is one row, a blank line counts."""
    table = read_table(write_csv(HEADER, 'a,"某市,\r\n发布",新浪微博,"某""局"', "", LINE), ACCOUNTS)
    assert [(row.number, row.cells["账号名称"]) for row in table.rows] == [(2, "某市, 发布"), (4, "某市发布")]
    assert table.rows[0].cells["主办单位"] == '某"局'


def test_a_cell_that_begins_with_an_equals_sign_is_data(write_csv):
    """Nothing in a CSV file is computed."""
    table = read_table(write_csv(HEADER, "gh_1,=1+1,新浪微博,某局"), ACCOUNTS)
    assert table.rows[0].cells["账号名称"] == "=1+1"


def test_broken_quotation_is_refused_with_its_line(write_csv):
    """An open quote would swallow the rest of the file."""
    with pytest.raises(UnreadableSheetError, match="quotation near line"):
        read_table(write_csv(HEADER, LINE, 'gh_2,"某县发布,新浪微博,某局'), ACCOUNTS)


def test_damaged_utf8_is_not_read_as_another_encoding(tmp_path):
    """One lost byte would turn every name into other characters, so the file is refused with the line."""
    path = tmp_path / "sheet.csv"
    path.write_bytes(f"id,name,platform,owner\n{LINE}\n".encode() + "gh_2,某县发布".encode()[:-1] + b",b,c\n")
    with pytest.raises(UnreadableSheetError, match="damaged character on line 3"):
        read_table(path, ACCOUNTS)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("账号".encode("utf-16") + b"\x00", "damaged UTF-16"),
        ("账号".encode("utf-32"), "UTF-32"),
        (b"a,b\n\xff\xff\xff,", r"neither UTF-8, UTF-16 nor gb18030 \(line 2\)"),
        (b"PK\x03\x04rest", "workbook with the name of a CSV"),
    ],
)
def test_other_bytes_are_refused(tmp_path, content, problem):
    """A file of no known encoding is not guessed."""
    path = tmp_path / "sheet.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableSheetError, match=problem):
        read_table(path, ACCOUNTS)


@settings(max_examples=100, deadline=None)
@given(body=st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)))
def test_any_bytes_are_read_or_refused(tmp_path_factory, body):
    """Whatever follows the header, the outcome is rows with names or an error of the one tree."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(HEADER.encode() + b"\n" + body)
    try:
        rows = read_accounts(path)
    except SheetError:
        return
    assert all(row.name and row.platform for row in rows)
