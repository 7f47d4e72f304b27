"""What a year holds of a unit, each rule of 昆政办发〔2019〕162号 annex 3 at its edge."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from events.account import AccountClosed, AccountOpened, AccountSpotted, AccountStopNoticed
from events.codec import Event
from events.instants import MICROSECOND, SHANGHAI
from events.report import ReportReceived, SelfCheckRecorded
from events.unit import UnitRegistered
from projections.registry.filing_case import CaseState, FilingCase
from projections.rounds.tasks import Task
from projections.year.schemes import AssessedUnit
from projections.year.unit_year import YearFacts, unit_years
from tests.projections.facts import event, known
from tests.projections.year.years import kunshan

SCHEME = kunshan()
TOWN = AssessedUnit("KS10", "某镇人民政府", "town")
UNIT = "unit:KS10"
QUARTERS = ("2020Q1", "2020Q2", "2020Q3", "2020Q4")
ON_TIME = ("2020-03-31", "2020-06-30", "2020-09-30", "2020-12-31")


def at(day: str, hour: int = 10) -> datetime:
    """Return an hour of a day in China."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=SHANGHAI).astimezone(UTC)


def opened(account: str = "wechat:a", day: str = "2018-01-01") -> Event[Any]:
    data = AccountOpened(
        given_id=account, name=f"号{account}", platform="微信订阅号", owner=TOWN.name, opened_at=at(day)
    )
    return event(data, at(day), f"opened{account}", "sheets", account)


def reported(quarter: str, day: str, *, covers_year: bool | None = None) -> list[Event[Any]]:
    """Return a report of a quarter, with a check of the one account in its first month."""
    report = ReportReceived(
        unit=TOWN.name,
        quarter=quarter,
        sha256="0" * 64,
        accounts=1,
        checked=1,
        failed=0,
        covers_year=quarter.endswith("Q4") if covers_year is None else covers_year,
    )
    month = 3 * int(quarter[-1]) - 2
    checked = SelfCheckRecorded(report_id=UUID(int=1), unit=UNIT, quarter=quarter, outcome="passed")
    return [
        event(checked, at(f"2020-{month:02}-15"), f"check{quarter}", UNIT, "wechat:a"),
        event(report, at(day), f"report{quarter}{day}", UNIT, UNIT),
    ]


def facts(*accounts: Event[Any], days: tuple[str, ...] = ON_TIME, until: str = "2021-02-01") -> YearFacts:
    """Return a year in which the town reported on these days, and what else was told of accounts."""
    tree = UnitRegistered(name=TOWN.name, kind="competent_office")
    reports = [e for q, day in zip(QUARTERS, days, strict=True) if day for e in reported(q, day)]
    return YearFacts(
        year=2020,
        at=at(until),
        account_facts=known(opened(), *accounts),
        unit_facts=known(event(tree, at("2018-01-01"), "unit", UNIT, UNIT)),
        report_facts=known(*reports),
        upper_checks=(),
        cases=(),
        tasks=(),
        notes=(),
    )


def counted(told: YearFacts) -> Counter[str]:
    """Return how many grounds of each measure a year holds."""
    (year,) = unit_years(told, [TOWN], SCHEME)
    return Counter(ground.measure for ground in year.grounds)


def test_a_year_in_time_holds_nothing_against_a_unit():
    """附件3 抽查检查1: the last day of each quarter is in time, and four quarters at 100 % are four shares."""
    (year,) = unit_years(facts(), [TOWN], SCHEME)
    assert ((), 4) == (year.grounds, len(year.shares))


@pytest.mark.parametrize(
    ("quarter", "day", "late"),
    [(0, "2020-03-31", 0), (0, "2020-04-01", 1), (3, "2020-12-31", 0), (3, "2021-01-01", 1)],
)
def test_a_report_after_the_last_day_of_its_quarter_is_late(quarter, day, late):
    """附件3 抽查检查1: 应于本季度最后1日前报送."""
    days = tuple(day if n == quarter else other for n, other in enumerate(ON_TIME))
    assert late == counted(facts(days=days))["report_late"]


@pytest.mark.parametrize(
    ("owner", "missed"), [(TOWN.name, 0), ("某局", 4)], ids=["all its own", "one of another"]
)
def test_what_an_area_reports_counts_for_who_answers_for_all_of_it(owner, missed):
    """As of reports due: an area whose accounts are all the unit's reports for it; with one of another it does not."""
    accounts = [
        event(
            AccountOpened(
                given_id=a, name=a, platform="抖音", owner=o, area="某镇", opened_at=at("2018-01-01")
            ),
            at("2018-01-01"),
            f"opened{a}",
            "sheets",
            a,
        )
        for a, o in (("wechat:a", TOWN.name), ("wechat:b", owner))
    ]
    reports = []
    for quarter, day in zip(QUARTERS, ON_TIME, strict=True):
        for told in reported(quarter, day):
            data = told.data
            if isinstance(data, SelfCheckRecorded):
                data = SelfCheckRecorded(
                    report_id=data.report_id, unit="unit:某镇", quarter=quarter, outcome="passed"
                )
            subject = "unit:某镇" if told.subject == UNIT else told.subject
            reports.append(event(data, told.time, f"{quarter}{told.type}", "unit:某镇", subject))
    told = replace(facts(), account_facts=known(*accounts), report_facts=known(*reports))
    assert missed == counted(told)["quarter_unchecked"]


def test_a_fourth_report_without_the_year_is_one_case_late_or_not():
    """附件3 抽查检查1: 第四季度报送内容应包括全年情况; late and without the year it is one quarter still."""
    for day in ("2020-12-30", "2021-01-05"):
        others = facts(days=(*ON_TIME[:3], ""))
        bare = known(*reported("2020Q4", day, covers_year=False))
        assert 1 == counted(replace(others, report_facts=[*others.report_facts, *bare]))["report_late"]


