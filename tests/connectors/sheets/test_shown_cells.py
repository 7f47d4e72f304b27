"""Cells are read as a person sees them, not as they are stored."""

from datetime import UTC, datetime

import pytest

from connectors.sheets.cells import Broken, Linked
from connectors.sheets.errors import SheetErrors
from connectors.sheets.kinds import ACCOUNTS, POSTS
from connectors.sheets.number_formats import number_format
from connectors.sheets.readers import read_accounts, read_posts
from tests.connectors.sheets.tables import read_table
from tests.connectors.sheets.workbooks import OFFICE, package, rewritten, sheet_xml, strict, text

HEADER = ("账号ID", "账号名称", "平台", "主办单位", "开设时间")
NOW = datetime(2023, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (123456, "0000000000", "0000123456"),
        (70000012, '"wb"00000000', "wb70000012"),
        (70000012, "\\w\\b0", "wb70000012"),
        (12345678, "000-0000-0000", "000-1234-5678"),
        (7, "#", "7"),
        (7, "??0", "7"),
        (7, '0"号"', "7号"),
        (7, "General", "7"),
        (7, '"no."General', "no.7"),
        (7, "[Red]000", "007"),
        (7, "000_ ", "007"),
        (0, '000;-000;"零"', None),
        (0, "000", "000"),
        (7, '"a;b"00', "a;b07"),
        (7, "[$-804]000", "007"),
        (7, "(000)", "(007)"),
        (1234567, "#,##0", None),
        (7, "0.00", None),
        (7, "0%", None),
        (7, "0.0E+00", None),
        (7, "# ?/?", None),
        (7, "[>5]000;0", None),
        (-7, "000", None),
        (7, '"wb"', None),
    ],
)
def test_a_whole_number_is_shown_by_its_format(number, code, shown):
    """None where a format shows no digits alone: a person would read another text than any id."""
    assert shown == number_format(164, code).digits(number)


@pytest.mark.parametrize(
    ("format_id", "code", "is_date", "has_day"),
    [
        (14, None, True, True),
        (17, None, True, False),
        (27, None, True, False),
        (31, None, True, True),
        (57, None, True, False),
        (164, 'yyyy"年"m"月"', True, False),
        (164, "[$-804]yyyy-mm", True, False),
        (164, "mmm dddd", True, False),
        (164, "yyyy", True, False),
        (164, 'm"月"d"日"', True, True),
        (164, "dddd", True, False),
        (164, "[h]:mm", False, False),
        (164, '0"d"', False, False),
        (0, None, False, False),
    ],
)
def test_a_format_of_dates_shows_a_day_or_none(format_id, code, is_date, has_day):
    """A month and a year alone, and the name of a weekday, are no day."""
    found = number_format(format_id, code)
    assert (is_date, has_day) == (found.is_date, found.has_day)


@pytest.mark.parametrize(
    ("code", "given_id"), [("0000000000", "0000123456"), ('"v"0', "v123456"), ("@", "123456")]
)
def test_an_id_is_what_its_cell_shows(write_xlsx, code, given_id):
    """Who reads 0000123456 in the sheet looks for it in the registry."""

    def formatted(page):
        page["A2"].number_format = code

    (row,) = read_accounts(write_xlsx(HEADER, (123456, "甲", "抖音", "某局"), change=formatted))
    assert given_id == row.given_id


@pytest.mark.parametrize("code", ["#,##0", "0.00", "0%", "[<5]0;00", "0.00E+00"])
def test_an_id_in_a_format_that_cannot_be_told_is_refused(write_xlsx, code):
    """As other rounded ids: the column has to be text."""

    def formatted(page):
        page["A2"].number_format = code

    with pytest.raises(SheetErrors, match=r"column 账号ID \(A2\).*format the column as text"):
        read_accounts(write_xlsx(HEADER, (123456, "甲", "抖音", "某局"), change=formatted))


