"""月督导: a month by unit; letters and orders under numbers that are used once, their answers, taken back."""

from io import BytesIO

import pytest
from docx import Document

from tests.pipeline import small_city as c
from tests.pipeline.office.rounds.test_kill import facts, killed_at
from tests.pipeline.program import asked, done, rows, xuncha

ORDER = "府办督〔2021〕3号"
ISSUE = ("supervision", "issue", "order", "--unit", c.OFFICE, "--month", "2021-07", "--on", "2021-07-20")


def listed(home, *words):
    return {row["number"]: row for row in rows(home, "supervision", "list", *words)}


def text_of(path):
    book = Document(BytesIO(path.read_bytes()))
    cells = [cell.text for table in book.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in book.paragraphs), *cells])


@pytest.mark.slow
def test_an_order_goes_out_once_under_its_number_across_kills(issued, tmp_path):
    """Killed before and behind its fact, the same again completes it; the number is used, however it is written."""
    words = (*ISSUE, "--number", ORDER, "--due", "2021-07-30", "-o", tmp_path / "督办单.docx")
    killed_at(issued, ("supervision.before_fact",), *words)
    assert {} == listed(issued)
    killed_at(issued, ("supervision.after_fact",), *words)
    told = asked(issued, *words)
    assert 1 == len(facts(issued, "supervision.issued"))
    late = [r for r in rows(issued, "rectification", "due", "--on", "2021-07-20") if r["unit"] == c.OFFICE]
    assert len(told["tasks"]) == len(late)
    said = text_of(tmp_path / "督办单.docx")
    assert {ORDER, c.OFFICE, c.NAMES[c.SILENT], "2021年7月30日"} <= {
        part for part in (ORDER, c.OFFICE, c.NAMES[c.SILENT], "2021年7月30日") if part in said
    }
    assert not any(word in said for word in ("一票否决", "排名", "倒数"))
    again = xuncha(issued, *ISSUE[:2], "letter", *ISSUE[3:], "--number", "府办督[2021]3号")
    assert (1, True) == (again.status, "is used already" in again.complaint)
    assert asked(issued, "evidence", "verify")["unnamed"] == []


@pytest.mark.slow
def test_answers_have_a_state_and_are_taken_back(issued):
    """Late behind its last day, answered afterwards; an order that was answered is not withdrawn before its answer."""
    done(issued, *ISSUE, "--number", ORDER, "--due", "2021-07-30")
    assert "waiting" == listed(issued, "--on", "2021-07-30")[ORDER]["state"]
    assert "late" == listed(issued, "--on", "2021-07-31")[ORDER]["state"]
    answer = ("supervision", "answer", ORDER, "--text", "已完成整改", "--at", "2021-07-30")
    done(issued, *answer)
    done(issued, *answer)
    row = listed(issued)[ORDER]
    assert ("answered", True, 1) == (row["state"], row["in_time"], len(facts(issued, "supervision.answered")))
    back = ("supervision", "withdraw", ORDER, "--reason", "发错了单位")
    assert "take the answer back first" in xuncha(issued, *back).complaint
    done(issued, *back, "--answer")
    assert "late" == listed(issued)[ORDER]["state"]
    done(issued, *back)
    assert "withdrawn" == listed(issued)[ORDER]["state"]
    assert 1 == xuncha(issued, *answer).status
    assert 1 == xuncha(issued, *ISSUE[:2], "letter", *ISSUE[3:], "--number", ORDER).status


def test_a_month_is_told_unit_by_unit_in_the_order_of_their_names(issued, tmp_path):
    """Findings by their times, tasks as they stand; a draft without number leaves the log as it was."""
    done(issued, *ISSUE, "--number", ORDER)
    done(issued, "rectification", "answer", c.SILENT, "--text", "已恢复更新", "--at", "2021-07-14")
    (june,) = [r for r in rows(issued, "supervision", "month", "--month", "2021-06") if r["unit"] == c.OFFICE]
    (july,) = [r for r in rows(issued, "supervision", "month", "--month", "2021-07") if r["unit"] == c.OFFICE]
    assert (june["findings"], june["orders"], june["over_limit"]) == (2, 0, 1)
    assert (july["findings"], july["orders"], july["unanswered"], july["answers"]) == (0, 1, 1, 1)
    units = [r["unit"] for r in rows(issued, "supervision", "month", "--month", "2021-07")]
    assert sorted(units) == units
    assert "is no month" in xuncha(issued, "supervision", "month", "--month", "七月").complaint
    draft = ("supervision", "issue", "letter", "--unit", c.OFFICE, "--month", "2021-06")
    done(issued, *draft, "-o", tmp_path / "提醒函.docx")
    assert "超过两周没有更新" in text_of(tmp_path / "提醒函.docx")
    assert [ORDER] == list(listed(issued))
    assert "has no accounts" in xuncha(issued, *draft[:4], "某某局").complaint
