"""Commands that take facts from people, on small sheets of their own."""

from pathlib import Path

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, by_account, done, rows, xuncha

KINDS = ("accounts", "filings", "findings", "looks", "posts")


def test_init_makes_a_home_and_leaves_one_that_exists_as_it_is(tmp_path):
    """A second init changes neither settings nor log."""
    home = tmp_path / "city"
    done(home, "init")
    (home / "xuncha.toml").write_text("tick_minutes = 5\n")
    done(home, "accounts", "import", c.registry(tmp_path))
    done(home, "init", "--partitions", 3)
    assert "tick_minutes = 5\n" == (home / "xuncha.toml").read_text()
    assert 5 == len(rows(home, "accounts", "list"))


def test_the_home_is_named_by_option_or_environment(tmp_path, monkeypatch):
    """XUNCHA_HOME names the home where --home does not."""
    monkeypatch.setenv("XUNCHA_HOME", str(tmp_path / "elsewhere"))
    from typer.testing import CliRunner

    from pipeline.cli.program import app

    assert 0 == CliRunner().invoke(app, ["init"]).exit_code
    assert (tmp_path / "elsewhere" / "log.sqlite").exists()


def test_accounts_come_back_with_the_ids_of_their_sheet(shared_city):
    """Given ids stand as written, an account without one gets a derived id, and all attributes are kept."""
    listed = by_account(rows(shared_city, "accounts", "list"))
    derived = [i for i in listed if i.startswith("derived-")]
    assert {*c.NAMES, *derived} == listed.keys()
    assert [c.DERIVED_NAME] == [listed[i]["name"] for i in derived]
    assert {
        "number": None,
        "account_id": c.POSTING,
        "name": c.NAMES[c.POSTING],
        "platform": "微信订阅号",
        "owner": c.OFFICE,
        "tier": "",
        "area": "",
        "opened_at": "2020-01-01T23:59:59+08:00",
        "subject": f"wechat:{c.POSTING}",
    } == listed[c.POSTING]


def test_an_import_tells_of_derived_ids(home, tmp_path):
    """Where a sheet has no id, the program derives one and says so."""
    registry = c.registry(tmp_path)
    told = done(home, "accounts", "import", registry).out
    assert "1 个账号没有账号ID" in told
    assert 1 == asked(home, "accounts", "import", registry)["derived_ids"]


def test_people_of_a_sheet_stay_out_of_the_log(home, tmp_path):
    """Design promise 11: a name in a column of responsible people is in no record; the import says so."""
    path = sheet(
        tmp_path / "a.csv", ("账号ID", "账号名称", "平台", "负责人"), ("A1", "某市发布", "抖音", "张三丰")
    )
    assert 1 == asked(home, "accounts", "import", path)["rows_with_people"]
    found = rows(home, "sql", "SELECT count() AS n FROM records WHERE positionUTF8(data, '张三丰') > 0")
    assert [{"n": 0}] == found


def test_a_workbook_is_read_like_a_csv_file(home, tmp_path):
    """XLSX and CSV with the same cells yield the same registry."""
    cells = (("account_id", "name", "platform"), ("A1", "某市发布", "抖音"), ("A2", "某市交通", "快手"))
    done(home, "accounts", "import", sheet(tmp_path / "a.xlsx", *cells))
    before = rows(home, "accounts", "list")
    assert {"A1", "A2"} == by_account(before).keys()
    assert 0 == asked(home, "accounts", "import", sheet(tmp_path / "a.csv", *cells))["events"]
    assert before == rows(home, "accounts", "list")


def test_unknown_columns_are_kept(home, tmp_path):
    """A column that the program does not know stays with the opening."""
    path = sheet(
        tmp_path / "a.csv", ("account_id", "name", "platform", "备案号"), ("A1", "某市发布", "抖音", "苏备7")
    )
    done(home, "accounts", "import", path)
    assert {"备案号": "苏备7"} == asked(home, "accounts", "show", "A1")["extra"]


@pytest.mark.parametrize(
    "header", ["填报人", "联络员", "审核人", "法定代表人", "分管同志", "局长", "QQ", "微信号", "备用"]
)
def test_no_header_lets_people_into_the_log(shared_home, tmp_path, header):
    """What a header does not tell, a telephone number in its column does; each sheet is of two accounts of its own."""
    cells = [
        (f"{header}1", f"{header}发布", "抖音", "张三丰"),
        (f"{header}2", f"{header}交通", "抖音", "13800001234"),
    ]
    path = sheet(tmp_path / "a.csv", ("账号ID", "账号名称", "平台", header), *cells)
    told = asked(shared_home, "accounts", "import", path)
    assert (2, 2) == (told["rows_with_people"], told["events"])
    found = rows(
        shared_home,
        "sql",
        "SELECT count() AS n FROM records WHERE match(data, '张三丰|13800001234')",
    )
    assert [{"n": 0}] == found


