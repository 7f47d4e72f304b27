"""`today`: who fails when, who is over the limit, of whom nobody knows, what came in and what waits."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook

from events.alert import AlertDelivered
from events.codec import Event
from tests.pipeline.inputs import sheet
from tests.pipeline.office.today import office
from tests.pipeline.office.today.office import DAY
from tests.pipeline.program import asked, done, opened, rows, xuncha


def standing(answer) -> list[tuple[str, str, int | None]]:
    return [(need["name"], need["standing"], need["days_left"]) for need in answer["needs"]]


def test_the_page_says_who_fails_when_and_what_is_not_known(city_to_look_at):
    """In a home that nobody runs: the nearest limit first, then who is over it, then whom somebody has to look at."""
    found = asked(city_to_look_at, "today", "--on", DAY)
    assert found["accounts"] == 6
    assert standing(found) == [
        ("江城教育", "fails", 1),
        ("甲区发布", "fails", 7),
        ("甲区水务", "over", -4),
        ("乙区文旅", "unproven", -2),
        ("乙区民政", "unproven", -2083),
    ]
    festive = found["needs"][1]
    assert (festive["holiday"], festive["holiday_ends"]) == ("国庆节", "2025-10-08")
    assert festive["newest_post_by_day"]


def test_people_read_names_days_and_the_holiday(city_to_look_at):
    """The table has names and never ids, and says before 国庆 how many accounts fail by it."""
    said = done(city_to_look_at, "today", "--on", DAY).out
    assert "1 个账号将在国庆节假期（至10月8日）内或节后首日超期" in said
    assert "需更新账号（10月9日前到期）：2" in said
    (row,) = [line.split() for line in said.splitlines() if "甲区发布" in line]
    assert row == [
        "甲区人民政府办公室",
        "甲区发布",
        "微信订阅号",
        "7天",
        "10月5日",
        "09-20",
        "09-26",
        "10:20",
        "无",
        "-",
    ]
    assert "derived" not in said
    assert "2083" not in said


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--area", "甲区"), {"甲区发布", "甲区水务"}),
        (("--platform", "抖音短视频"), {"甲区水务", "乙区文旅"}),
        (("--unit", "甲区政府办"), {"甲区发布"}),
        (("--area", "甲区", "--platform", "抖音"), {"甲区水务"}),
        (("--days", "1"), {"江城教育", "甲区水务", "乙区文旅", "乙区民政"}),
    ],
)
def test_a_scope_leaves_the_others_out(city_to_look_at, words, names):
    """By unit, area and platform as anybody writes them, and as many working days ahead as asked for."""
    assert {need["name"] for need in asked(city_to_look_at, "today", "--on", DAY, *words)["needs"]} == names


def test_a_scope_that_nobody_knows_is_told_with_the_nearest(city_to_look_at):
    """A mistyped area is no page without accounts."""
    answer = xuncha(city_to_look_at, "today", "--area", "甲曲")
    assert answer.status
    assert "no account has --area '甲曲'; the nearest: 甲区" in answer.complaint


def test_units_stand_for_those_below_them_and_lend_their_area(city, tmp_path):
    """A unit of the tree is found by its code, with the units below it; an account without an area has its owner's."""
    header = ("单位代码", "单位名称", "单位类别", "层级", "地区", "上级单位")
    units = sheet(
        tmp_path / "units.csv",
        header,
        ("JQ", "甲区人民政府办公室", "主管单位", "", "甲区", ""),
        ("JQ-SW", "甲区水务局", "主办单位", "", "甲区", "JQ"),
    )
    done(city, "units", "import", units)
    assert {n["name"] for n in asked(city, "today", "--on", DAY, "--unit", "JQ")["needs"]} == {
        "甲区发布",
        "甲区水务",
    }


