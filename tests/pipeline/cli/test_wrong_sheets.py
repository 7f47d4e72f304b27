"""Sheets with something wrong: exit 2, every bad row named with file, row and column, nothing applied."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.program import xuncha

Rows = Sequence[Sequence[object]]

ACCOUNTS = ("账号ID", "账号名称", "平台", "开设时间")
FILINGS = ("账号ID", "备案类别", "生效时间", "备案时间", "新名称")
FINDINGS = ("账号ID", "问题", "性质", "数量", "发现时间")
LOOKS = ("账号ID", "检查时间", "最新发布时间")
POSTS = ("账号ID", "发布时间")

# kind, headers, rows (the first is good), what the message has to name besides the file
CASES: dict[str, tuple[str, Sequence[str], Rows, Sequence[str]]] = {
    "accounts without a column": ("accounts", ("账号ID", "账号名称"), [("A9", "某市新号")], ["平台"]),
    "accounts with a column twice": (
        "accounts",
        (*ACCOUNTS, "平台名称"),
        [("A9", "某市新号", "抖音", "", "快手")],
        ["平台", "平台名称"],
    ),
    "accounts with nothing": ("accounts", ACCOUNTS, [], []),
    "an account without a name": (
        "accounts",
        ACCOUNTS,
        [("A9", "某市新号", "抖音", ""), ("A8", "", "抖音", "")],
        ["row 3", "账号名称"],
    ),
    "an account twice": (
        "accounts",
        ACCOUNTS,
        [("A9", "某市新号", "抖音", ""), ("A9", "某市别号", "抖音", "")],
        ["row 3", "账号ID", "row 2"],
    ),
    "an opening date that is none": (
        "accounts",
        ACCOUNTS,
        [("A9", "某市新号", "抖音", ""), ("A8", "某市别号", "抖音", "去年")],
        ["row 3", "开设时间", "去年"],
    ),
    "a filing of an unknown kind": (
        "filings",
        FILINGS,
        [(c.POSTING, "注销", "2021-06-01", "", ""), (c.SILENT, "搬家", "2021-06-01", "", "")],
        ["row 3", "备案类别", "搬家"],
    ),
    "a filing of a change without a new value": (
        "filings",
        FILINGS,
        [(c.POSTING, "注销", "2021-06-01", "", ""), (c.SILENT, "变更", "2021-06-01", "", "")],
        ["row 3", "备案类别", "新名称"],
    ),
    "a filing about an unknown account": (
        "filings",
        FILINGS,
        [(c.POSTING, "注销", "2021-06-01", "", ""), ("nobody", "注销", "2021-06-01", "", "")],
        ["row 3", "账号ID", "nobody"],
    ),
    "an opening without platform": (
        "filings",
        (*FILINGS, "账号名称", "平台"),
        [
            ("gh_new1", "开设", "2021-06-01", "", "", "某市新号", "抖音"),
            ("gh_new2", "开设", "2021-06-01", "", "", "某市别号", ""),
        ],
        ["row 3", "账号ID", "gh_new2", "平台"],
    ),
    "an opening without name": (
        "filings",
        (*FILINGS, "账号名称", "平台"),
        [
            ("gh_new1", "开设", "2021-06-01", "", "", "某市新号", "抖音"),
            ("gh_new2", "开设", "2021-06-01", "", "", "", "抖音"),
        ],
        ["row 3", "账号ID", "gh_new2", "账号名称"],
    ),
    "an opening and a change of unknown accounts": (
        "filings",
        FILINGS,
        [
            (c.POSTING, "注销", "2021-06-01", "", ""),
            ("nobody", "变更", "2021-06-01", "", "某市别号"),
            ("gh_new", "开设", "2021-06-01", "", ""),
        ],
        ["row 3", "nobody", "row 4", "gh_new", "账号名称 and 平台"],
    ),
    "a finding twice": (
        "findings",
        (*FINDINGS, "备注"),
        [
            (c.POSTING, "发布商业广告", "", "", "2021-06-01", "首页"),
            (c.POSTING, "发布商业广告", "", "2", "2021-06-01", "首页"),
        ],
        ["row 3", "问题", "row 2", "add up the count", "note"],
    ),
    "a finding by an unknown rule": (
        "findings",
        FINDINGS,
        [(c.POSTING, "发布商业广告", "", "", "2021-06-01"), (c.SILENT, "字写得难看", "", "", "2021-06-01")],
        ["row 3", "问题", "字写得难看"],
    ),
    "a finding whose severity does not fit": (
        "findings",
        FINDINGS,
        [
            (c.POSTING, "发布商业广告", "", "", "2021-06-01"),
            (c.SILENT, "发布商业广告", "单项否决", "", "2021-06-01"),
        ],
        ["row 3", "性质", "发布商业广告"],
    ),
    "findings that are wrong in several rows": (
        "findings",
        FINDINGS,
        [
            (c.POSTING, "发布商业广告", "", "", "2021-06-01"),
            (c.SILENT, "发布商业广告", "也许", "", "2021-06-01"),
            (c.SILENT, "发布商业广告", "", "-1", "2021-06-01"),
            (c.SILENT, "发布商业广告", "", "", "2999-06-01"),
        ],
        ["row 3", "性质", "row 4", "数量", "row 5", "发现时间"],
    ),
    "a finding about an unknown account": (
        "findings",
        FINDINGS,
        [(c.POSTING, "发布商业广告", "", "", "2021-06-01"), ("nobody", "发布商业广告", "", "", "2021-06-01")],
        ["row 3", "账号ID", "nobody"],
    ),
    "a look without a time": (
        "looks",
        LOOKS,
        [(c.POSTING, "2021-06-17 09:00", "无"), (c.SILENT, "", "2021-06-16")],
        ["row 3", "检查时间"],
    ),
    "a look that saw a later post": (
        "looks",
        LOOKS,
        [(c.POSTING, "2021-06-17 09:00", "无"), (c.SILENT, "2021-06-17 09:00", "2021-06-17 10:00")],
        ["row 3", "最新发布时间"],
    ),
    "a look at an unknown account": (
        "looks",
        LOOKS,
        [(c.POSTING, "2021-06-17 09:00", "无"), ("nobody", "2021-06-17 09:00", "无")],
        ["row 3", "账号ID", "nobody"],
    ),
    "a look that does not say what it saw": (
        "looks",
        LOOKS,
        [(c.POSTING, "2021-06-17 09:00", "无"), (c.SILENT, "2021-06-17 09:00", "")],
        ["row 3", "最新发布时间", "无"],
    ),
    "posts of one link with two times": (
        "posts",
        (*POSTS, "链接"),
        [
            (c.POSTING, "2021-06-10 09:00", "https://example.cn/a"),
            (c.POSTING, "2021-06-11 09:00", "https://example.cn/a"),
        ],
        ["row 3", "发布时间", "row 2", "https://example.cn/a"],
    ),
    "posts of an account that is said to have had none": (
        "posts",
        POSTS,
        [(c.POSTING, "2021-06-17 09:00"), (c.POSTING, "")],
        ["row 3", "发布时间", "row 2"],
    ),
    "a post of an unknown account": (
        "posts",
        POSTS,
        [(c.POSTING, "2021-06-17 09:00"), ("nobody", "2021-06-17 09:00")],
        ["row 3", "账号ID", "nobody"],
    ),
}


def state_of(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return everything that the log file of a home holds."""
    with sqlite3.connect(home / "log.sqlite") as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        held = {name: sorted(db.execute(f"SELECT * FROM {name}").fetchall()) for name in names}
    db.close()
    return held


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("case", CASES)
def test_a_wrong_sheet_is_refused_as_a_whole(shared_city, tmp_path, case, suffix):
    """The message names file, row and column of every bad cell; the good rows beside it are not taken either."""
    kind, headers, cells, named = CASES[case]
    path = sheet(tmp_path / f"handed-in{suffix}", headers, *cells)
    before = state_of(shared_city)
    answer = xuncha(shared_city, kind, "import", path)
    assert (2, "") == (answer.status, answer.out)
    for part in (path.name, *named):
        assert part in answer.complaint
    assert before == state_of(shared_city)


