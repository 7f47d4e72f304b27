"""What a year holds of a unit: checks from above, filings, closings, rows; edges of 昆政办发〔2019〕162号 annex 3."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from events.account import AccountClosed, AccountStopNoticed
from events.assessment import AssessmentNoted, AssessmentReviewed
from events.codec import Event
from events.filing import FilingFiled
from events.instants import MICROSECOND
from events.upper_check import UpperCheckRecorded
from projections.registry.filing_cases import filing_cases
from projections.year.notes import fold_notes
from projections.year.unit_year import unit_years
from tests.projections.facts import event, known
from tests.projections.year.test_unit_year import SCHEME, TOWN, UNIT, at, counted, facts, opened


def above(account: str, day: str, cause: str | None = "other", level: str = "city") -> Event[Any]:
    """Return the result of a check from above; without a cause the account passed."""
    data = UpperCheckRecorded(
        level=level,  # type: ignore[arg-type]
        outcome="failed" if cause else "passed",
        cause=cause,  # type: ignore[arg-type]
        document=f"{day}通报",
    )
    return event(data, at(day), f"above{account}{day}{cause}", "sheets", account)


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([above("wechat:a", "2020-05-14")], {"upper_other": 1}),
        ([above("wechat:a", "2020-05-14"), above("wechat:a", "2020-08-20")], {"upper_other": 1}),
        ([above("wechat:a", "2020-05-14"), above("weibo:b", "2020-08-20")], {"upper_other": 2}),
        ([above("wechat:a", "2020-05-14", "serious_error")], {"upper_serious": 1}),
        (
            [above("wechat:a", "2020-05-14", "serious_error"), above("wechat:a", "2020-08-20")],
            {"upper_serious": 1, "upper_other": 1},
        ),
    ],
    ids=["one", "one account twice", "two accounts", "serious", "serious and other"],
)
def test_failures_from_above_count_accounts_where_causes_are_others(checks, expected):
    """附件3 单项否决指标 上级抽查检查情况: one serious error is enough; else 不合格2个(含)以上 are accounts."""
    told = replace(facts(opened("weibo:b")), upper_checks=known(*checks))
    assert expected == {m: n for m, n in counted(told).items() if m.startswith("upper")}


def test_two_failures_of_one_account_are_one_case_with_both_papers():
    """附件3 上级抽查检查情况2: each point rests on its evidence, and the first of them is its day."""
    later, first = above("wechat:a", "2020-08-20", level="province"), above("wechat:a", "2020-05-14")
    (year,) = unit_years(replace(facts(), upper_checks=known(later, first)), [TOWN], SCHEME)
    (case,) = (g for g in year.grounds if g.measure == "upper_other")
    assert (date(2020, 5, 14), "city", "2020-05-14通报、2020-08-20通报") == (
        case.day,
        case.how,
        case.document,
    )
    assert (first.id, later.id) == case.facts


@pytest.mark.parametrize(
    ("days", "passed"),
    [
        (["2020-01-01", "2020-12-31"], 2),
        (["2019-12-31", "2021-01-01"], 0),
        ([], 0),
    ],
    ids=["first and last day", "the days around the year", "none"],
)
def test_the_pass_rate_is_of_the_checks_of_the_year(days, passed):
    """附件3 加分指标 合格率: 年度政务新媒体合格率; where nothing was checked there is no rate."""
    checks = [above("wechat:a", day, None) for day in days]
    assert passed == counted(replace(facts(), upper_checks=known(*checks)))["upper_all_passed"]


def test_one_failure_from_above_ends_the_pass_rate():
    """附件3 加分指标 合格率: 合格率均达100%."""
    checks = [above("wechat:a", "2020-05-14", None), above("weibo:b", "2020-08-20")]
    told = replace(facts(opened("weibo:b")), upper_checks=known(*checks))
    assert (0, 1) == tuple(counted(told)[m] for m in ("upper_all_passed", "upper_other"))


@pytest.mark.parametrize("kind", ["opened", "changed", "stopped", "cancelled"])
@pytest.mark.parametrize(
    ("effective", "filed", "cases"),
    [
        ("2020-04-30", "2020-05-07", 0),
        ("2020-04-30", "2020-05-08", 1),
        ("2020-01-01", "2020-01-06", 1),
        ("2019-12-31", "2020-01-06", 0),
        ("2020-12-31", "2021-01-06", 1),
        ("2021-01-01", "2021-01-08", 0),
    ],
    ids=[
        "second working day",
        "third working day",
        "first day of the year",
        "before",
        "last day of the year",
        "after",
    ],
)
def test_what_took_effect_in_the_year_is_filed_within_two_working_days(kind, effective, filed, cases):
    """附件3 开设备案: 开设、变更、关停、注销在2个工作日内; over the holiday of May 2020 the second is the 7th."""
    told = FilingFiled(
        kind=kind,
        effective_at=at(effective),
        filed_at=at(filed),
        owner=TOWN.name,
        name="号",
        platform="微信订阅号",
    )
    case = filing_cases(known(event(told, at(filed), "filed", "office", "wechat:a")), at("2021-02-01"))
    assert cases == counted(replace(facts(), cases=case))["filing_late"]


@pytest.mark.parametrize(("late", "cases"), [(timedelta(), 0), (MICROSECOND, 1)])
def test_a_closed_account_may_post_for_a_day(late, cases):
    """附件3 集约整合2 已报关停却未关停: its stop notice may be its last post; our reading gives it a day."""
    closed = at("2020-05-11")
    notice = event(AccountStopNoticed(link="", title="停更公告"), closed, "notice", "sheets", "weibo:b")
    told = facts(opened("weibo:b"), event(AccountClosed(), closed, "closed", "sheets", "weibo:b"), notice)
    told = replace(told, newest_posts={"weibo:b": closed + timedelta(days=1) + late})
    assert cases == counted(told)["closed_not_closed"]


@pytest.mark.parametrize(
    ("outcome", "year", "until", "rows"),
    [
        ("accepted", 2020, "2020-12-31", 1),
        ("accepted", 2020, "2020-12-30", 0),
        ("accepted", 2019, "2020-12-31", 0),
        ("refused", 2020, "2020-12-31", 0),
        (None, 2020, "2020-12-31", 0),
    ],
    ids=["accepted", "at a check point before it", "of another year", "refused", "not looked at"],
)
def test_a_row_counts_in_its_year_once_it_is_accepted(outcome, year, until, rows):
    """附件3 考核评价 and 表彰表扬: what people hand in is reviewed (复核); facts after T are passed over."""
    said = AssessmentNoted(year=year, unit=TOWN.name, measure="no_appraisal", document="年度考核方案")
    row = event(said, at("2020-12-31"), "row", "office", UNIT)
    review = AssessmentReviewed(note_id=row.id, outcome=outcome) if outcome else None
    told = [row, *([event(review, at("2021-01-10"), "review", "office", UNIT)] if review else [])]
    assert rows == counted(replace(facts(until=until), notes=fold_notes(known(*told))))["no_appraisal"]
