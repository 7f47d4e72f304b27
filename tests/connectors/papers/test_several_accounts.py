"""Several accounts in one cell: parted where the row says in one order what belongs to which, else asked."""

from datetime import date

import pytest

from connectors.papers.paper import ReadPage
from connectors.papers.reading import read_paper
from tests.connectors.papers.second_city import Rows, workbook

RECEIVED = date(2026, 11, 28)
LEDGER = ["账号名称", "平台", "主办单位", "开通时间", "账号ID"]


def page_of(rows: Rows) -> ReadPage:
    return read_paper("表.xlsx", workbook(表=rows), RECEIVED).pages[0]


def said(page: ReadPage) -> list[tuple[str, str]]:
    return [(r.text("name"), r.platform.name if r.platform else "") for r in page.records]


def asked(page: ReadPage) -> list[tuple[str, tuple[str, ...], str | None]]:
    return [(d.why.code, d.answers, d.default) for record in page.records for d in record.doubts]


@pytest.mark.parametrize("mark", ["\n", "、", "；", "\r\n", "、\n"])
def test_names_and_platforms_in_one_order_are_accounts(mark):
    """Each with its own platform, day and id; what the row says of the unit is said of each."""
    parts = [("淞口教育", "淞口招考"), ("微信", "微博"), ("2016-1-1", "2017-2-2"), ("gh_1", "u2")]
    name, platform, opened, native = (mark.join(part) for part in parts)
    page = page_of([LEDGER, [name, platform, "淞口市教育局", opened, native]])
    assert said(page) == [("淞口教育", "微信公众号"), ("淞口招考", "新浪微博")]
    assert [(str(r.time("opened_at")), r.text("account_id"), r.text("owner")) for r in page.records] == [
        ("2016-01-01", "gh_1", "淞口市教育局"),
        ("2017-02-02", "u2", "淞口市教育局"),
    ]
    assert [(r.row, r.part, r.fate) for r in page.records] == [(2, 0, "taken"), (2, 1, "taken")]


def test_numbers_before_parts_are_none_of_them():
    """1.…2.… counts the parts; a name that begins with a number of its own keeps it."""
    page = page_of([LEDGER[:3], ["1.淞口教育\n2.12345热线", "1、微信\n2、抖音", "淞口市教育局"]])
    assert said(page) == [("淞口教育", "微信公众号"), ("12345热线", "抖音")]


def test_platforms_behind_names_tell_accounts_apart():
    """Where no column has platforms each name may bear its own in a bracket, on a line of its own, too."""
    header = ["账号名称", "主办单位", "存在问题"]
    page = page_of([header, ["淞口教育\n（微信）\n淞口招考（微博）", "淞口市教育局", "无互动功能"]])
    assert ([q.why.code for q in page.questions], asked(page)) == (
        [],
        [("two_names", ("two_accounts",), "two_accounts")],
    )
    (record,) = page.records
    assert (record.text("name"), [p.name for p in record.platforms]) == (
        "淞口教育、淞口招考",
        ["微信公众号", "新浪微博"],
    )
    page = page_of([header, ["淞口教育（微信）、淞口招考", "淞口市教育局", "无互动功能"]])
    assert asked(page) == [("two_names", ("two_accounts", "one_account"), None)]
    page = page_of([LEDGER, ["淞口教育\n（微信）\n淞口招考（微博）", None, "淞口市教育局", None, None]])
    assert said(page) == [("淞口教育", "微信公众号"), ("淞口招考", "新浪微博")]


@pytest.mark.parametrize(
    ("cells", "answers", "default"),
    [
        (["淞口教育\n淞口招考", "微信\n微博", "2016-1-1"], ("two_accounts",), "two_accounts"),
        (["淞口教育\n淞口招考", "微信", None], ("two_accounts", "one_account"), None),
        (["淞口教育、淞口招考", "微信", None], ("two_accounts", "one_account"), "two_accounts"),
        (["甲\n乙\n丙", "微信\n微博", None], ("two_accounts", "one_account"), None),
    ],
)
def test_what_does_not_say_which_belongs_to_which_is_asked(cells, answers, default):
    """One day for two accounts, one platform for two names; a name may have been wrapped by hand."""
    name, platform, opened = cells
    page = page_of([LEDGER, [name, platform, "淞口市教育局", opened, None]])
    assert len(page.records) == 1
    assert ("two_names", answers, default) in asked(page)


def test_a_name_that_was_wrapped_is_called_without_a_space():
    """Answered with one account it is called as it is; a bracket on a line of its own is no second name."""
    page = page_of(
        [LEDGER[:3], ["淞口市人民\n政府", "微信", "某局"], ["淞口发布\n（市府办）", "微博", "某局"]]
    )
    assert [r.text("name") for r in page.records] == ["淞口市人民政府", "淞口发布（市府办）"]
    assert [len(r.doubts) for r in page.records] == [1, 0]


def test_a_look_at_two_accounts_of_one_row_is_two_looks():
    """Each newest post is that of its account; a word for none among them, too."""
    page = page_of(
        [
            ["监测时间：2026年11月20日 9:00"],
            ["账号名称", "平台", "主办单位", "最新发布时间"],
            ["淞口教育\n淞口招考", "微信\n微博", "某局", "2026-11-18\n无"],
        ]
    )
    first, second = page.records
    assert (str(first.time("newest_post_at")), second.text("no_post")) == ("2026-11-18", "无")


def test_lines_of_csv_and_of_web_pages_are_lines():
    """Quoted lines of a text and <br> of a page are known as those of a workbook."""
    text = '账号名称,平台,主办单位\n"淞口教育\n淞口招考","微信\n微博",某局\n'
    page = read_paper("表.csv", text.encode("gb18030"), RECEIVED).pages[0]
    assert said(page) == [("淞口教育", "微信公众号"), ("淞口招考", "新浪微博")]
    web = (
        "<html><body><table><tr><td>账号名称</td><td>平台</td><td>主办单位</td></tr>"
        "<tr><td>淞口教育<br>淞口招考</td><td>微信<br>微博</td><td>某局</td></tr></table></body></html>"
    )
    page = read_paper("表.xls", web.encode(), RECEIVED).pages[0]
    assert said(page) == [("淞口教育", "微信公众号"), ("淞口招考", "新浪微博")]
