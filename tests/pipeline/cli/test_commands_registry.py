"""The registry as a whole by command: lists, checks, the national sheet, and what patrols saw."""

from pathlib import Path

from openpyxl import load_workbook

from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, done, xuncha

LISTED = (
    "账号ID",
    "账号名称",
    "平台",
    "主办单位",
    "主管单位",
    "说明",
    "账号链接",
    "管理科室",
    "认证信息",
    "备案号",
)
ROW = ("A1", "某市发布", "抖音", c.OFFICE, "某办", "旧", "https://a.cn", "一科", c.OFFICE, "备1")


def listed(folder: Path, *row: str) -> Path:
    return sheet(folder / "a.csv", LISTED, row)


def hits(home: Path, *words: object) -> list[tuple[str, list[str]]]:
    """Return what a check found; it ends with 1 where it found something."""
    answer = xuncha(home, "registry", "check", *words, "--json")
    found = [(row["check"], row["accounts"]) for row in answer.rows]
    assert int(bool(found)) == answer.status, answer.err
    assert all(row["reason"] and row["clause"] for row in answer.rows)
    return found


def test_a_new_cell_of_a_list_becomes_a_fact(home, tmp_path):
    """Supervisor, description, link, section, verification and unknown columns are recorded when they change."""
    row = list(ROW)
    done(home, "accounts", "import", listed(tmp_path, *row))
    assert 0 == asked(home, "accounts", "import", listed(tmp_path, *row))["events"]
    for place, value in enumerate(("某委", "新", "https://b.cn", "二科", "某公司", "备2"), start=4):
        row[place] = value
        new = listed(tmp_path, *row)
        assert 1 == asked(home, "accounts", "import", new)["events"], LISTED[place]
        assert 0 == asked(home, "accounts", "import", new)["events"], LISTED[place]
    blank = listed(tmp_path, *ROW[:4], *([""] * 6))
    assert 0 == asked(home, "accounts", "import", blank)["events"]


def test_an_account_that_a_patrol_saw_is_unfiled_until_it_is_filed(home, tmp_path):
    """Annex 3 监管范围: the patrol names it, the registry takes it in, and the hit is gone."""
    done(home, "accounts", "import", listed(tmp_path, *ROW))
    done(
        home,
        "registry",
        "spot",
        "--name",
        "某市文旅",
        "--platform",
        "抖音",
        "--id",
        "W1",
        "--at",
        "2023-03-01",
    )
    assert [("unfiled", ["douyin:W1"])] == hits(home, "--on", "2023-03-31")
    assert [] == hits(home, "--on", "2023-02-28")
    done(home, "accounts", "import", listed(tmp_path, "W1", "某市文旅", "抖音", "某市文化局", *([""] * 6)))
    assert [] == hits(home, "--on", "2023-03-31")


def test_a_closed_account_that_posts_is_found_and_so_is_the_missing_notice(city, tmp_path):
    """Annex 3 集约整合 2: the posting account is filed as closed on 1 June, and posts until the 16th."""
    headers = ("账号ID", "备案类别", "生效时间", "备案时间")
    for account in (c.POSTING, c.SILENT):
        path = sheet(tmp_path / "f.csv", headers, (account, "关停", "2021-06-01", "2021-06-01"))
        done(city, "filings", "import", path)
    done(city, "accounts", "stop-notice", c.SILENT, "--at", "2021-05-31")
    on = ("--on", "2021-06-17")
    assert [("closed_but_posting", [f"wechat:{c.POSTING}"])] == hits(
        city, *on, "--only", "closed_but_posting"
    )
    assert [("closed_without_notice", [f"wechat:{c.POSTING}"])] == hits(
        city, *on, "--only", "closed_without_notice"
    )
    assert "已于 2021-06-01 报关停，2021-06-16 仍在发布" in xuncha(city, "registry", "check", *on).out