def test_what_came_in_and_what_waits_stand_below(city, tmp_path):
    """A finding that nobody answered waits and came in; once it is withdrawn it waits no more."""
    header = ("账号名称", "平台", "问题", "发现时间")
    findings = sheet(
        tmp_path / "findings.csv", header, ("江城发布", "微信订阅号", "严重表述错误", "2025-09-27 10:00")
    )
    done(city, "findings", "import", findings)
    plan = asked(
        city,
        "intake",
        sheet(tmp_path / "周报.csv", ("账号名称", "平台", "检查时间", "最新发布时间"), *office.LOOKS),
    )
    found = asked(city, "today", "--on", DAY)
    waits = [(w["what"], w["about"], w["number"]) for w in found["waiting"] if w["what"] != "report"]
    assert waits == [
        ("finding", "江城发布（江城市人民政府办公室）", ""),
        ("plan", "周报.csv", plan["plan"]),
    ]
    assert {"what": "findings", "count": 1} in found["came_in"]
    reports = {w["about"] for w in found["waiting"] if w["what"] == "report"}
    assert reports == {"江城市 2025年第三季度", "甲区 2025年第三季度", "乙区 2025年第三季度"}
    (finding,) = rows(city, "findings", "list")
    done(city, "findings", "withdraw", finding["finding_id"], "--reason", "误报")
    found = asked(city, "today", "--on", DAY)
    assert "finding" not in {w["what"] for w in found["waiting"]}


def test_a_look_takes_its_account_off_the_page(city, tmp_path):
    """The page knows a look as soon as it is taken; nobody has to run anything."""
    header = ("账号名称", "平台", "检查时间", "最新发布时间")
    look = sheet(
        tmp_path / "look.csv", header, ("江城教育", "新浪微博", "2025-09-28 10:00", "2025-09-28 09:00")
    )
    assert ("江城教育", "fails", 1) in standing(asked(city, "today", "--on", DAY))
    done(city, "looks", "import", look)
    assert "江城教育" not in {name for name, *_ in standing(asked(city, "today", "--on", DAY))}


def test_an_open_alert_is_named(city):
    """Once the folds have warned, the page says whom the alert is for; told is who was reached, and no file is."""
    done(city, "run", "--until-idle")
    found = asked(city, "today", "--on", DAY)
    (over,) = [need for need in found["needs"] if need["standing"] == "over"]
    assert (over["level"], over["warned"]) == ("limit", "leader")
    assert over["reached"] is False
    assert "应提醒分管领导，未发送" in done(city, "today", "--on", DAY).out
    listed = asked(city, "alerts", "list")["rows"]
    raised = next(row for row in listed if row["name"] == over["name"] and row["level"] == "limit")
    assert raised["delivered"] == ["console", "file"]
    told = AlertDelivered(
        message_id=UUID(raised["alert_id"]), channel="wecom-robot", destination="wecom-robot"
    )
    with opened(city) as workspace, workspace.log.transaction():
        workspace.log.write_derived(0, [Event(uuid4(), "notifier", "told", datetime.now(UTC), told)])
    assert "已提醒分管领导" in done(city, "today", "--on", DAY).out


DATES = (datetime(2025, 9, 29), datetime(2025, 9, 15, 15, 0), datetime(2025, 9, 26, 10, 10))  # noqa: DTZ001
"""As cells of a workbook have them, which know no zones."""


def test_the_workbook_has_the_same_rows(city_to_look_at, tmp_path):
    """A sheet for each part, with titles and whole dates."""
    path = tmp_path / "today.xlsx"
    done(city_to_look_at, "today", "--on", DAY, "--xlsx", path)
    book = load_workbook(path)
    assert book.sheetnames == ["需更新账号", "已超期账号", "待核实账号", "最近报送", "待办事项"]
    first = [row[:8] for row in book["需更新账号"].iter_rows(min_row=2, max_row=3, values_only=True)]
    assert first == [
        ("编号", "主办单位", "账号名称", "平台", "剩余", "到期", "最新发布", "最近检查"),
        (None, "江城市教育局", "江城教育", "新浪微博", "1天", *DATES),
    ]


def test_the_read_model_is_made_anew_by_a_command(city):
    """`readmodel rebuild` tells how many accounts there are, and the page stays as it was."""
    before = asked(city, "today", "--on", DAY)
    assert asked(city, "readmodel", "rebuild") == {"accounts": 6}
    assert asked(city, "today", "--on", DAY) == before
