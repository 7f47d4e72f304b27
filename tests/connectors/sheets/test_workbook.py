import io
import zipfile
from datetime import UTC, date, datetime, time

import pytest
from openpyxl import Workbook, load_workbook

from connectors.sheets import workbook as reader
from connectors.sheets.cells import Broken
from connectors.sheets.errors import EmptySheetError, SheetTooLargeError, UnreadableSheetError
from connectors.sheets.kinds import LOOKS
from connectors.sheets.packages import BOMB_BYTES
from events.moments import Moment
from tests.connectors.sheets.tables import read_table

HEADER = ("账号ID", "检查时间", "最新发布时间")
SERIAL = 44363  # 2021-06-16
DAY_END = datetime(2021, 6, 16, 15, 59, 59, tzinfo=UTC)


def in_cell(*parts):
    """A time as a workbook stores it."""
    return datetime(*parts)  # noqa: DTZ001 - cells know no zone


def rewritten(path, changes):
    """Change parts of a workbook as bytes: what programs other than the library write."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def looked(path):
    """The first cell of the column 检查时间."""
    return read_table(path, LOOKS).rows[0].cells["检查时间"]


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (
            in_cell(2021, 6, 16, 17, 5),
            "yyyy-mm-dd hh:mm",
            Moment(datetime(2021, 6, 16, 9, 5, tzinfo=UTC), False),
        ),
        (in_cell(2021, 6, 16), "yyyy-mm-dd hh:mm", Moment(datetime(2021, 6, 15, 16, 0, tzinfo=UTC), False)),
        (in_cell(2021, 6, 16), "yyyy-mm-dd", Moment(DAY_END, True)),
        (date(2021, 6, 16), 'yyyy"年"m"月"d"日";@', Moment(DAY_END, True)),
        (SERIAL, "[$-804]yyyy/m/d dddd", Moment(DAY_END, True)),
        (SERIAL + 17 / 24, "yyyy/m/d", Moment(datetime(2021, 6, 16, 9, 0, tzinfo=UTC), False)),
    ],
)
def test_date_cells_are_times_in_china(write_xlsx, value, number_format, expected):
    """A date cell is a date only where neither its value nor its format has a time of day."""

    def as_formatted(page):
        page["B2"].number_format = number_format

    assert looked(write_xlsx(HEADER, ("a", value), change=as_formatted)) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(31, Moment(DAY_END, True)), (55, Moment(datetime(2021, 6, 15, 16, 0, tzinfo=UTC), False))],
)
def test_chinese_date_formats_stored_by_number_are_dates(write_xlsx, number, expected):
    """Chinese Excel stores 2021年6月16日 as format 31 without a code."""

    def formatted(page):
        page["B2"].number_format = "yyyy-mm-dd"

    path = write_xlsx(HEADER, ("a", SERIAL), change=formatted)
    code, used = b'<numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>', b'numFmtId="164"'

    def by_number(xml):
        assert code in xml
        return (
            xml.replace(code, b"")
            .replace(b'<numFmts count="1"></numFmts>', b"")
            .replace(used, b'numFmtId="%d"' % number)
        )

    rewritten(path, {"xl/styles.xml": by_number})
    assert looked(path) == expected


def test_dates_counted_from_1904_are_read_by_their_own_calendar(write_xlsx):
    """A workbook from an old Mac counts days from another start."""

    def formatted(page):
        page["B2"].number_format = "yyyy-mm-dd"

    path = write_xlsx(HEADER, ("a", SERIAL - 1462), change=formatted)
    rewritten(
        path, {"xl/workbook.xml": lambda xml: xml.replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>')}
    )
    assert looked(path) == Moment(DAY_END, True)


@pytest.mark.parametrize(
    ("value", "cell"), [(SERIAL, SERIAL), (5.0, 5), (True, "TRUE"), (time(17, 5), "17:05:00")]
)
def test_other_cells_stay_what_they_are(write_xlsx, value, cell):
    """A number outside a date format is no date."""
    assert looked(write_xlsx(HEADER, ("a", value))) == cell


@pytest.mark.parametrize(
    ("serial", "problem"), [(0.5, None), (1, "lies before"), (99_999_999, "error of Excel")]
)
def test_date_cells_without_a_possible_date_are_broken(write_xlsx, serial, problem):
    """A zero date or one out of range is named as it stands and never moved."""

    def formatted(page):
        page["B2"].number_format = "yyyy-mm-dd"

    cell = looked(write_xlsx(HEADER, ("a", serial), change=formatted))
    if problem is None:
        assert cell == "12:00:00"
    else:
        assert isinstance(cell, Broken)
        assert problem in cell.problem


def test_error_cells_are_broken(write_xlsx):
    """#REF! is no text."""
    cell = looked(write_xlsx(HEADER, ("a", "#REF!")))
    assert cell == Broken("#REF!", "is an error of Excel", "correct the formula or type the value")