@pytest.mark.parametrize("code", ["yyyy-mm", 'yyyy"年"m"月"', "mmm-yy", 'yyyy"年"'])
def test_a_cell_that_shows_a_month_is_no_day(write_xlsx, code):
    """Excel stores the first of the month behind 2023年2月; a column that is kept as text keeps the month."""

    def formatted(page):
        page["E2"].number_format = page["F2"].number_format = code

    month = datetime(2023, 2, 1)  # noqa: DTZ001 - cells know no zone
    path = write_xlsx((*HEADER, "认证年月"), ("1", "甲", "抖音", "某局", month, month), change=formatted)
    with pytest.raises(
        SheetErrors, match=r"column 开设时间 \(E2\): “2023-02” names a month or a year and no day"
    ):
        read_accounts(path)
    path = write_xlsx((*HEADER, "认证年月"), ("1", "甲", "抖音", "某局", None, month), change=formatted)
    (row,) = read_accounts(path)
    assert {"认证年月": "2023-02"} == row.extra


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("江城文旅_x000D_", "江城文旅"),
        ("江城_x000A_文旅", "江城 文旅"),
        ("江城_x0009_文旅", "江城 文旅"),
        ("_x6c5f_城", "江城"),
        ("a_x005F_x000D_b", "a_x000D_b"),
        ("_xD83D__xDE00_", "😀"),
        ("a_x00_b", "a_x00_b"),
        ("'江城文旅", "江城文旅"),
        ("=&quot;江城文旅&quot;", "江城文旅"),
    ],
)
def test_escapes_of_programs_are_taken_off(tmp_path, stored, name):
    """ECMA-376 22.9.2.19: _xHHHH_ is a character, _x005F_ the line below itself; in every place of a text."""
    head = "".join(text(f"{letter}1", title) for letter, title in zip("ABC", HEADER, strict=False))
    cells = {
        "inline": text("B2", stored),
        "shared": '<c r="B2" t="s"><v>0</v></c>',
        "computed": f'<c r="B2" t="str"><f>A1</f><v>{stored}</v></c>',
    }
    for place, cell in cells.items():
        page = sheet_xml(
            f'<row r="1">{head}</row><row r="2">{text("A2", "1")}{cell}{text("C2", "抖音")}</row>'
        )
        path = package(tmp_path / f"{place}.xlsx", page, shared=f"<si><t>{stored}</t></si>")
        assert name == read_table(path, ACCOUNTS).rows[0].cells["账号名称"]


def test_runs_are_joined_without_phonetic_guides(tmp_path):
    """Rich text is one text; what stands small above it is how it is read aloud."""
    shared = "<si><r><t>江城</t></r><r><rPr><b/></rPr><t>文旅</t></r><rPh sb='0' eb='2'><t>jiang cheng</t></rPh></si>"
    assert "江城文旅" == _shared_name(tmp_path, shared)[0]


@pytest.mark.parametrize(
    ("shared", "style", "name"),
    [
        ("<si><r><rPr><strike/></rPr><t>旧名</t></r><r><t>新名</t></r></si>", 0, "新名"),
        ("<si><r><rPr><strike val='0'/></rPr><t>旧名</t></r><r><t>新名</t></r></si>", 0, "旧名新名"),
        ("<si><t>旧名</t></si>", 1, None),
        ("<si><r><rPr><strike val='1'/></rPr><t>旧名</t></r></si>", 0, None),
    ],
)
def test_text_that_is_struck_through_is_left_out_and_told(tmp_path, shared, style, name):
    """A person reads what is left; where nothing is left, the cell is blank."""
    found, notes = _shared_name(tmp_path, shared, style)
    assert name == found
    assert (["text that is struck through was left out: B2"] if "0'" not in shared else []) == notes


def _shared_name(tmp_path, shared, style=0):
    from connectors.sheets.table import read_sheet

    head = "".join(text(f"{letter}1", title) for letter, title in zip("ABC", HEADER, strict=False))
    cell = f'<c r="B2" t="s" s="{style}"><v>0</v></c>'
    page = sheet_xml(f'<row r="1">{head}</row><row r="2">{text("A2", "1")}{cell}{text("C2", "抖音")}</row>')
    styles = (
        "<fonts><font/><font><strike/></font></fonts><dxfs><dxf><font><strike/></font></dxf></dxfs>"
        '<cellXfs><xf fontId="0"/><xf fontId="1"/></cellXfs>'
    )
    sheet = read_sheet(package(tmp_path / "s.xlsx", page, shared=shared, styles=styles), ACCOUNTS)
    return sheet.tables[0].rows[0].cells.get("账号名称"), [note.text for note in sheet.notes]


POST = ("账号ID", "发布时间", "链接")


def _posts_with(tmp_path, cells, after="", rels=""):
    head = "".join(text(f"{letter}1", title) for letter, title in zip("ABC", POST, strict=True))
    rows = "".join(
        f'<row r="{n}">{text(f"A{n}", "a")}{text(f"B{n}", f"2023-02-0{n}")}{cell}</row>'
        for n, cell in enumerate(cells, start=2)
    )
    return package(tmp_path / "p.xlsx", sheet_xml(f'<row r="1">{head}</row>{rows}', after), rels=rels)


def _link(target, key="rId1"):
    return f'<Relationship Id="{key}" Type="{OFFICE}/hyperlink" Target="{target}" TargetMode="External"/>'


@pytest.mark.parametrize("strictly", [False, True])
def test_the_address_behind_a_hyperlink_counts(tmp_path, strictly):
    """The words over it are the same in every row; a place in a page is behind # of its address."""
    links = (
        '<hyperlinks><hyperlink ref="C2" r:id="rId1"/><hyperlink ref="C3:C4" r:id="rId2" location="wechat_redirect"/>'
        '<hyperlink ref="A1" location="页1!A9"/></hyperlinks>'
    )
    rels = _link("https://example.cn/1") + _link("https://example.cn/s?id=2&amp;x=_x005F_", "rId2")
    cells = [text("C2", "查看原文"), text("C3", "查看原文"), text("C4", "https://example.cn/4")]
    path = _posts_with(tmp_path, cells, links, rels)
    rows = read_table(strict(path) if strictly else path, POSTS).rows
    assert [
        Linked("查看原文", "https://example.cn/1"),
        Linked("查看原文", "https://example.cn/s?id=2&x=_#wechat_redirect"),
        Linked("https://example.cn/4", "https://example.cn/s?id=2&x=_#wechat_redirect"),
    ] == [row.cells["链接"] for row in rows]
    assert "https://example.cn/1" == read_posts(path, NOW)[0].native_key


