"""Reports from below: who has to report, by when, and what was checked."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from events.account import AccountChanged, AccountClosed, AccountOpened
from events.codec import Event
from events.instants import SHANGHAI
from events.quarters import parse_quarter
from events.report import ReportReceived, SelfCheckRecorded
from events.unit import UnitRegistered
from projections.registry.cards import AccountCard, cards_at
from projections.registry.units import Unit, units_at
from projections.reports.reporters import Reporter, expected_reporters, find_reporters, once_answered
from projections.reports.self_checks import ReportState, Timing, report_states
from tests.projections.facts import event, known

QUARTER = parse_quarter("2021Q2")
LAST_SECOND = datetime(2021, 6, 30, 23, 59, 59, tzinfo=SHANGHAI)
AREA = Reporter("unit:某区", "某区", frozenset({"wechat:a", "wechat:b"}))
LATER = datetime(2021, 9, 1, tzinfo=UTC)


def received(at: datetime, quarter: str = "2021Q2", *, covers_year: bool = False) -> Event[Any]:
    """Return a report of the area."""
    data = ReportReceived(
        unit="某区",
        quarter=quarter,
        sha256="0" * 64,
        accounts=2,
        checked=2,
        failed=0,
        covers_year=covers_year,
    )
    return event(data, at, f"report{at}{quarter}", AREA.subject, AREA.subject)


def checked(account: str, at: datetime, outcome: str = "passed", unit: str = AREA.subject) -> Event[Any]:
    """Return the self-check of an account."""
    data = SelfCheckRecorded(report_id=UUID(int=1), unit=unit, quarter="2021Q2", outcome=outcome)  # type: ignore[arg-type]
    return event(data, at, f"check{account}{at}", unit, account)


def state(
    *events: Event[Any], label: str = "2021Q2", at: datetime = LATER, due: date | None = None
) -> ReportState:
    """Return the state of the area's report."""
    (found,) = report_states(known(*events), [AREA], parse_quarter(label), at, due)
    return found


@pytest.mark.parametrize(
    ("label", "last"), [("2021Q1", "2021-03-31"), ("2021Q2", "2021-06-30"), ("2021Q4", "2021-12-31")]
)
def test_a_report_is_due_at_the_end_of_the_last_month(label, last):
    """昆政办发〔2019〕162号 三(三): before the end of the last month of each quarter."""
    assert date.fromisoformat(last) == parse_quarter(label).last_day


@pytest.mark.parametrize("label", ["2021", "2021Q5", "2021q1", "21Q1", " 2021Q1"])
def test_other_labels_are_no_quarter(label):
    """A quarter is written in one way."""
    with pytest.raises(ValueError, match="is no quarter; write it like 2023Q1"):
        parse_quarter(label)


@pytest.mark.parametrize(
    ("at", "timing", "days"),
    [
        (LAST_SECOND, Timing.ON_TIME, 0),
        (LAST_SECOND + timedelta(seconds=1), Timing.ON_TIME, 0),
        (LAST_SECOND + timedelta(seconds=1, microseconds=1), Timing.LATE, 1),
        (LAST_SECOND + timedelta(days=3), Timing.LATE, 3),
    ],
)
def test_the_last_day_counts_and_the_next_is_late(at, timing, days):
    """昆政办发〔2019〕162号 annex 3, 抽查检查 1: in time up to 24:00 of the last day of the quarter, Chinese time."""
    found = state(received(at))
    assert (timing, days) == (found.timing, found.days_late)


def test_without_a_report_it_is_missing_once_the_day_is_over():
    """Nobody is missing before the deadline has passed."""
    assert Timing.PENDING == state(at=LAST_SECOND).timing
    found = state(at=LAST_SECOND + timedelta(seconds=1))
    assert (Timing.MISSING, 1) == (found.timing, found.days_late)


def test_a_bulletin_may_set_another_day():
    """苏州 2023Q1, last paragraph: 3 月 15 日 in place of the end of March."""
    ides = datetime(2023, 3, 15, 12, tzinfo=SHANGHAI)
    report = received(ides + timedelta(days=1), "2023Q1")
    at = datetime(2023, 4, 1, tzinfo=UTC)
    assert Timing.ON_TIME == state(report, label="2023Q1", at=at).timing
    assert Timing.LATE == state(report, label="2023Q1", at=at, due=ides.date()).timing


