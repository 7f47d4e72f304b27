"""Papers of a fourth invented city, 淞口市: heads of three rows, units as headings, struck rows."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from connectors.papers.paper import PersonOnRow, ReadPage
from connectors.papers.reading import read_paper
from connectors.papers.settled import Settled
from connectors.papers.time_words import read_time
from tests.connectors.papers.second_city import Rows, saved

RECEIVED = date(2026, 11, 28)
EACH = Settled(merged_for_each=True)
LEDGER = ["账号名称", "平台", "主办单位", "开设时间"]


def read_pages(
    rows: Rows,
    merges: Iterable[str] = (),
    then: Callable[[Worksheet], None] | None = None,
    settled: Settled | None = None,
) -> tuple[ReadPage, ...]:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "表"
    for row in rows:
        page.append(row)
    for merge in merges:
        page.merge_cells(merge)
    if then is not None:
        then(page)
    return read_paper("表.xlsx", saved(book), RECEIVED, {"表": settled} if settled else {}).pages


def page_of(
    rows: Rows,
    merges: Iterable[str] = (),
    then: Callable[[Worksheet], None] | None = None,
    settled: Settled | None = None,
) -> ReadPage:
    (page,) = read_pages(rows, merges, then, settled)
    return page


PEOPLE = (
    PersonOnRow("responsible", "甲某", phone="16100000001"),
    PersonOnRow("contact", "乙某", phone="16100000002"),
)


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("levels", [2, 3])
def test_a_head_of_several_rows_tells_whose_telephone_it_is(levels, beside):
    """负责人 and 联络员 over 姓名 and 电话, below 人员情况 or not: each with the own number, and nobody is lost."""
    rows: Rows = [
        ["账号情况", None, None, "人员情况", None, None, None],
        ["基本信息", None, "开设信息", "负责人", None, "联络员", None],
        ["账号名称", "平台", "主办单位", "姓名", "联系电话", "姓名", "联系电话"],
        ["淞口教育", "微博", "淞口市教育局", "甲某", "16100000001", "乙某", "16100000002"],
    ]
    merges = ["A1:C1", "D1:G1", "A2:B2", "D2:E2", "F2:G2"]
    if levels == 2:
        rows, merges = rows[1:], ["A1:B1", "D1:E1", "F1:G1"]
    if beside:
        rows = [[*row, text] for row, text in zip(rows, ["备注", *[None] * (levels - 1), "甲"], strict=True)]
    page = page_of([["台账"], *rows], [_lower(merge) for merge in merges])
    (record,) = page.records
    assert (page.header_rows, record.people) == (tuple(range(2, 2 + levels)), PEOPLE)
    assert (record.text("owner"), record.aside) == ("淞口市教育局", {"备注": "甲"} if beside else {})


def _lower(merge: str) -> str:
    first, last = merge.split(":")
    return f"{first[0]}{int(first[1]) + 1}:{last[0]}{int(last[1]) + 1}"


def test_a_second_person_of_one_role_is_told():
    """Two columns of names without a role: the first counts, the other one is not lost in silence."""
    page = page_of(
        [
            [*LEDGER, "姓名", "电话", "姓名"],
            ["淞口教育", "微博", "淞口市教育局", "2019-1-1", "甲某", "16100000001", "乙某"],
        ]
    )
    (record,) = page.records
    assert record.people == (PersonOnRow("contact", "甲某", phone="16100000001"),)
    assert [(cell.column, cell.why.code, "乙" in cell.cell) for cell in record.set_aside] == [
        ("G", "second_person", False)
    ]


@pytest.mark.parametrize("merged", [True, False])
def test_a_unit_over_its_accounts_is_their_owner(merged):
    """Where no column names owners; the area above it stays, sums and notes between rows part nothing."""
    rows: Rows = [
        ["淞口市政务新媒体台账"],
        ["序号", "账号名称", "平台", "开设时间"],
        ["一、蓼汀区"],
        ["蓼汀区教育局"],
        [1, "蓼汀教育", "微信公众号", "2018-5-3"],
        ["小计", None, "1个"],
        ["注：本年新增"],
        [2, "蓼汀招考", "微博", "2018-5-3"],
        ["二、市属学校"],
        [3, "淞口一中", "微信公众号", "2018-5-3"],
    ]
    page = page_of(rows, ["A4:D4"] if merged else [])
    assert [(r.text("owner"), r.text("area")) for r in page.records] == [
        ("蓼汀区教育局", "蓼汀区"),
        ("蓼汀区教育局", "蓼汀区"),
        ("", ""),
    ]
    with_owners = [rows[0], [*rows[1], "主办单位"], *rows[2:4], [*rows[4], None], [*rows[7], "淞口市民政局"]]
    assert [r.text("owner") for r in page_of(with_owners).records] == ["", "淞口市民政局"]


def test_a_row_that_is_struck_through_is_told():
    """It was left out without a word before."""

    def strike(page: Worksheet) -> None:
        for place in ("A3", "B3", "C3", "D3", "D4"):
            page[place].font = Font(strike=True)

    rows = [[f"淞口{n}号", "微博", "淞口市教育局", "2019-1-1"] for n in (1, 2, 3)]
    page = page_of([LEDGER, *rows], then=strike)
    assert [record.text("name") for record in page.records] == ["淞口1号", "淞口3号"]
    told = {hint.code: dict(hint.says) for hint in page.hints}
    assert (told["struck_rows"], told["struck"]) == ({"rows": "3"}, {"places": "D4"})


def test_what_colours_mean_is_told_not_to_be_read():
    """标红 in the title or a note; a name of an account that speaks of a colour is none."""
    rows: Rows = [LEDGER, ["红色淞口", "微博", "淞口市委办", "2019-1-1"]]
    page = page_of([["台账（标红的已注销）"], *rows, ["注：黄色底纹为新增"]])
    assert [hint.says["cell"] for hint in page.hints if hint.code == "colours"] == [
        "台账（标红的已注销）",
        "注：黄色底纹为新增",
    ]
    assert page_of(rows).hints == ()


@pytest.mark.parametrize("again", ["淞口市政务新媒体台账", "淞口市政务新媒体台账（续表）"])
def test_a_title_that_comes_again_on_the_next_page_parts_nothing(again):
    """The rows below it are still of the area above."""
    row = ["淞口教育", "微博", "蓼汀区教育局", "2019-1-1"]
    rows: Rows = [
        ["淞口市政务新媒体台账"],
        LEDGER,
        ["二、蓼汀区"],
        row,
        [again],
        LEDGER,
        ["蓼汀民政", *row[1:]],
    ]
    page = page_of(rows, ["A1:D1", "A5:D5"])
    assert [record.text("area") for record in page.records] == ["蓼汀区", "蓼汀区"]


@pytest.mark.parametrize(
    "text",
    [
        "2019年3月5号",
        "二〇一九年三月五日",
        "2019、3、5",
        "2019。3。5",
        "2019年3月5日开通",
        "2019年3月5日正式上线",
        "２０１９．３．５",
    ],
)
def test_days_as_clerks_write_them(text):
    """One day each."""
    assert str(read_time(text, RECEIVED)) == "2019-03-05"


@pytest.mark.parametrize("text", ["三月二号", "3月2号", "三月二日"])
def test_the_second_and_third_of_a_month_in_chinese(text):
    """二 and 三 alone are numbers, too."""
    assert str(read_time(text, RECEIVED)) == "2026-03-02"


PROBLEMS: Rows = [
    ["淞口市2026年9月政务新媒体问题清单"],
    ["主办单位", "账号名称", "平台", "问题类别", "发现时间"],
    ["淞口市教育局", "淞口教育", "微信公众号", "无互动功能", "2026-9-7"],
    [None, None, None, "链接无法访问", "2026-9-8"],
    ["淞口市民政局", "淞口民政", "微博", "商业广告", "2026-9-8"],
]


def test_an_account_merged_over_its_problems_is_that_of_each():
    """One name beside three problems, as lists of problems have it; a merged problem still refuses."""
    page = page_of(PROBLEMS, ["A3:A4", "B3:B4", "C3:C4"])
    assert [record.fate for record in page.records] == ["refused", "refused", "taken"]
    assert [(q.why.code, q.default) for q in page.questions] == [("merged_for_each", "no")]
    page = page_of(PROBLEMS, ["A3:A4", "B3:B4", "C3:C4"], settled=EACH)
    assert page.questions == ()
    assert [(r.text("name"), r.platform.name, r.findings[0].rule, r.fate) for r in page.records] == [
        ("淞口教育", "微信公众号", "red-7-no-interaction", "taken"),
        ("淞口教育", "微信公众号", "yellow-9-functions", "taken"),
        ("淞口民政", "新浪微博", "yellow-6-advertising", "taken"),
    ]
    page = page_of(PROBLEMS, ["A3:A4", "B3:B4", "C3:C4", "D3:D4"], settled=EACH)
    assert [record.fate for record in page.records] == ["refused", "refused", "taken"]


@pytest.mark.parametrize(("platforms", "fates"), [("微博", ["taken"] * 2), ("微信", ["refused"] * 2)])
def test_a_name_merged_over_rows_of_a_ledger_needs_a_platform_in_each(platforms, fates):
    """微信 and 微博 below one name are two accounts so called; twice 微信 is an account twice, or one without name."""
    rows: Rows = [
        LEDGER,
        ["淞口教育", "微信", "淞口市教育局", "2019-1-1"],
        [None, platforms, "淞口市教育局", "2019-1-2"],
    ]
    page = page_of(rows, ["A2:A3"], settled=EACH)
    assert [record.fate for record in page.records] == fates
    assert {record.fate for record in page_of(rows, ["A2:A3"]).records} == {"refused"}


def test_a_time_of_looking_merged_over_rows_is_that_of_each():
    """One session of looking; a newest post merged over two accounts is that of neither."""
    rows: Rows = [
        ["巡查时间", "账号名称", "平台", "主办单位", "最新发布时间"],
        ["2026-9-7 9:00", "淞口教育", "微博", "淞口市教育局", "2026-9-6"],
        [None, "淞口民政", "微博", "淞口市民政局", "2026-9-5"],
    ]
    page = page_of(rows, ["A2:A3"], settled=EACH)
    assert [(str(r.time("looked_at")), r.fate) for r in page.records] == [
        ("2026-09-07T09:00+08:00", "taken")
    ] * 2
    assert [record.fate for record in page_of(rows, ["A2:A3", "E2:E3"], settled=EACH).records] == [
        "refused"
    ] * 2


def test_a_column_of_roles_says_who_each_person_is():
    """Each row a person; one whose role nobody knows is not taken for somebody else."""
    page = page_of(
        [
            ["淞口市政务新媒体联络员名单"],
            ["单位", "姓名", "职务", "人员类别", "联系电话"],
            ["淞口市教育局", "甲某", "副局长", "分管领导", "16100000001"],
            ["淞口市教育局", "乙某", "科员", "联络员", "16100000002"],
            ["淞口市教育局", "丙某", "科员", "机动", "16100000003"],
        ]
    )
    assert [record.people for record in page.records] == [
        (PersonOnRow("leader_in_charge", "甲某", "副局长", "16100000001"),),
        (PersonOnRow("contact", "乙某", "科员", "16100000002"),),
        (),
    ]
    assert [cell.why.code for record in page.records for cell in record.set_aside] == ["role_unknown"]


def test_what_stands_under_a_role_is_that_persons():
    """微信 and an unknown header below 联络员 reach no record."""
    page = page_of(
        [
            ["通讯录"],
            ["单位", "联络员", None, None, None],
            [None, "姓名", "手机", "微信", "住处"],
            ["淞口市教育局", "乙某", "16100000001", "wx_1", "某路"],
        ],
        ["B2:E2", "A2:A3"],
    )
    (record,) = page.records
    assert (record.people, record.aside) == ((PersonOnRow("contact", "乙某", phone="16100000001"),), {})


def test_a_note_tells_what_a_tick_means_in_other_words():
    """√表示存在该问题 is a problem, and nothing is asked."""
    page = page_of(
        [
            ["检查情况表 检查时间：2026年9月7日"],
            ["账号名称", "平台", "错别字", "无互动", "检查结果"],
            ["淞口教育", "微博", None, "√", "不合格"],
            ["淞口民政", "微博", None, "×", "合格"],
            ["注：√表示存在该问题"],
        ]
    )
    assert [q.why.code for q in page.questions] == []
    assert [f.rule for f in page.records[0].findings] == ["red-7-no-interaction"]
    assert [[d.why.code for d in record.doubts] for record in page.records] == [[], ["mark_unclear"]]


@pytest.mark.parametrize("merges", [(), ("A3:A4", "B3:B4", "C3:C4")])
def test_a_row_with_a_single_cell_is_not_lost(merges):
    """A problem alone in its row, or a day alone beside merged cells: the row is there, or says what it lacks."""
    lone = [None, None, None, "链接无法访问", None] if not merges else [None, None, None, None, "2026-9-8"]
    page = page_of([*PROBLEMS[:3], lone, PROBLEMS[4]], merges, settled=EACH)
    assert (len(page.records), page.records[1].row) == (3, 4)
    assert [d.why.code for d in page.records[1].refusals] == (["blank"])
    assert page.records[1].refusals[0].field == ("rule" if merges else "name")


def test_a_problem_without_an_account_below_one_is_asked_about_once():
    """Blank cells are no merge: the account above is meant once somebody says so, never over another owner."""
    rows: Rows = [*PROBLEMS, ["淞口市水务局", None, None, "商业广告", "2026-9-9"]]
    page = page_of(rows)
    assert [record.text("name") for record in page.records] == ["淞口教育", "", "淞口民政", ""]
    assert "account_as_above" in [q.why.code for q in page.questions if q.default == "no"]
    page = page_of(rows, settled=Settled(same_account_as_above=True))
    assert [
        (r.text("name"), r.text("owner"), r.platform.name if r.platform else "") for r in page.records
    ] == [
        ("淞口教育", "淞口市教育局", "微信公众号"),
        ("淞口教育", "淞口市教育局", "微信公众号"),
        ("淞口民政", "淞口市民政局", "新浪微博"),
        ("", "淞口市水务局", ""),
    ]
    assert "account_as_above" not in [q.why.code for q in page.questions]
    ledger: Rows = [
        LEDGER,
        ["淞口教育", "微博", "淞口市教育局", "2019-1-1"],
        [None, "微信", None, "2019-1-1"],
    ]
    assert "account_as_above" not in [q.why.code for q in page_of(ledger).questions]


def test_a_picture_that_a_cell_holds_is_no_address():
    """WPS keeps it as a formula whose value says nothing: the link is set aside, and the row is taken."""
    book = Workbook()
    page = book.worksheets[0]
    page.append([*LEDGER, "账号链接"])
    page.append(["淞口教育", "微博", "淞口市教育局", "2019-1-1", '=_xlfn.DISPIMG("ID_1",1)'])
    stored = saved(book)
    kept = r'\1 t="str"\2<v>=DISPIMG("ID_1",1)</v>'
    for content in (stored, edited(stored, lambda xml: re.sub(r'(r="E2")(>.*?)<v ?/>', kept, xml))):
        (record,) = read_paper("表.xlsx", content, RECEIVED).pages[0].records
        assert [(c.field, c.column, c.why.says["problem"]) for c in record.set_aside] == [
            ("link", "E", "is a picture")
        ]
        assert (record.fate, record.text("link")) == ("taken", "")


def edited(content: bytes, edit: Callable[[str], str]) -> bytes:
    """Return a workbook with the text of its first page edited."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w") as after:
        for part in before.infolist():
            text = before.read(part.filename)
            page = part.filename == "xl/worksheets/sheet1.xml"
            after.writestr(part, edit(text.decode()).encode() if page else text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("ID：tjj2020", "tjj2020"),
        ("微信号: gh_1", "gh_1"),
        ("00123", "00123"),
        ("见附件", ""),
        ("淞口教育", ""),
    ],
)
def test_words_are_no_id(cell, read):
    """A label before an id is none of it; words where an id is asked for identify nobody."""
    (record,) = page_of([[*LEDGER, "账号ID"], ["淞口教育", "微博", "淞口市教育局", "2019-1-1", cell]]).records
    assert (record.text("account_id"), [c.why.code for c in record.set_aside]) == (
        read,
        [] if read else ["not_an_id"],
    )


