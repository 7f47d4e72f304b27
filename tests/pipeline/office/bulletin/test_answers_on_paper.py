"""Answers to rectification that come on paper: sheets with scans beside them, through the intake."""

import hashlib

import pytest
from openpyxl import Workbook

from tests.pipeline import small_city as c
from tests.pipeline.office.rounds.test_kill import facts, killed_at
from tests.pipeline.program import asked, done, rows

HEADERS = ("主办单位", "账号名称", "平台", "问题", "整改措施", "整改状态", "完成时间", "附件")
PDF = b"%PDF-1.7 sealed answer"
RECEIVED = ("--received", "2021-07-14")
SILENT, POSTING = "red-5-silent", "yellow-5-improper-content"


def paper(folder, *answers):
    """Write a feedback sheet, and a scan beside it; returns the folder."""
    folder.mkdir(exist_ok=True)
    book = Workbook()
    for row in (("通报问题整改情况反馈表",), HEADERS, *answers):
        book.active.append(row)
    book.save(folder / "反馈.xlsx")
    (folder / "盖章件.pdf").write_bytes(PDF)
    return folder


def answer(account, problem="", said="已恢复更新", state="已整改", papers=""):
    return (c.OFFICE, c.NAMES[account], "微信公众号", problem, said, state, "2021-07-12", papers)


def waiting(home):
    return {row["rule"] for row in rows(home, "rectification", "due", "--on", "2021-07-20")}


def test_a_feedback_sheet_answers_the_tasks_of_its_rows(issued, tmp_path):
    """One row by its problem, one all tasks of its account; the scan of the only unit goes with both."""
    rest = waiting(issued) - {SILENT, POSTING}
    folder = paper(
        tmp_path / "答复", answer(c.SILENT), answer(c.POSTING, "内容不当", "已删除", papers="盖章件")
    )
    plan = asked(issued, "intake", folder, *RECEIVED)
    assert [page["kind"] for page in plan["pages"]] == ["answers"]
    assert (plan["totals"]["answers"], plan["questions"], plan["hints"]) == (2, [], [])
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert [row["papers"] for row in plan["records"]] == [[], [sha256]]
    taken = asked(issued, "intake", "confirm", plan["plan"])
    assert waiting(issued) == rest
    told = facts(issued, "rectification.answered")
    assert len(told) == 2
    assert sha256 in [row["sha256"] for row in rows(issued, "evidence", "verify")]
    again = asked(issued, "intake", folder, *RECEIVED)
    assert (again["taken_before"], again["totals"]["new_facts"]) == ([taken["intake"]], 0)
    done(issued, "intake", "undo", taken["intake"], "--reason", "报错了单位", "--second", "分管主任")
    assert {SILENT, POSTING} <= waiting(issued)
    asked(issued, "intake", "confirm", asked(issued, "intake", folder, *RECEIVED)["plan"])
    assert waiting(issued) == rest


@pytest.mark.slow
def test_an_answer_that_is_killed_is_taken_once(issued, tmp_path):
    """Behind the scan and before its fact: the same confirmation ends it."""
    plan = asked(issued, "intake", paper(tmp_path / "答复", answer(c.SILENT)), *RECEIVED)["plan"]
    killed_at(issued, ("intake.before_opened",), "intake", "confirm", plan)
    assert SILENT in waiting(issued)
    done(issued, "intake", "confirm", plan)
    assert (SILENT in waiting(issued), len(facts(issued, "rectification.answered"))) == (False, 1)


def test_what_answers_nothing_is_named_or_asked(issued, tmp_path):
    """Not done yet and not so are asked with no answer as default; nothing open, empty and not done are refused."""
    folder = paper(
        tmp_path / "答复",
        answer(c.SILENT, state="整改中"),
        answer(c.POSTING, "排版混乱", state="不属实"),
        answer(c.SERVICE, "不相干"),
        answer(c.POSTING, "内容不当", said="", state="未整改"),
    )
    plan = asked(issued, "intake", folder, *RECEIVED)
    assert {(q["why"], q["default"] == "leave_out") for q in plan["questions"]} >= {
        ("answer_in_work", True),
        ("answer_objects", True),
    }
    assert [row["why"] for row in plan["refused"]][-1] == "not_put_right"
    assert plan["totals"]["answers"] == 0