def test_a_new_opening_date_keeps_what_blank_cells_do_not_say(home, tmp_path):
    """Owner, tier and area of a known account outlive a row that corrects its opening date alone."""
    headers = ("账号ID", "账号名称", "平台", "主办单位", "层级", "地区", "开设时间")
    known = ("A1", "某市发布", "抖音", c.OFFICE, "市级部门和单位", "某市", "2020-01-01")
    done(home, "accounts", "import", sheet(tmp_path / "a.csv", headers, known))
    (before,) = rows(home, "accounts", "list")
    corrected = sheet(tmp_path / "b.csv", headers, ("A1", "某市发布", "抖音", "", "", "某县", "2020-02-01"))
    assert 1 == asked(home, "accounts", "import", corrected)["events"]
    assert [{**before, "area": "某县", "opened_at": "2020-02-01T23:59:59+08:00"}] == rows(
        home, "accounts", "list"
    )
    assert 0 == asked(home, "accounts", "import", corrected)["events"]


FILED = ("账号ID", "账号名称", "平台", "主办单位", "备案类别", "生效时间", "备案时间", "新名称")


def test_an_account_is_opened_and_changed_by_one_sheet_in_any_order(home, tmp_path):
    """A change of an account finds the opening of the same sheet, by id or by name, before it or after it."""
    path = sheet(
        tmp_path / "f.csv",
        FILED,
        ("A1", "", "", "", "变更", "2021-06-02", "2021-06-02", "某市政务"),
        ("A1", "某市发布", "抖音", c.OFFICE, "开设", "2021-06-01", "2021-06-01", ""),
        ("", "某市交通", "快手", c.OFFICE, "开设", "2021-06-01", "2021-06-01", ""),
        ("", "某市交通", "快手", "", "变更", "2021-06-02", "2021-06-02", "某市出行"),
    )
    assert 8 == asked(home, "filings", "import", path)["events"]  # each with its filing
    found = rows(home, "accounts", "list")
    assert {("抖音", "某市政务", c.OFFICE), ("快手", "某市出行", c.OFFICE)} == {
        (row["platform"], row["name"], row["owner"]) for row in found
    }


def test_an_opening_is_filed_for_the_account_that_a_list_knows(home, tmp_path):
    """A full id means the same account in both kinds of sheets; a known account needs neither name nor platform."""
    listed = ("douyin:A1", "某市发布", "抖音", c.OFFICE)
    done(home, "accounts", "import", sheet(tmp_path / "a.csv", FILED[:4], listed))
    for given, name, platform in (
        ("douyin:A1", "某市发布", "抖音"),
        ("A1", "某市发布", "抖音"),
        ("A1", "", ""),
    ):
        row = (given, name, platform, "", "开设", "2021-06-01", "2021-06-01", "")
        done(home, "filings", "import", sheet(tmp_path / "f.csv", FILED, row))
        (found,) = rows(home, "accounts", "list")
        assert ("douyin:A1", "某市发布", c.OFFICE) == (found["subject"], found["name"], found["owner"])
        assert "2021-06-01T23:59:59+08:00" == found["opened_at"]


def test_an_opening_that_may_mean_two_accounts_is_refused(home, tmp_path):
    """An id of two platforms makes no third account; with the platform it says which."""
    both = [("A1", "某市发布", platform, c.OFFICE) for platform in ("抖音", "快手")]
    done(home, "accounts", "import", sheet(tmp_path / "a.csv", FILED[:4], *both))
    row = ("A1", "某市发布", "", "", "开设", "2021-06-01", "2021-06-01", "")
    answer = xuncha(home, "filings", "import", sheet(tmp_path / "f.csv", FILED, row))
    assert 2 == answer.status
    for part in ("row 2", "账号ID", "某市发布（抖音，", "某市发布（快手，"):
        assert part in answer.complaint
    told = sheet(tmp_path / "g.csv", FILED, (*row[:2], "快手", *row[3:]))
    assert 2 == asked(home, "filings", "import", told)["events"]  # the opening and its filing
    assert {"douyin:A1", "kuaishou:A1"} == {row["subject"] for row in rows(home, "accounts", "list")}