def test_scores_are_no_ledger():
    """A list of points by account says nothing that is recorded; beside a result it is a check."""
    rows: Rows = [
        ["2026年第三季度政务新媒体考评得分表"],
        ["排名", "单位", "账号名称", "平台", "总分"],
        [1, "淞口市教育局", "淞口教育", "微信", 98],
    ]
    page = page_of(rows)
    assert (page.read, page.why.code, dict(page.why.says)) == (False, "scores_alone", {"header": "总分"})
    with_result = [rows[0], [*rows[1], "检查结果"], [*rows[2], "合格"]]
    assert page_of(with_result).kind == "self_check"


def test_a_number_and_an_area_alone_in_their_columns_are_a_heading():
    """一 beside 蓼汀区 over its accounts is no account without a name."""
    page = page_of(
        [
            ["更新情况（监测时间：2026年9月6日）"],
            ["序号", "县区", "账号名称", "平台", "最近更新日期"],
            ["一", "蓼汀区", None, None, None],
            [1, None, "蓼汀发布", "微信", "9月5日"],
            ["二", "樟岭县", None, None, None],
            [2, None, "樟岭发布", "微信", "9月6日"],
        ]
    )
    assert (page.count("section"), [r.text("area") for r in page.records]) == (2, ["蓼汀区", "樟岭县"])


