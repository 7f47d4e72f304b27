"""Rechecks of what units put right, numbers by unit, and the sheet that goes out filled in and comes back answered."""

from datetime import date

import pytest
from openpyxl import load_workbook

from tests.pipeline import small_city as c
from tests.pipeline.program import asked, done, rows, xuncha

ON = ("--on", "2021-07-20")
RULE = "red-5-silent"


def task_of(home):
    return next(
        r
        for r in rows(home, "rectification", "due", "--all", *ON)
        if (r["account_id"], r["rule"]) == (c.SILENT, RULE)
    )


def answered(home, *words):
    done(home, "rectification", "answer", c.SILENT, "--text", "已恢复更新", "--at", "2021-07-14", *words)


@pytest.mark.slow
def test_a_task_is_sent_back_answered_again_and_closed(issued):
    """The same words behind a recheck are another answer; each step is taken back in its turn."""
    answered(issued)
    recheck = ("rectification", "recheck", c.SILENT, "--by", "C2")
    assert "a last day to come" in xuncha(issued, *recheck, "--not-held").complaint
    told = asked(issued, *recheck, "--not-held", "--due", "2099-07-30", "--note", "仍未更新")
    assert told["tasks"] == [task_of(issued)["task_id"]]
    assert ("again", "2099-07-30", None) == tuple(task_of(issued)[k] for k in ("state", "due", "answered_at"))
    refused = xuncha(issued, "rectification", "withdraw-answer", c.SILENT, "--reason", "误记")
    assert (1, True) == (refused.status, "take the recheck back first" in refused.complaint)
    done(issued, "rectification", "answer", c.SILENT, "--text", "已恢复更新")
    assert task_of(issued)["state"] == "answered"
    done(issued, *recheck, "--held")
    assert task_of(issued)["state"] == "closed"
    assert "nothing is left" in xuncha(issued, *recheck, "--held").complaint
    short = task_of(issued)["short"]
    done(issued, "rectification", "withdraw-recheck", short, "--reason", "看错了账号")
    assert task_of(issued)["state"] == "answered"
    done(issued, *recheck, "--held")
    assert task_of(issued)["state"] == "closed"


def test_who_recorded_the_finding_rechecks_nothing(issued):
    """A recheck is another person's (two persons); a code that may be a name is refused."""
    done(issued, "rectification", "answer", c.POSTING, "--text", "已改")
    recheck = ("rectification", "recheck", c.POSTING, "--held", "--by")
    assert "another person's" in xuncha(issued, *recheck, "office").complaint
    assert 2 == xuncha(issued, *recheck, "张三").status


def test_units_say_who_has_not_answered(issued):
    """Numbers of tasks, the late ones among them, and the first last day."""
    (before,) = [u for u in rows(issued, "rectification", "units", *ON) if u["unit"] == c.OFFICE]
    assert (before["tasks"], before["late"], before["first_due"]) == (
        before["open"],
        before["open"],
        "2021-07-15",
    )
    answered(issued)
    (after,) = [u for u in rows(issued, "rectification", "units", *ON) if u["unit"] == c.OFFICE]
    assert (after["open"], after["answered"], after["late_answers"]) == (before["open"] - 1, 1, 0)
    assert c.OFFICE in done(issued, "rectification", "units").out


def test_the_sheet_goes_out_filled_in_and_comes_back_by_the_intake(issued, tmp_path):
    """A unit writes measures and state beside its tasks; the intake knows the page and answers each task."""
    path = tmp_path / "整改情况表.xlsx"
    done(issued, "rectification", "sheet", "-o", path, *ON)
    book = load_workbook(path)
    page = book.active
    head = [cell.value for cell in page[2]]
    lines = {(r[1].value, r[3].value): r for r in page.iter_rows(min_row=3)}
    row = lines[c.NAMES[c.SILENT], task_of(issued)["problem"]]
    assert row[head.index("答复时限")].value.date() == date(2021, 7, 15)
    for header, said in (("整改措施", "已恢复更新"), ("整改状态", "已整改"), ("完成时间", "2021-07-12")):
        row[head.index(header)].value = said
    book.save(path)
    plan = asked(issued, "intake", path, "--received", "2021-07-14")
    assert [p["kind"] for p in plan["pages"]] == ["answers"]
    assert (plan["totals"]["answers"], plan["questions"]) == (1, [])
    taken = asked(issued, "intake", "confirm", plan["plan"])
    assert task_of(issued)["state"] == "answered"
    done(issued, "intake", "undo", taken["intake"], "--reason", "报错了单位", "--second", "分管主任")
    assert task_of(issued)["state"] == "late"