def test_two_accounts_of_one_unit_on_one_platform_are_found(shared_city):
    """162号 二(三): the small city's office has a subscription account too many."""
    found = dict(hits(shared_city, "--on", "2021-06-17"))
    assert [f"wechat:{i}" for i in (c.SERVICE, c.POSTING, c.SILENT)] == found["several_on_one_platform"]
    assert 2 == xuncha(shared_city, "registry", "check", "--only", "colour").status


def test_a_check_of_a_moment_of_knowledge_stays_as_it_was(home, tmp_path):
    """What is filed afterwards changes nothing about what was known."""
    done(home, "registry", "spot", "--name", "甲", "--platform", "抖音", "--id", "W1", "--at", "2023-03-01")
    known_at = asked(home, "score", "--check-point", "2023-03-31T23:59:59+08:00")["known_at"]
    done(home, "accounts", "import", listed(tmp_path, "W1", "甲", "抖音", "某局", *([""] * 6)))
    on = ("--on", "2023-03-31")
    assert [] == hits(home, *on)
    assert [("unfiled", ["douyin:W1"])] == hits(home, *on, "--known-at", known_at)


def test_the_national_sheet_agrees_with_the_registry_that_wrote_it(shared_city, tmp_path):
    """Written and read back it has no difference; the same registry is the same file."""
    path = tmp_path / "n.xlsx"
    assert 5 == asked(shared_city, "registry", "export-national", path)["accounts"]
    found = asked(shared_city, "registry", "reconcile", path)
    assert (True, 5, []) == (found["agrees"], found["same"], found["differences"])
    first = path.read_bytes()
    done(shared_city, "registry", "export-national", path)
    assert first == path.read_bytes()


def test_a_national_sheet_that_differs_is_told_field_by_field(shared_city, tmp_path):
    """Ours alone, theirs alone, and what differs; exit 1."""
    path = tmp_path / "n.xlsx"
    done(shared_city, "registry", "export-national", path)
    book = load_workbook(path)
    page = book.worksheets[0]
    by_name = {row[0].value: row for row in page.iter_rows(min_row=2)}
    by_name[c.NAMES[c.POSTING]][3].value = "某市大数据局"
    page.delete_rows(by_name[c.NAMES[c.SILENT]][0].row)
    page.append(["某市文旅", "抖音", "W1"])
    book.save(path)
    answer = xuncha(shared_city, "registry", "reconcile", path, "--json")
    assert 1 == answer.status
    assert [c.NAMES[c.SILENT]] == [e["name"] for e in answer.json["ours_only"]]
    assert ["某市文旅"] == [e["name"] for e in answer.json["theirs_only"]]
    (difference,) = answer.json["differences"]
    assert ("owner", c.OFFICE, "某市大数据局") == (
        difference["field"],
        difference["ours"],
        difference["theirs"],
    )
    shown = xuncha(shared_city, "registry", "reconcile", path).out
    for word in ("仅本级有", "仅全国系统有", "不一致", "主办单位"):
        assert word in shown
    assert 2 == xuncha(shared_city, "registry", "export-national", tmp_path / "n.csv").status


def test_an_account_is_shown_with_every_field_as_of_a_day(home, tmp_path):
    """What a list tells comes back; before its opening there was no account."""
    path = sheet(tmp_path / "a.csv", (*LISTED, "开设时间"), (*ROW, "2023-01-01"))
    done(home, "accounts", "import", path)
    found = asked(home, "accounts", "show", "A1", "--on", "2023-01-01")
    told = (
        "given_id",
        "name",
        "platform",
        "owner",
        "supervisor",
        "description",
        "link",
        "section",
        "verified_as",
    )
    assert list(ROW[:9]) == [found[key] for key in told]
    assert {"备案号": "备1"} == found["extra"]
    assert "管理科室: 一科" in done(home, "accounts", "show", "A1").out
    answer = xuncha(home, "accounts", "show", "A1", "--on", "2022-12-31")
    assert (1, True) == (answer.status, "尚未开设" in answer.out)