def test_a_report_known_by_its_day_is_there_on_that_day():
    """Handed in at noon and taken down by its day, it is no outstanding one until midnight; checks of it count, too."""
    evening = datetime(2021, 6, 28, 23, 59, 59, tzinfo=SHANGHAI)
    report, check = received(evening), checked("wechat:a", evening)
    by_day = [
        msgspec.structs.replace(e, data=msgspec.structs.replace(e.data, date_only=True))
        for e in (report, check)
    ]
    for at in (datetime(2021, 6, 28, 12, tzinfo=SHANGHAI), datetime(2021, 6, 28, 0, 0, 1, tzinfo=SHANGHAI)):
        assert (Timing.PENDING, 0) == (
            state(report, check, at=at).timing,
            state(report, check, at=at).checked,
        )
        found = state(*by_day, at=at)
        assert (Timing.ON_TIME, 1) == (found.timing, found.checked)
    assert Timing.PENDING == state(*by_day, at=datetime(2021, 6, 28, tzinfo=SHANGHAI)).timing


def test_the_first_report_counts_for_the_deadline():
    """A corrected report after the deadline does not make the first one late."""
    found = state(received(LAST_SECOND), received(LAST_SECOND + timedelta(days=5)))
    assert (Timing.ON_TIME, 2) == (found.timing, found.reports)


def test_coverage_counts_accounts_of_the_unit_checked_in_the_quarter():
    """Checks outside the quarter, of other units and of other accounts do not count; both ends to the instant."""
    inside = QUARTER.end, QUARTER.start + timedelta(seconds=1)
    for at in inside:
        assert (1, ("wechat:b",)) == (
            state(checked("wechat:a", at)).checked,
            state(checked("wechat:a", at)).unchecked,
        )
    for other in (
        checked("wechat:a", QUARTER.start),
        checked("wechat:a", QUARTER.end + timedelta(microseconds=1)),
        checked("wechat:a", LAST_SECOND, unit="unit:别处"),
        checked("wechat:c", LAST_SECOND),
    ):
        assert 0 == state(other).checked


@pytest.mark.parametrize(
    ("total", "done", "share", "complete"),
    [
        (3000, 3000, "100.0%", True),
        (3000, 2999, "99.9%", False),
        (10_000, 6999, "69.9%", False),
        (10, 7, "70.0%", False),
    ],
)
def test_a_share_is_rounded_down(total, done, share, complete):
    """昆政办发〔2019〕162号 annex 3: 检查比例 is rewarded at 100 % and at 70 %, and nearly is neither."""
    accounts = [f"wechat:{i}" for i in range(total)]
    reporter = Reporter(AREA.subject, AREA.name, frozenset(accounts))
    checks = known(*(checked(account, LAST_SECOND) for account in accounts[:done]))
    (found,) = report_states(checks, [reporter], QUARTER, LATER)
    assert (share, complete) == (found.share, found.complete)


def test_the_newest_check_of_an_account_says_whether_it_failed():
    """An account that failed and then passed in the same quarter did not fail."""
    first = checked("wechat:a", LAST_SECOND - timedelta(days=9), "failed")
    assert 1 == state(first).failed
    assert 0 == state(first, checked("wechat:a", LAST_SECOND)).failed


def test_the_fourth_report_covers_the_year():
    """昆政办发〔2019〕162号 三(三) and annex 3: every account checked in the year, in whichever quarter."""
    spring = checked("wechat:a", datetime(2021, 2, 1, tzinfo=UTC))
    december = datetime(2021, 12, 20, tzinfo=UTC)
    after = datetime(2022, 1, 9, tzinfo=UTC)
    found = state(spring, received(december, "2021Q4"), label="2021Q4", at=after)
    assert (False, ("wechat:b",), 0) == (found.covers_year, found.unchecked_in_year, found.checked)
    whole = received(december, "2021Q4", covers_year=True)
    found = state(spring, checked("wechat:b", december), whole, label="2021Q4", at=after)
    assert (True, ()) == (found.covers_year, found.unchecked_in_year)
    last_year = checked("wechat:b", datetime(2020, 12, 30, tzinfo=UTC))
    assert ("wechat:b",) == state(spring, last_year, whole, label="2021Q4", at=after).unchecked_in_year
    assert state(spring).covers_year is None


def opened(account: str, **fields: str) -> Event[Any]:
    """Return the opening of an account."""
    data = AccountOpened(given_id=account, name=account, platform="抖音", **fields)  # type: ignore[arg-type]
    return event(data, datetime(2020, 1, 1, tzinfo=UTC), account, "sheets", f"douyin:{account}")


def unit(code: str, **fields: Any) -> Event[Any]:
    """Return the registration of a unit."""
    data = UnitRegistered(**{"name": code, "kind": "owner", **fields})
    return event(data, datetime(2020, 1, 1, tzinfo=UTC), code, "sheets", f"unit:{code}")


def cards(*events: Event[Any]) -> dict[str, AccountCard]:
    return cards_at(known(*events), LATER)


def units(*events: Event[Any]) -> dict[str, Unit]:
    return units_at(known(*events), LATER)


CARDS = cards(
    opened("a", owner="某区教育局", area="某区", tier="县级市（区）"),
    opened("b", owner="某镇", area="某区", tier="县级市（区）", supervisor="某区大数据局"),
    opened("c", owner="市教育局", area="某市", tier="市级部门和单位"),
)