def test_sums_below_names_of_platforms_do_not_hide_the_names():
    """A row of sums says how many there are, and no mark of whether there is one."""
    page = page_of(
        [
            ["淞口市政务新媒体开设情况"],
            ["序号", "单位", "微信公众号", "微博", "抖音"],
            [1, "淞口市教育局", "淞口教育", "无", "淞口教育"],
            [2, "淞口市民政局", "淞口民政", "淞口民政发布", "/"],
            ["合计", 2, 2, 1, 1],
        ]
    )
    assert [(r.text("name"), r.platform.name) for r in page.records] == [
        ("淞口教育", "微信公众号"),
        ("淞口教育", "抖音"),
        ("淞口民政", "微信公众号"),
        ("淞口民政发布", "新浪微博"),
    ]


def test_people_under_headings_of_their_units_are_of_them():
    """A list of people needs no column of units where each stands under its own."""
    page = page_of(
        [
            ["淞口市政务新媒体工作人员通讯录"],
            ["姓名", "职务", "办公电话", "手机"],
            ["淞口市教育局"],
            ["甲某", "副局长", "6234567", "16100000001"],
            ["淞口市民政局"],
            ["丙某", "副局长", "6234569", "16100000003"],
        ],
        ["A3:D3", "A5:D5"],
    )
    assert (page.kind, [record.text("owner") for record in page.records]) == (
        "people",
        ["淞口市教育局", "淞口市民政局"],
    )


