"""`looks due`: the sheet goes out, somebody fills in a part of it, and it comes back through the intake."""

import pytest
from openpyxl import load_workbook

from tests.pipeline.office.today.office import DAY
from tests.pipeline.program import asked, done


def test_the_list_names_whom_to_look_at_and_why(city):
    """Nobody who can wait before those who cannot; reasons are codes in JSON and words in the table."""
    found = asked(city, "looks", "due", "--on", DAY)
    assert found["day"] == DAY
    assert {(row["name"], row["reason"]) for row in found["rows"]} == {
        ("乙区民政", "never_looked"),
        ("乙区文旅", "limit_passed"),
        ("甲区水务", "over_limit"),
        ("江城教育", "last_step"),
    }
    assert "尚未检查" in done(city, "looks", "due", "--on", DAY).out


def test_a_key_period_brings_the_accounts_of_its_areas_onto_the_list(city):
    """Who has a graver reason keeps it; whoever could wait otherwise is there for the period, in its areas alone."""
    before = {row["name"]: row["reason"] for row in asked(city, "looks", "due", "--on", DAY)["rows"]}
    done(city, "key-period", "declare", "国庆", "--from", DAY, "--until", DAY, "--area", "甲区")
    listed = asked(city, "looks", "due", "--on", DAY)["rows"]
    now = {row["name"]: row["reason"] for row in listed}
    assert before.items() <= now.items()
    more = {name: reason for name, reason in now.items() if name not in before}
    assert set(more.values()) == {"key_period"}
    assert all(name.startswith("甲区") for name in more)


def test_a_day_of_rest_lists_the_next_working_day(city):
    """27 September 2025 is a Saturday; the Sunday behind it is a working day by the State Council's calendar."""
    assert asked(city, "looks", "due", "--on", "2025-09-27")["day"] == "2025-09-28"


@pytest.mark.slow
def test_a_sheet_filled_in_by_half_comes_back_as_looks(city, tmp_path):
    """Three rows become looks and posts; those left blank are no rows of data, so that nothing of them is refused."""
    path = tmp_path / "巡查清单.xlsx"
    done(city, "looks", "due", "--on", DAY, "--xlsx", path)
    book = load_workbook(path)
    page = book.active
    assert page is not None
    header = [cell.value for cell in page[2]]
    assert header == [
        "账号名称",
        "平台",
        "主办单位",
        "原因",
        "上次检查",
        "已知最新发布",
        "检查时间",
        "最新发布时间",
        "最长间隔",
    ]
    told = {
        "江城教育": ("2025-09-28 10:00", "2025-09-27 09:00", 5),
        "甲区水务": ("2025-09-28 10:10", "2025-09-10 10:00", None),
        "乙区文旅": ("2025-09-28 10:20", "2025-09-12 10:00", None),
    }
    for row in page.iter_rows(min_row=3):
        for cell, value in zip(row[6:], told.get(str(row[0].value), (None, None, None)), strict=True):
            cell.value = value
    book.save(path)

    plan = asked(city, "intake", path)
    (read,) = plan["pages"]
    assert (read["kind"], read["rows"]["data"], read["rows"]["blank"]) == ("looks", 3, 1)
    assert plan["refused"] == []
    done(city, "intake", "confirm", plan["plan"], "--accept-defaults")
    needs = {need["name"]: need for need in asked(city, "today", "--on", "2025-09-29")["needs"]}
    assert needs["甲区水务"]["last_look_at"] == "2025-09-28T10:10:00+08:00"
    assert needs["乙区文旅"]["standing"] == "over"
    assert "江城教育" not in needs  # it had posted
    left = asked(city, "looks", "due", "--on", DAY)["rows"]
    assert [row["name"] for row in left if row["cannot_wait"]] == ["乙区民政"]


def test_a_row_filled_in_by_half_is_told(city, tmp_path):
    """A time of the look without the newest post says nothing: the row is refused, not passed over."""
    path = tmp_path / "巡查清单.xlsx"
    done(city, "looks", "due", "--on", DAY, "--xlsx", path)
    book = load_workbook(path)
    page = book.active
    assert page is not None
    page["G3"] = "2025-09-28 10:00"
    book.save(path)
    plan = asked(city, "intake", path)
    (refused,) = plan["refused"]
    assert refused["why"] == "newest_blank"
