"""What people see of an intake: times to the minute, many rows for one reason as one line, words and no codes."""

import re

import pytest
from openpyxl import Workbook

from connectors.papers.paper import Reason
from events.catalogue import CATALOGUE
from pipeline.office.fact_words import FACTS
from pipeline.office.intake.plan import Address, Question
from pipeline.office.intake.wording import answer_in_words
from tests.pipeline.office.intake.city import FOLDER, LEDGER, WEEK_35, planned
from tests.pipeline.program import asked, done, xuncha

SECONDS = re.compile(r"\d\d:\d\d:\d\d|T\d\d:\d\d|\+08:00")


def sheet(path, title, *rows):
    book = Workbook()
    page = book.active
    page.append([title])
    page.append(["账号名称", "平台", "单位", "最新发文时间"])
    for row in rows:
        page.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("words", [("intake", "list"), ("intake", "show", "NUMBER")])
def test_lists_of_intakes_speak_of_minutes_and_days(with_looks, words):
    """No second and no zone is shown, and no kind of fact by its code."""
    number = done(with_looks, "intake", "list", "--json").rows[-1]["intake"]
    told = done(with_looks, *(number if word == "NUMBER" else word for word in words)).out
    assert not SECONDS.search(told)
    assert "account." not in told
    assert "巡查" in told


def test_a_plan_speaks_of_minutes(with_registry):
    """The time of looking stands in the table of pages as people write it."""
    plan = planned(with_registry, WEEK_35)["plan"]
    told = done(with_registry, "intake", "plan", plan).out
    assert "2026-08-31 17:30" in told
    assert not SECONDS.search(told)


def test_rows_for_one_reason_are_one_line(with_registry, tmp_path):
    """Ten rows later than the look are told as a run of rows; three for another reason one by one."""
    ledger = planned(with_registry, LEDGER)["records"][:13]
    late = [(r["name"], r["platform"], r["owner"], "2026-08-30 10:00") for r in ledger[:10]]
    blank = [(r["name"], r["platform"], r["owner"], "") for r in ledger[10:]]
    path = sheet(tmp_path / "周报.xlsx", "政务新媒体周巡查表（截至2026年8月24日17:30）", *late, *blank)
    told = done(with_registry, "intake", path, "--received", "2026-09-02").out
    assert re.search("Sheet!3–12 +10 行 +不收 +晚于监测时间（2026-08-24 17:30）", told)
    assert all(
        re.search(f"Sheet!{row} .*不收 +最新发布时间（D{row}）：最新发布时间为空", told)
        for row in (13, 14, 15)
    )


def test_a_cell_that_was_not_read_is_shown_with_its_reason(with_registry):
    """What is set aside stands in the preview with place, words and reason."""
    wanted = planned(with_registry, LEDGER)["cells_set_aside"]
    told = done(with_registry, "intake", FOLDER / LEDGER, "--received", "2026-09-02").out
    assert wanted
    for cell in wanted:
        assert cell["cell"] in told


def test_every_kind_of_fact_that_is_worded_is_known():
    """No word is kept for a type of event that does not exist."""
    assert FACTS.keys() == CATALOGUE.payloads.keys()


def test_questions_offer_rules_by_their_names_and_units_as_units(with_registry, tmp_path):
    """A clerk chooses between words; a unit that may have been renamed is not called an account."""
    book = Workbook()
    page = book.active
    page.append(["账号名称", "平台", "单位", "问题", "发现时间"])
    account = planned(with_registry, LEDGER)["records"][0]
    page.append([account["name"], account["platform"], account["owner"], "错别字", "2026-08-20"])
    book.save(tmp_path / "问题清单.xlsx")
    told = done(with_registry, "intake", tmp_path / "问题清单.xlsx", "--received", "2026-09-02").out
    assert "严重表述错误（red-1-wording）" in told
    plan, question = re.search("收件预览 ([0-9a-f]+)", told)[1], re.search(r"\[([0-9a-f]{10})\]", told)[1]
    wrong = xuncha(with_registry, "intake", "plan", plan, "--answer", f"{question}=红线")
    assert (2, True) == (wrong.status, "offers no answer '红线'" in wrong.complaint)
    answered = asked(with_registry, "intake", "plan", plan, "--answer", f"{question}=1")
    assert answered["totals"]["findings"] == 1
    near = Question(
        "q", Address(0, "单位", 3), Reason("unit_near", {"unit": "某市水务局"}), answers=("某市水务局", "new")
    )
    assert ["是，某市水务局更名", "不是，是另一个单位"] == [
        answer_in_words(near, a, {}) for a in near.answers
    ]