def test_a_formula_that_was_never_computed_is_broken(write_xlsx):
    """Without a stored value a formula is not a blank cell."""
    path = write_xlsx(HEADER, ("a", "2021-06-16"), ("b", "=B2"))
    row = read_table(path, LOOKS).rows[1]
    assert row.number == 3
    assert row.cells["检查时间"].problem == "is a formula without a value"


@pytest.mark.parametrize(
    ("stored", "cells"),
    [(b'<c r="B2" t="str"><f>A1</f><v>2021-06-16</v></c>', {"账号ID": "a", "检查时间": "2021-06-16"}),
     (b'<c r="B2" t="str"><f>A1</f><v></v></c>', {"账号ID": "a"})],
)  # fmt: skip
def test_a_formula_counts_by_its_stored_value(write_xlsx, stored, cells):
    """What Excel computed is read; a formula that gave an empty text is blank."""
    path = write_xlsx(HEADER, ("a", "=A1"))
    rewritten(
        path, {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b'<c r="B2"><f>A1</f><v></v></c>', stored)}
    )
    assert read_table(path, LOOKS).rows[0].cells == cells


def test_text_that_begins_with_an_equals_sign_is_text(write_xlsx):
    """A text cell is data even if it looks like a formula."""

    def as_text(page):
        page["A2"].value = "=1+1"
        page["A2"].data_type = "s"

    path = write_xlsx(HEADER, (None, "2021-06-16"), change=as_text)
    assert read_table(path, LOOKS).rows[0].cells["账号ID"] == "=1+1"


def test_the_first_visible_page_with_content_is_read(tmp_path):
    """Hidden lists and empty pages before the data do not hide it."""
    workbook = Workbook()
    hidden = workbook.worksheets[0]
    hidden.append(("下拉列表",))
    hidden.sheet_state = "hidden"
    workbook.create_sheet("空")
    page = workbook.create_sheet("检查")
    page.append(HEADER)
    page.append(("a", "2021-06-16"))
    workbook.create_sheet("后").append(("别的",))
    workbook.save(tmp_path / "sheet.xlsx")
    assert looked(tmp_path / "sheet.xlsx") == "2021-06-16"


def test_a_wrong_stated_size_hides_no_rows(write_xlsx):
    """Some programs state a size of one cell."""
    path = write_xlsx(HEADER, ("a", "2021-06-16"), ("b", "2021-06-17"))
    rewritten(
        path,
        {
            "xl/worksheets/sheet1.xml": lambda xml: xml.replace(
                b'<dimension ref="A1:C3"', b'<dimension ref="A1"'
            )
        },
    )
    assert [row.cells["账号ID"] for row in read_table(path, LOOKS).rows] == ["a", "b"]


def test_an_empty_workbook_is_refused(write_xlsx):
    """A workbook without a filled cell has nothing to read."""
    with pytest.raises(EmptySheetError, match="has no content"):
        read_table(write_xlsx(), LOOKS)


