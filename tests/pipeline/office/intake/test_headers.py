"""What a column means is said once for a sender: two senders mean different things by one header."""

from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook

from pipeline.home.actor import OFFICE
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.intake.changing import PageChange, PlanChange, change_plan
from pipeline.office.intake.confirm import Confirm, confirm
from pipeline.office.intake.handing_in import HandIn, Upload, hand_in
from pipeline.office.intake.sender import Sender
from tests.pipeline.program import asked, done, rows, xuncha

WATER, FIRM = "澜川市水务局", "某监测公司"
OF_WATER = ["序号", "账号名称", "平台", "监测时间", "未更新天数", "近况"]
OF_FIRM = ["序号", "账号名称", "平台", "最新发布时间", "未更新天数", "近况"]


def sheet(path, label, sender, header, *cells):
    """Write a weekly sheet of one account."""
    book = Workbook()
    book.active.append(["政务新媒体更新情况"])
    book.active.append([f"{label}：{sender}"] if label else [])
    book.active.append(header)
    book.active.append([1, "澜川发布", "新浪微博", *cells])
    book.save(path)
    return path


def of_water(path, looked="2026-08-18", newest="2026-08-17", days=1):
    return sheet(path, "填报单位", WATER, OF_WATER, looked, days, newest)


def of_firm(path, looked="2026-08-19", newest="2026-08-17", days=2):
    return sheet(path, "监测单位", FIRM, OF_FIRM, newest, days, looked)


def read(home, path, *words):
    return asked(home, "intake", path, "--received", "2026-08-30", *words)


def confirmed(home, plan):
    return asked(home, "intake", "confirm", plan["plan"], "--accept-defaults")["intake"]


def meaning(plan):
    """Return what the column 近况 was taken for; None: it was kept aside."""
    return plan["pages"][0]["columns"]["understood"].get("近况")


def remembered(home):
    listed = rows(home, "intake", "answers", "list")
    return {(row["sender"], row["cell"]): row["answer"] for row in listed if row["field"] == "header"}


@pytest.mark.slow
def test_a_header_is_told_once_for_each_sender(registry, tmp_path):
    """The office takes sheets of a bureau and of a firm; neither is asked again, and neither is read as the other."""
    first = read(registry, of_water(tmp_path / "1.xlsx"))
    assert (meaning(first), [q["why"] for q in first["questions"]]) == (None, ["days_alone"])
    told = read(registry, of_water(tmp_path / "1.xlsx"), "--column", "近况=最新发布时间")
    assert (meaning(told), told["totals"]["looks"], told["hints"]) == ("newest_post_at", 1, [])
    water = confirmed(registry, told)
    assert remembered(registry) == {(WATER, "近况"): "newest_post_at"}

    unknown = read(registry, of_firm(tmp_path / "2.xlsx"))
    assert (meaning(unknown), [q["why"] for q in unknown["questions"]]) == (None, ["no_time"])
    confirmed(registry, read(registry, of_firm(tmp_path / "2.xlsx"), "--column", "近况=监测时间"))

    week = read(registry, of_water(tmp_path / "3.xlsx", "2026-08-25", "2026-08-24"))
    assert (meaning(week), week["refused"], week["questions"]) == ("newest_post_at", [], [])
    assert [(hint["why"], hint["says"]["known"]) for hint in week["hints"]] == [
        ("learned_header", "最新发布时间")
    ]
    week = read(registry, of_firm(tmp_path / "4.xlsx", "2026-08-26", "2026-08-24"))
    assert (meaning(week), week["totals"]["looks"], week["questions"]) == ("looked_at", 1, [])
    nobody = sheet(tmp_path / "5.xlsx", "", "", OF_WATER, "2026-08-25", 1, "2026-08-24")
    assert meaning(read(registry, nobody)) is None

    done(registry, "intake", "undo", water, "--reason", "填错了")
    assert remembered(registry) == {(FIRM, "近况"): "looked_at"}
    assert meaning(read(registry, of_water(tmp_path / "3.xlsx", "2026-08-25", "2026-08-24"))) is None
    done(registry, "intake", "answers", "forget", "header", "近况", "--sender", FIRM)
    assert remembered(registry) == {}


def test_another_word_for_a_header_holds_until_it_is_undone(registry, tmp_path):
    """What a clerk says now goes before what is remembered; undone, the word before holds again."""
    confirmed(registry, read(registry, of_water(tmp_path / "1.xlsx"), "--column", "近况=最新发布时间"))
    both = [*OF_WATER[:4], "最新发布时间", "近况"]
    later = sheet(tmp_path / "2.xlsx", "填报单位", WATER, both, "2026-08-25", "2026-08-24", "2026-08-01")
    assert [question["why"] for question in read(registry, later)["questions"]] == ["two_columns"]
    plan = read(registry, later, "--column", "近况=")
    assert (meaning(plan), plan["hints"], plan["questions"]) == (None, [], [])
    number = confirmed(registry, plan)
    assert remembered(registry) == {(WATER, "近况"): ""}
    assert meaning(read(registry, of_water(tmp_path / "3.xlsx", "2026-08-28", "2026-08-27"))) is None
    done(registry, "intake", "undo", number, "--reason", "读错了")
    assert remembered(registry) == {(WATER, "近况"): "newest_post_at"}


@pytest.mark.slow
def test_what_is_chosen_on_the_page_is_learned_for_who_hands_in(registry, tmp_path):
    """A firm uploads its sheet itself: whose it is follows from who signed in, and by the letter of the column."""
    path = of_firm(tmp_path / "1.xlsx")
    sender = Sender("u-firm", "firm", "甲监测")

    def handed_in(workspace):
        files = (Upload(path.name, path.read_bytes()),)
        return hand_in(
            workspace, HandIn(files, sender, date(2026, 8, 30), datetime(2026, 8, 30, 1, tzinfo=UTC))
        )

    with open_workspace(Home(registry)) as workspace:
        plan = handed_in(workspace)
        title = plan.files[0].pages[0].title
        change_plan(workspace, plan.id, PlanChange(pages={(0, title): PageChange(reads={"F": "looked_at"})}))
        confirm(workspace, Confirm(plan.id, accept_defaults=True), OFFICE)
    assert remembered(registry) == {("甲监测", "近况"): "looked_at"}
    of_firm(path, "2026-08-26", "2026-08-24")
    with open_workspace(Home(registry)) as workspace:
        (column,) = (c for c in handed_in(workspace).files[0].pages[0].columns if c.header == "近况")
    assert column.fields == ("looked_at",)
    assert meaning(read(registry, of_firm(tmp_path / "2.xlsx", "2026-08-27", "2026-08-24"))) is None


def test_a_field_that_is_none_is_refused_with_the_nearest(registry, tmp_path):
    """By a code or by a known header."""
    answer = xuncha(
        registry, "intake", of_water(tmp_path / "1.xlsx"), "--column", "近况=最新发布时问", "--json"
    )
    assert (answer.status, "最新发布时间" in answer.complaint) == (2, True)