def test_findings_are_told_by_one_id_a_line(registered, tmp_path):
    """People copy an id from a line of its own; rows that differ in their note are two findings."""
    cells = [(c.POSTING, "发布商业广告", "2021-06-01", note) for note in ("首页", "尾页")]
    path = sheet(tmp_path / "f.csv", ("账号ID", "问题", "发现时间", "备注"), *cells)
    lines = done(registered, "findings", "import", path).out.splitlines()
    assert {row["finding_id"] for row in rows(registered, "findings", "list")} == set(lines[1:])
    assert 2 == len(lines[1:])


@pytest.fixture
def sheets(tmp_path: Path) -> dict[str, Path]:
    who = ("账号ID",)
    return {
        "accounts": c.registry(tmp_path),
        "filings": sheet(
            tmp_path / "filings.xlsx",
            (*who, "备案类别", "生效时间", "备案时间", "新名称"),
            (c.POSTING, "变更", "2021-06-01", "2021-06-02", "某市政务"),
            (c.SERVICE, "注销", "2021-06-10", "2021-06-11", ""),
        ),
        "findings": c.findings(tmp_path),
        "looks": sheet(
            tmp_path / "looks.csv",
            (*who, "检查时间", "最新发布时间"),
            (c.UNSEEN, "2021-06-17 09:00", "2021-06-16"),
        ),
        "posts": sheet(
            tmp_path / "posts.csv", (*who, "发布时间", "文章ID"), (c.UNSEEN, "2021-06-15 10:00", "x1")
        ),
    }


@pytest.mark.slow
def test_the_same_sheets_twice_change_nothing(city, sheets):
    """Registry, and rows and digest of a round, stay the same when every kind of sheet is handed in again."""
    assert 0 == asked(city, "accounts", "import", sheets["accounts"])["events"]
    found = []
    for _ in range(2):
        assert all(asked(city, kind, "import", sheets[kind])["rows"] > 0 for kind in KINDS[1:])
        run = asked(city, "score", "--check-point", c.CHECK_POINT)
        found.append((rows(city, "accounts", "list"), run["digest"], run["rows"]))
    assert found[0] == found[1]


def test_a_late_filing_is_told(city, sheets):
    """昆政办发〔2019〕162号: an owner files within two working days; a later filing is named with row and deadline."""
    path = sheet(
        sheets["filings"].with_name("late.csv"),
        ("账号ID", "备案类别", "生效时间", "备案时间"),
        (c.POSTING, "注销", "2021-06-01", "2021-06-09"),
    )
    told = done(city, "filings", "import", path).out
    assert "备案逾期" in told
    assert "第 2 行" in told
    assert "2021-06-03" in told


def test_findings_are_listed_and_withdrawn_by_the_beginning_of_their_id(city):
    """A withdrawn finding stays in the list, marked."""
    listed = by_account(rows(city, "findings", "list"))
    assert {c.POSTING, c.SERVICE} == listed.keys()
    finding = listed[c.SERVICE]["finding_id"]
    assert finding == asked(city, "findings", "withdraw", finding[:8], "--reason", "误报")["withdrawn"]
    listed = by_account(rows(city, "findings", "list"))
    assert (False, True) == (listed[c.POSTING]["withdrawn"], listed[c.SERVICE]["withdrawn"])


HANDED_IN = {
    "duty": ("people", "duty", "import"),
    "flags": ("focus", "flag"),
    "interpretations": ("interpretation", "import"),
    "sites": ("sites", "import"),
    "site-columns": ("sites", "import-columns"),
    "site-looks": ("sites", "import-looks"),
    "self-check": ("reports", "import", "--unit", "某市", "--quarter", "2021Q2"),
}
"""Commands that take a template whose kind is not their name."""


def test_templates_can_be_filled_in_and_handed_in(tmp_path, home):
    """A workbook of each kind is written; an empty one is refused with a reason, not taken for a sheet of nothing."""
    done(home, "templates", tmp_path / "t")
    written = sorted((tmp_path / "t").glob("*.xlsx"))
    assert {*KINDS, *HANDED_IN} <= {path.stem for path in written}
    for path in written:
        answer = xuncha(home, *HANDED_IN.get(path.stem, (path.stem, "import")), path)
        assert (2, True) == (answer.status, "fill in the rows" in answer.complaint), path.stem