@pytest.mark.parametrize(
    ("names", "phones"), [("甲某、乙某", "16100000001、16100000002"), ("甲某\n乙某", "161")]
)
def test_several_people_in_one_cell_are_nobody(names, phones):
    """No person is called 甲某、乙某; the row is taken, and each of the cells is told without a name or a number."""
    page = page_of(
        [["联络员名单"], ["单位", "联络员", "联系电话", "负责人"], ["淞口市教育局", names, phones, "丙某"]]
    )
    (record,) = page.records
    assert record.people == (PersonOnRow("responsible", "丙某"),)
    assert [(c.column, c.why.code) for c in record.set_aside] == [
        ("B", "several_people"),
        ("C", "several_people"),
    ]
    assert not any("甲" in cell.cell or "161" in cell.cell for cell in record.set_aside)


def test_examples_hints_and_notes_are_no_accounts():
    """示例：… in the cell of the name, a row of what to write in brackets, 备注 in the column of names."""
    page = page_of(
        [
            LEDGER,
            ["（填全称）", "（下拉选择）", "（全称）", "（年-月-日）"],
            ["示例：某发布", "微信公众号", "某局", "2020-01-01"],
            ["淞口（教育）", "微信", "淞口市教育局", "2019-1-1"],
            ["备注", "按季度报送。", None, None],
        ]
    )
    assert [record.text("name") for record in page.records] == ["淞口（教育）"]
    assert (page.count("example"), page.count("note")) == (2, 1)