def test_a_quarter_without_a_check_is_missed_and_late():
    """附件3 单项否决指标 定期检查: no report and no check; before the quarter is over neither is missed."""
    days = (*ON_TIME[:2], "", ON_TIME[3])
    assert (1, 1) == tuple(counted(facts(days=days))[m] for m in ("quarter_unchecked", "report_late"))
    midst = facts(days=(*ON_TIME[:2], "", ""), until="2020-09-30")
    assert Counter() == counted(midst)


def test_an_account_that_nobody_checked_leaves_the_year_uncovered():
    """附件3 抽查检查2: an account opened before the end of the year is to be checked in it."""
    assert 1 == counted(facts(opened("weibo:b", "2020-12-20")))["not_covered"]
    assert 0 == counted(facts(opened("weibo:b", "2021-01-02")))["not_covered"]


@pytest.mark.parametrize(
    ("answered", "cases"),
    [
        (at("2020-07-20"), 0),
        (at("2020-07-21", 0), 0),
        (at("2020-07-21", 0) + MICROSECOND, 1),
        (at("2020-07-21"), 1),
        (None, 1),
    ],
    ids=["tenth", "24:00 of the tenth", "behind it", "eleventh", "never"],
)
def test_a_problem_is_answered_on_the_tenth_day_at_the_latest(answered, cases):
    """附件3 通报整改: 通报公开之日起10日内; the day of the bulletin does not count.

    What a recheck found put right by then is, without an answer, too.
    """
    task = Task(
        id=UUID(int=1),
        account_id="wechat:a",
        unit=TOWN.name,
        rule="yellow-5",
        count=1,
        findings=(),
        basis="某办函〔2020〕1号",
        begun_on=date(2020, 7, 10),
        due=None,
        answered_at=answered,
    )
    assert cases == counted(replace(facts(), tasks=(task,)))["not_rectified"]
    seen = replace(task, answered_at=None, rechecked_at=answered, held=answered is not None)
    assert cases == counted(replace(facts(), tasks=(seen,)))["not_rectified"]
    assert 0 == counted(replace(facts(), tasks=(replace(task, basis=""),)))["not_rectified"]


@pytest.mark.parametrize(
    ("noticed", "posted", "how"),
    [
        (True, None, None),
        (False, None, "no_notice"),
        (True, "2020-08-01", "posting"),
        (False, "2020-08-01", "both"),
    ],
)
def test_a_closed_account_is_one_case_at_most(noticed, posted, how):
    """附件3 集约整合2: 已报关停却未关停或未发布停更公告, 每发现一个."""
    told = [opened("weibo:b"), event(AccountClosed(), at("2020-05-11"), "closed", "sheets", "weibo:b")]
    if noticed:
        notice = AccountStopNoticed(link="", title="停更公告")
        told.append(event(notice, at("2020-05-11"), "notice", "sheets", "weibo:b"))
    year = facts(*told)
    if posted:
        year = replace(year, newest_posts={"weibo:b": at(posted)})
    (found,) = unit_years(year, [TOWN], SCHEME)
    closings = [ground.how for ground in found.grounds if ground.measure == "closed_not_closed"]
    assert ([how] if how else []) == closings


@pytest.mark.parametrize(
    ("filed", "cases"), [(None, 1), ("2020-09-20", 1), ("2020-08-20", 0)], ids=["never", "after", "before"]
)
def test_an_account_is_left_out_that_was_filed_after_it_was_seen(filed, cases):
    """附件3 监管范围: what no registry had when somebody saw it was left out, even if it was filed since."""
    seen = AccountSpotted(given_id="b", name="号weibo:b", platform="新浪微博", owner=TOWN.name)
    told = [event(seen, at("2020-09-01"), "seen", "sheets", "weibo:b")]
    if filed is None:
        assert cases == counted(facts(*told))["left_out"]
        return
    case = FilingCase(
        id=UUID(int=9),
        account_id="weibo:b",
        kind="opened",
        name="号weibo:b",
        platform="新浪微博",
        owner=TOWN.name,
        reason="",
        state=CaseState.FILED,
        effective_at=at("2020-08-18"),
        filed_at=at(filed),
    )
    year = facts(opened("weibo:b", "2020-08-18"), *told)
    assert cases == counted(replace(year, cases=(case,)))["left_out"]


def test_a_town_without_an_account_is_vetoed_and_has_no_reports_to_miss():
    """附件3 单项否决指标 开设情况; nothing can be checked where there is nothing."""
    closed = event(AccountClosed(), at("2019-05-01"), "closed", "sheets", "wechat:a")
    year = facts(closed, days=("", "", "", ""))
    assert {"no_account": 1} == dict(counted(year))
    office = replace(TOWN, kind="department")
    (other,) = unit_years(year, [office], SCHEME)
    assert () == other.grounds


@pytest.mark.parametrize(
    ("kind", "vetoed"),
    [("zone", 1), ("town", 1), ("street_office", 0), ("department", 0), ("line", 0), ("other", 0)],
)
def test_only_zones_and_towns_have_to_open_an_account(kind, vetoed):
    """附件3 单项否决指标 开设情况: 各区镇人民政府(管委会)未开设; others open by need (二(二))."""
    closed = event(AccountClosed(), at("2019-05-01"), "closed", "sheets", "wechat:a")
    told = facts(closed, days=("", "", "", ""))
    (year,) = unit_years(told, [replace(TOWN, kind=kind)], SCHEME)
    assert vetoed == sum(ground.measure == "no_account" for ground in year.grounds)