def test_a_bomb_is_refused_by_its_stated_sizes(write_xlsx, monkeypatch):
    """A small file that unpacks to a large one is not opened."""
    path = write_xlsx(HEADER, ("a", "2021-06-16"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(BOMB_BYTES + 1))
    monkeypatch.setattr(reader, "WorkbookFile", lambda *_a, **_k: pytest.fail("opened"))
    with pytest.raises(SheetTooLargeError, match="would unpack to 64 MB"):
        read_table(path, LOOKS)


def test_entities_are_not_multiplied(write_xlsx):
    """A document type with nested entities is refused unread."""
    nested = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "{"x" * 1000}">{nested}]>'.encode()
    path = write_xlsx(HEADER, ("a", "2021-06-16"))
    rewritten(
        path,
        {"xl/worksheets/sheet1.xml": lambda xml: doctype + xml.replace(b"<t>a</t>", b"<t>&e9;</t>")},
    )
    with pytest.raises(UnreadableSheetError, match="declares a document type"):
        read_table(path, LOOKS)


@pytest.mark.parametrize("row", [1_048_577, 10**12])
def test_a_row_number_that_no_sheet_has_is_refused(write_xlsx, row):
    """Gaps between rows are not walked beyond the last row of Excel."""
    path = write_xlsx(HEADER, ("a", "2021-06-16"))
    rewritten(
        path,
        {
            "xl/worksheets/sheet1.xml": lambda xml: (
                xml.replace(b'<row r="2"', f'<row r="{row}"'.encode())
                .replace(b'r="A2"', b"")
                .replace(b'r="B2"', b"")
            )
        },
    )
    with pytest.raises(SheetTooLargeError, match="rows"):
        read_table(path, LOOKS)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "protected by a password or an old .xls"),
        (b"id,name\n", "is not a workbook"),
        (b"PK\x03\x04 cut off", "is not a workbook"),
    ],
)
def test_files_that_are_no_workbook_are_refused(tmp_path, content, problem):
    """Protected, old and foreign files say what they are."""
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableSheetError, match=problem):
        read_table(path, LOOKS)


@pytest.mark.parametrize(
    "part",
    [
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
    ],
)
def test_a_damaged_part_is_refused(write_xlsx, part):
    """Whatever the library stumbles over becomes one kind of error with the file's name."""
    path = rewritten(write_xlsx(HEADER, ("a", "2021-06-16")), {part: lambda xml: xml[: len(xml) // 2]})
    with pytest.raises(UnreadableSheetError, match=r"sheet\.xlsx: is damaged"):
        read_table(path, LOOKS)


def test_decorations_raise_no_warnings(write_xlsx):
    """A workbook without styles is read quietly."""
    path = write_xlsx(HEADER, ("a", "2021-06-16"))
    rewritten(
        path,
        {
            "xl/styles.xml": lambda _: (
                b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
            )
        },
    )
    with pytest.warns(UserWarning, match="no stylesheet"):
        load_workbook(io.BytesIO(path.read_bytes()))
    assert looked(path) == "2021-06-16"


@pytest.mark.parametrize(("index", "expected"), [(1, "2021-06-16"), (7, None)])
def test_strings_shared_by_cells_are_found(write_xlsx, index, expected):
    """Excel keeps texts in a part of their own; a number that leads nowhere is damage."""
    path = write_xlsx(HEADER, ("a", "2021-06-16"))
    inline, shared = b't="inlineStr"><is><t>2021-06-16</t></is>', b't="s"><v>%d</v>' % index
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
    rewritten(
        path,
        {
            "xl/worksheets/sheet1.xml": lambda xml: xml.replace(inline, shared),
            "[Content_Types].xml": lambda xml: xml.replace(b"</Types>", override),
        },
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "xl/sharedStrings.xml",
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            "<si><t>x</t></si><si><r><t>2021</t></r><r><t>-06-16</t></r></si></sst>",
        )
    if expected is None:
        with pytest.raises(UnreadableSheetError, match="damaged"):
            looked(path)
    else:
        assert looked(path) == expected