def test_a_heading_may_say_how_many_stand_under_it():
    """淞口市教育局（2个） is the unit, and 蓼汀区（1个） the area."""
    rows: Rows = [
        ["台账"],
        ["序号", "账号名称", "平台", "开设时间"],
        ["蓼汀区（1个）"],
        ["蓼汀区教育局（共1个）"],
        [1, "蓼汀教育", "微信", "2019-1-1"],
    ]
    (record,) = page_of(rows).records
    assert (record.text("owner"), record.text("area")) == ("蓼汀区教育局", "蓼汀区")


def test_rows_that_differ_by_a_space_are_one():
    """淞口 教育 and 淞口教育 with all else alike say the same twice."""
    row = ["微信", "淞口市教育局", "2019-1-1"]
    assert [r.fate for r in page_of([LEDGER, ["淞口 教育", *row], ["淞口教育", *row]]).records] == [
        "taken",
        "duplicate",
    ]


def test_an_area_alone_in_an_inner_column_is_a_heading():
    """蓼汀区 in the column of units, above its accounts, is the area of those below."""
    header = ["序号", "单位", "账号名称", "平台", "开设时间"]
    row = [1, "区教育局", "蓼汀教育", "微信", "2019-1-1"]
    page = page_of([["台账"], header, [None, "二、蓼汀区", None, None, None], row])
    assert (page.count("section"), [r.text("owner") for r in page.records]) == (1, ["蓼汀区教育局"])


def test_labels_to_sign_beside_are_no_second_table():
    """单位负责人, 联系人 and 联系电话 in a row at the foot hold nobody, and nothing is asked of them."""
    row = ["淞口教育", "微博", "淞口市教育局", "2019-1-1"]
    (page,) = read_pages([["台账"], LEDGER, row, ["单位负责人", "联系人", "联系电话", None]])
    assert ([record.text("name") for record in page.records], page.questions) == (["淞口教育"], ())


def test_what_to_fill_in_is_no_turned_ledger():
    """A page of instructions with two examples opens no account."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "填写说明"
    for line in (
        ["账号名称", "某市发布", "某区发布"],
        ["平台", "微信", "微博"],
        ["主办单位", "某市府办", "某区府办"],
        ["开设时间", "2020-1-1", "2020-2-2"],
    ):
        page.append(line)
    assert not read_paper("表.xlsx", saved(book), RECEIVED).pages[0].read