def test_bad_cells_and_unknown_accounts_are_told_at_once(shared_city, tmp_path):
    """Whoever mends the sheet mends it once: a row may have both, and the nearest are named for each."""
    rows = [
        ("某市发部", "微信订阅号", "发布商业广高", "2021-06-01"),
        ("某市体育", "新浪微博", "发布商业广告", "昨天"),
    ]
    path = sheet(tmp_path / "f.csv", ("账号名称", "平台", "问题", "发现时间"), *rows)
    answer = xuncha(shared_city, "findings", "import", path)
    assert (2, "") == (answer.status, answer.out)
    first, second, third = answer.err.removeprefix("xuncha: ").splitlines()
    assert "row 2, column 问题: “发布商业广高” is no rule of the ruleset; the nearest: 发布商业广告" in first
    assert "row 2, column 账号名称: “某市发部” no account with name" in second
    assert "某市发布（微信订阅号" in second
    assert "row 3, column 发现时间: “昨天”" in third


@pytest.mark.parametrize("kind", ["accounts", "filings", "findings", "looks", "posts"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02" * 99, b"PK\x03\x04 no workbook", b"<html>404</html>"], ids=range(4)
)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".pdf"])
def test_a_file_that_is_no_sheet_is_refused(shared_city, tmp_path, kind, content, suffix):
    """Empty files, other formats and other suffixes are refused by name."""
    path = tmp_path / f"handed-in{suffix}"
    path.write_bytes(content)
    answer = xuncha(shared_city, kind, "import", path)
    assert (2, "") == (answer.status, answer.out)
    assert path.name in answer.complaint