def answers(found: list[Reporter]) -> dict[str, set[str]]:
    """Return the accounts of each reporter by name."""
    return {r.name: {a.removeprefix("douyin:") for a in r.accounts} for r in found}


def test_without_units_every_area_reports():
    """苏州 2023Q1, last paragraph: 各县级市（区）."""
    assert {"某区": {"a", "b"}, "某市": {"c"}} == answers(expected_reporters({}, CARDS))


def test_competent_offices_report_about_their_accounts():
    """An account with a supervisor is that office's; else its owner's line and then the area decide."""
    known_units = units(
        unit("1", name="某区政府办", kind="competent_office", area="某区", tier="县级市（区）"),
        unit("2", name="市教育局", kind="competent_office", area="某市", tier="市级部门和单位"),
        unit("3", name="某区大数据局", kind="owner", parent="1"),
    )
    found = answers(expected_reporters(known_units, CARDS))
    assert ({"a"}, {"c"}) == (found["某区政府办"], found["市教育局"])
    assert {"某区大数据局": {"b"}} == answers(find_reporters("3", known_units, CARDS))


def test_what_an_area_reports_counts_for_the_office_that_answers_for_all_of_it():
    """A self-check that names 某区 is that of its office, whether the office was registered before it or later."""
    own = {account: card for account, card in CARDS.items() if account != "douyin:b"}
    office = unit("1", name="某区政府办", kind="competent_office", area="某区", tier="县级市（区）")
    reporter = next(r for r in expected_reporters(units(office), own) if r.name == "某区政府办")
    assert {"unit:某区"} == reporter.areas
    told = known(received(LAST_SECOND), checked("douyin:a", LAST_SECOND))
    (found,) = report_states(told, [reporter], QUARTER, LATER)
    assert (Timing.ON_TIME, 1, 1) == (found.timing, found.checked, found.reports)
    assert all(not r.areas for r in expected_reporters(units(office), CARDS))


def test_two_offices_of_one_area_do_not_share_it():
    """Where an area has two competent offices on one tier, each answers for its own line alone."""
    known_units = units(
        unit("1", name="某区教育局", kind="competent_office", area="某区", tier="县级市（区）"),
        unit("2", name="某镇", kind="competent_office", area="某区", tier="县级市（区）"),
    )
    found = answers(expected_reporters(known_units, CARDS))
    assert ({"a"}, False) == (found["某区教育局"], "某镇" in found)


def test_an_area_for_which_no_office_answers_reports_itself():
    """昆政办发〔2019〕162号 三(三): one registered office does not let the accounts of others go unreported."""
    office = unit("1", name="市教育局", kind="competent_office", area="某市", tier="市级部门和单位")
    assert {"市教育局": {"c"}, "某区": {"a", "b"}} == answers(expected_reporters(units(office), CARDS))
    named = unit("320599", name="某区")
    expected = {r.name: r for r in expected_reporters(units(office, named), CARDS)}["某区"]
    assert ("unit:320599", [expected]) == (
        expected.subject,
        find_reporters("某区", units(office, named), CARDS),
    )


def test_an_account_is_answered_for_by_whoever_had_it_at_any_moment():
    """One that was opened, moved to another area and closed within the quarter: each moment counts, none outside."""
    start, end = QUARTER.start, QUARTER.end

    def day(number: int) -> datetime:
        return start + timedelta(days=number)

    facts = known(
        event(
            AccountOpened(given_id="x", name="x", platform="抖音", area="甲区", opened_at=day(10)),
            *(day(0), "open", "sheets", "douyin:x"),
        ),
        event(AccountChanged(area="乙区"), day(20), "move", "sheets", "douyin:x"),
        event(AccountClosed(), day(30), "close", "sheets", "douyin:x"),
    )

    def answered(area: str, since: datetime = start, until: datetime = end) -> bool:
        return {"douyin:x"} == once_answered(area, f"unit:{area}", (), facts, since, until)

    assert answered("甲区")
    assert answered("乙区")
    assert not answered("丙区")
    assert not answered("甲区", since=day(20))
    assert not answered("乙区", until=day(19))
    assert not answered("乙区", since=day(30))


def test_a_reporter_is_found_by_code_name_area_or_owner():
    """What a person writes may be no unit at all, and then it is nobody."""
    known_units = units(unit("E1", name="市教育局", kind="competent_office"))
    for text in ("E1", "市教育局"):
        assert ["unit:E1"] == [r.subject for r in find_reporters(text, known_units, CARDS)]
    assert ["unit:某区"] == [r.subject for r in find_reporters("某区", known_units, CARDS)]
    assert [] == find_reporters("无此单位", known_units, CARDS)