def test_words_that_are_their_address_stay(tmp_path):
    """Excel adds a slash to a host without one; the link is what the person wrote."""
    links = '<hyperlinks><hyperlink ref="C2" r:id="rId1"/></hyperlinks>'
    path = _posts_with(tmp_path, [text("C2", "https://example.cn")], links, _link("https://example.cn/"))
    assert "https://example.cn" == read_posts(path, NOW)[0].native_key


@pytest.mark.parametrize(
    ("formula", "address"),
    [
        ('HYPERLINK("https://example.cn/1","查看原文")', "https://example.cn/1"),
        ('HYPERLINK("https://example.cn/1")', "https://example.cn/1"),
        ('hyperlink( "https://example.cn/""1""" , "查看原文")', 'https://example.cn/"1"'),
        ('HYPERLINK(D2,"查看原文")', None),
        ('HYPERLINK("https://example.cn/"&amp;D2,"查看原文")', None),
    ],
)
def test_the_address_of_a_link_formula_counts(tmp_path, formula, address):
    """A computed address is not in the file: the cell is refused, its words are no key."""
    path = _posts_with(
        tmp_path, [f'<c r="C2" t="str"><f>{formula.replace(chr(34), "&quot;")}</f><v>查看原文</v></c>']
    )
    if address is not None:
        assert address == read_posts(path, NOW)[0].native_key
        return
    with pytest.raises(
        SheetErrors, match=r"column 链接 \(C2\): “查看原文” is a link with a computed address"
    ):
        read_posts(path, NOW)


def test_a_shared_link_formula_has_a_computed_address(tmp_path):
    """The rows below the first one hold no text of the formula, and their words are no key either."""
    cells = [
        '<c r="C2" t="str"><f t="shared" ref="C2:C3" si="0">HYPERLINK(D2,&quot;原文&quot;)</f><v>原文</v></c>',
        '<c r="C3" t="str"><f t="shared" si="0"/><v>原文</v></c>',
    ]
    rows = read_table(_posts_with(tmp_path, cells), POSTS).rows
    assert [Linked("原文", None)] * 2 == [row.cells["链接"] for row in rows]


def test_the_link_of_an_account_is_its_address(write_xlsx):
    """打开主页 stands over the page of every account."""

    def linked(page):
        page["D2"].hyperlink = "https://example.cn/u/1"
        page["D2"].value = "打开主页"

    (row,) = read_accounts(
        write_xlsx(("账号ID", "账号名称", "平台", "账号链接"), ("1", "甲", "抖音"), change=linked)
    )
    assert "https://example.cn/u/1" == row.link


@pytest.mark.parametrize("kind", ["dates", "texts", "many pages"])
def test_strict_open_xml_is_read(write_xlsx, kind):
    """The other namespaces of ISO/IEC 29500; its dates may be ISO texts."""

    def formatted(page):
        page["E2"].number_format = "yyyy-mm-dd"
        if kind == "many pages":
            page.parent.create_sheet("另页").append(("1",))

    path = write_xlsx(HEADER, ("1", "甲", "抖音", "某局", datetime(2021, 6, 16)), change=formatted)  # noqa: DTZ001
    if kind == "dates":
        old, new = (
            b'<c r="E2" s="1" t="n"><v>44363</v></c>',
            b'<c r="E2" s="1" t="d"><v>2021-06-16T00:00:00</v></c>',
        )

        def as_text(xml):
            assert old in xml
            return xml.replace(old, new)

        rewritten(path, {"xl/worksheets/sheet1.xml": as_text})
    (row,) = read_accounts(strict(path))
    assert ("甲", datetime(2021, 6, 16, 15, 59, 59, tzinfo=UTC), True) == (
        row.name,
        row.opened_at,
        row.opened_at_date_only,
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="B2"><f>"江城"</f></c>', "江城"),
        ('<c r="B2" t="str"><f>A1&amp;""</f><v></v></c>', None),
        ('<c r="B2" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="B2"><v>1.5E1</v></c>', 15),
        ('<c r="B2"><v>0.1</v></c>', 0.1),
        ('<c r="B2"/>', None),
    ],
)
def test_cells_of_other_kinds(tmp_path, cell, value):
    """A constant in a formula needs no computing; a blank result is blank."""
    head = "".join(text(f"{letter}1", title) for letter, title in zip("ABC", HEADER, strict=False))
    page = sheet_xml(f'<row r="1">{head}</row><row r="2">{text("A2", "1")}{cell}{text("C2", "抖音")}</row>')
    found = read_table(package(tmp_path / "c.xlsx", page), ACCOUNTS).rows[0].cells.get("账号名称")
    assert value == found
    assert not isinstance(found, Broken)
