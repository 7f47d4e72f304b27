"""The focus list at a moment, its size over time, and the rules of entry, exit and daily watch."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from events.codec import Event
from events.facts import Deduction, Freshness, Verdict, VerdictRow
from events.finding import FindingRecorded, FindingWithdrawn
from events.focus import FocusEntered, FocusFlagged, FocusLeft
from events.instants import to_micros
from events.known import first_records
from events.platforms import SERVICE_ACCOUNT
from events.withdrawal import FactWithdrawn
from projections.focus.focus_list import focus_at, focus_sizes, focus_stays
from projections.focus.rules import (
    Due,
    entries_due,
    entry_event,
    exit_event,
    exits_due,
    frequency_of,
    observed_since,
    verdict_causes,
)
from projections.focus.watch import Need, watch
from tests.projections.facts import ACCOUNT, CHECK_POINT, DAY, US, event, facts, known
from tests.projections.rulebooks import KUNSHAN, NATIONAL

FINDING, FLAG, RUN = UUID(int=11), UUID(int=12), UUID(int=13)
WEEK = 7 * DAY
FAR = to_micros(CHECK_POINT + 99 * DAY)
UPDATE_RULES = {rule.code for rule in KUNSHAN.rules if rule.by == "posts"}


def entered(
    days_ago: float, cause: str = "flag", cause_id: UUID = FLAG, account: str = ACCOUNT
) -> Event[Any]:
    """Return an entry so many days before the check point."""
    data = FocusEntered(cause=cause, cause_id=cause_id)  # type: ignore[arg-type]
    return event(data, CHECK_POINT - days_ago * DAY, f"in{days_ago}{cause}{cause_id}", "office", account)


def left(days_ago: float, account: str = ACCOUNT) -> Event[Any]:
    """Return an exit so many days before the check point."""
    return event(FocusLeft(weeks=4), CHECK_POINT - days_ago * DAY, f"out{days_ago}", "office", account)


def finding(days_ago: float, rule: str = "yellow-4-updates") -> Event[Any]:
    """Return a finding with the id that entries by it name."""
    data = FindingRecorded(rule=rule, severity="yellow")
    return Event(FINDING, "sheets", ACCOUNT, CHECK_POINT - days_ago * DAY, data)


def withdrawn() -> Event[Any]:
    """Return the withdrawal of that finding."""
    return event(FindingWithdrawn(corrects=FINDING, reason="误报"), CHECK_POINT, "withdrawn", "sheets")


def flagged(days_ago: float) -> Event[Any]:
    """Return a flag of the monitoring firm."""
    return Event(FLAG, "sheets", ACCOUNT, CHECK_POINT - days_ago * DAY, FocusFlagged(by="某监测公司"))


def on_list(*events: Event[Any], days_ago: float = 0) -> bool:
    """Tell whether the account is on the list so many days before the check point."""
    return ACCOUNT in focus_at(known(*events), CHECK_POINT - days_ago * DAY)


def test_an_entry_falls_with_the_flag_that_was_withdrawn():
    """Like an entry by a finding: the firm told of the wrong account, and the list never held it."""
    flag = flagged(9)
    data = FactWithdrawn(corrects=FLAG, of_type=flag.type, its_time=flag.time, reason="账号写错")
    told = first_records(known(flag, entered(8), event(data, CHECK_POINT)), FAR)
    assert focus_at(told, CHECK_POINT) == {}
    assert [] == entries_due(told, (), {ACCOUNT}, CHECK_POINT, UPDATE_RULES)
    other = msgspec.structs.replace(data, of_type="account.spotted")
    told = first_records(known(flag, entered(8), event(other, CHECK_POINT)), FAR)
    assert [ACCOUNT] == list(focus_at(told, CHECK_POINT))


def test_an_account_is_on_the_list_from_its_entry_up_to_but_not_at_its_exit():
    """The moment of the entry counts, the moment of the exit does not (苏州 2023Q1, 一(二))."""
    events = entered(20), left(5)
    assert on_list(*events, days_ago=20)
    assert not on_list(entered(20), days_ago=20 + 1 / DAY.total_seconds())
    assert ACCOUNT in focus_at(known(*events), CHECK_POINT - 5 * DAY - US)
    assert not on_list(*events, days_ago=5)


def test_entries_and_exits_count_by_their_time_and_not_by_their_recording():
    """A backdated exit ends the stay from then on; an entry after it begins another one."""
    assert not on_list(entered(20), left(10))
    assert not on_list(left(10), entered(20))
    assert on_list(entered(20), entered(5, cause_id=RUN), left(10))
    assert not on_list(entered(20), entered(5, cause_id=RUN), left(10), days_ago=7)


def test_a_backdated_entry_begins_the_stay_earlier():
    """The stay has both causes, the older first; asked for a moment between them, it has one."""
    events = entered(5), entered(20, cause_id=RUN)
    (stay,) = focus_stays(known(*events))[ACCOUNT]
    assert CHECK_POINT - 20 * DAY == stay.entered_at
    assert [RUN, FLAG] == [cause.cause_id for cause in stay.causes]
    for days_ago, causes in ((20, [RUN]), (10, [RUN]), (5, [RUN, FLAG])):
        (entry,) = focus_at(known(*events), CHECK_POINT - days_ago * DAY).values()
        assert causes == [cause.cause_id for cause in entry.causes]


def test_at_one_moment_a_new_cause_wins_over_an_exit():
    """Whoever is struck off and entered at the same moment is on the list, in whatever order it was recorded."""
    assert on_list(entered(20), entered(5, cause_id=RUN), left(5))
    assert on_list(entered(20), left(5), entered(5, cause_id=RUN))


def test_an_entry_by_a_withdrawn_finding_is_void_from_the_start():
    """核减: a false alarm puts nobody on the list, unless another cause does; who did not know of it sees it still."""
    by_finding = entered(10, "finding", FINDING)
    assert on_list(by_finding)
    assert not on_list(by_finding, withdrawn())
    assert not on_list(by_finding, withdrawn(), days_ago=8)
    assert on_list(by_finding, entered(9, "verdict", RUN), withdrawn())


def test_the_size_over_time_tells_who_came_and_went():
    """苏州 2023Q1, 一(二): the list went from near 60 to about 20; each row counts the stretch since the last."""
    events = [
        entered(30, account="wechat:a"),
        entered(20, account="wechat:b"),
        left(10, "wechat:a"),
        entered(9, account="wechat:c"),
        left(8, "wechat:c"),
    ]
    rows = focus_sizes(known(*events), [CHECK_POINT - days * DAY for days in (25, 15, 0)])
    assert [1, 2, 1] == [row.size for row in rows]
    assert [("wechat:a",), ("wechat:b",), ("wechat:c",)] == [row.entered for row in rows]
    assert [(), (), ("wechat:a", "wechat:c")] == [row.left for row in rows]
    edges = focus_sizes(known(*events), [CHECK_POINT - days * DAY for days in (30, 20, 10)])
    assert [("wechat:a",), ("wechat:b",), ()] == [row.entered for row in edges]
    assert [(), (), ("wechat:a",)] == [row.left for row in edges]


def due(*events: Event[Any], verdicts: tuple[Due, ...] = ()) -> list[tuple[str, UUID]]:
    """Return the causes that are due at the check point."""
    found = entries_due(known(*events), verdicts, {ACCOUNT}, CHECK_POINT, UPDATE_RULES)
    return [(d.cause, d.cause_id) for d in found]


@pytest.mark.parametrize(
    ("rule", "enters"), [("yellow-4-updates", True), ("red-5-silent", True), ("yellow-6-advertising", False)]
)
def test_findings_of_updates_enter_and_others_do_not(rule, enters):
    """苏州 2023Q1, 三(一): accounts with 内容更新不及时 enter the list."""
    assert ([("finding", FINDING)] if enters else []) == due(finding(3, rule))


def test_a_flag_of_the_monitoring_firm_enters():
    """苏州 2023Q1, 一(三): 第三方机构反馈存在内容更新不及时风险."""
    assert [("flag", FLAG)] == due(flagged(3))


def test_a_cause_counts_once_and_a_withdrawn_finding_not_at_all():
    """What was entered is not entered again, neither while on the list nor after the exit."""
    assert [] == due(finding(9), entered(8, "finding", FINDING))
    assert [] == due(finding(9), entered(8, "finding", FINDING), left(1))
    assert [] == due(finding(9), withdrawn())


def test_a_cause_from_before_the_last_exit_is_settled_by_it():
    """A finding that comes in late does not undo the exit; one found after it does."""
    assert [] == due(entered(40), left(5), finding(6))
    assert [] == due(entered(40), left(0), finding(6))
    assert [("finding", FINDING)] == due(entered(40), left(5), finding(4))


def test_a_revision_of_a_round_enters_nobody_again():
    """Another run of the same check point is no new cause; the round of the next check point is one."""
    verdict = Due(ACCOUNT, "verdict", RUN, CHECK_POINT - 20 * DAY, "red-5-silent")
    before = entered(20, "verdict", UUID(int=14))
    assert [] == due(before, verdicts=(verdict,))
    assert [("verdict", RUN)] == due(entered(20.5, "verdict", UUID(int=14)), verdicts=(verdict,))
    assert [("verdict", RUN)] == due(entered(20), verdicts=(verdict,))


def test_causes_reach_back_to_the_quarter_before_and_not_further():
    """Our assumption: late reports of the last quarter count, older ones are history; the future does not."""
    start = observed_since(CHECK_POINT)
    assert datetime(2020, 12, 31, 16, tzinfo=UTC) == start
    edge = (CHECK_POINT - start) / DAY
    assert [] == due(flagged(edge))
    assert [("flag", FLAG)] == due(flagged((CHECK_POINT - start - US) / DAY))
    assert [("flag", FLAG)] == due(flagged(0))
    assert [] == due(flagged(-1))


def test_accounts_outside_the_population_do_not_enter():
    """Who is closed at T is not watched."""
    assert [] == entries_due(known(flagged(3)), (), {"wechat:other"}, CHECK_POINT, UPDATE_RULES)


def row(*rules: str, verdict: Verdict = Verdict.FAIL) -> VerdictRow:
    """Return a verdict row with a deduction by each rule."""
    return VerdictRow(
        account_id=ACCOUNT,
        given_id="1",
        name="甲",
        verdict=verdict,
        reason="",
        freshness=Freshness.FRESH,
        newest_post_at=None,
        whole_days_silent=None,
        points=None,
        deductions=tuple(Deduction(rule, "", 1, 0) for rule in rules),
        evidence=(),
    )


@pytest.mark.parametrize(
    ("judged", "reason"),
    [
        (row("red-5-silent"), "red-5-silent"),
        (row("yellow-4-updates", verdict=Verdict.PASS), "yellow-4-updates"),
        (row("red-1-wording"), None),
        (row(verdict=Verdict.UNKNOWN), None),
    ],
)
def test_verdicts_of_silence_and_of_missed_weeks_enter(judged, reason):
    """苏州 2023Q1, 三(一): two weeks silent, or longer than a week, also where the account passed; never unknown."""
    expected = [Due(ACCOUNT, "verdict", RUN, CHECK_POINT, reason)] if reason else []
    assert expected == verdict_causes([judged], RUN, CHECK_POINT, UPDATE_RULES)


@pytest.mark.parametrize(
    ("after_days", "days", "enters"), [(7, 7, False), (7, 7.1, True), (10, 7.1, False), (None, 13, False)]
)
def test_longer_than_a_week_enters_where_that_is_the_practice_of_the_ruleset(after_days, days, enters):
    """苏州 2023Q1, 三(一): more than seven days; a ruleset that does not say so puts nobody on the list for it."""
    passed = msgspec.structs.replace(
        row(verdict=Verdict.PASS), newest_post_at=CHECK_POINT - days * DAY, proven_until=CHECK_POINT
    )
    expected = [Due(ACCOUNT, "verdict", RUN, CHECK_POINT, f"超过{after_days}天未更新")] if enters else []
    assert expected == verdict_causes([passed], RUN, CHECK_POINT, UPDATE_RULES, after_days)


def leaves(*events: Event[Any], entering: tuple[str, ...] = (), weeks: int = 4, **fields: Any) -> bool:
    """Tell whether the account leaves at the check point because its frequency held."""
    frequency = frequency_of(weeks, KUNSHAN.weeks)
    found = exits_due(known(*events), {ACCOUNT: facts(**fields)}, frequency, entering, CHECK_POINT)
    return [(ACCOUNT, True)] == [(entry.account_id, held) for entry, held in found]


def test_an_account_leaves_when_every_week_has_a_post():
    """销号: one post in each of the last four weeks; one week without a post keeps it."""
    assert leaves(entered(60), weeks_with_posts=0b1111)
    assert not leaves(entered(60), weeks_with_posts=0b0111)
    assert not leaves(entered(60), weeks_with_posts=0b11110)
    assert leaves(entered(60), weeks_with_posts=0b0111, weeks=3)


def test_weeks_that_nobody_saw_keep_the_account():
    """Unknown stays on the list: without a known post a week does not count as updated."""
    assert not leaves(entered(60), weeks_with_posts=0, proven_until=None, looked=False)


def test_the_weeks_begin_after_the_newest_cause():
    """Posts from before the entry take nobody off: four weeks after it to the instant are enough."""
    assert leaves(entered(28), weeks_with_posts=0b1111)
    assert not leaves(entered(28 - 1e-6), weeks_with_posts=0b1111)
    assert not leaves(entered(60), entered(10, cause_id=RUN), weeks_with_posts=0b1111)


def test_an_account_that_enters_anew_does_not_leave():
    """At the check point that gives a new cause, the account stays."""
    assert not leaves(entered(60), entering=(ACCOUNT,), weeks_with_posts=0b1111)


@pytest.mark.parametrize(("updates", "expected"), [(4, True), (3, False)])
def test_a_service_account_has_its_own_average(updates, expected):
    """昆政办发〔2019〕162号 annex 2: a service account updates once a week on average, in whatever weeks."""
    service: dict[str, Any] = {"platform": SERVICE_ACCOUNT, "weeks_with_posts": 0b0001, "updates": updates}
    assert leaves(entered(60), **service) is expected


def test_the_average_of_service_accounts_stretches_with_the_weeks():
    """Four updates in 28 days are six in six weeks and one in one; without the rule they are judged like others."""
    assert [1, 2, 4, 6] == [frequency_of(weeks, KUNSHAN.weeks).service_updates for weeks in (1, 2, 4, 6)]
    assert frequency_of(4, NATIONAL.weeks).held(facts(platform=SERVICE_ACCOUNT, updates=0))


def test_a_closed_account_is_struck_off():
    """An account of the list that is not in the population any more leaves without having held anything."""
    found = exits_due(known(entered(60)), {}, frequency_of(4, KUNSHAN.weeks), (), CHECK_POINT)
    assert [(ACCOUNT, False)] == [(entry.account_id, held) for entry, held in found]


def test_entries_and_exits_are_the_same_events_every_time():
    """An entry belongs to its cause, whenever it is recorded; an exit belongs to its stay and check point."""
    cause = Due(ACCOUNT, "flag", FLAG, CHECK_POINT - DAY, "")
    assert entry_event(cause, CHECK_POINT).id == entry_event(cause, CHECK_POINT + DAY).id
    stay = focus_at(known(entered(60)), CHECK_POINT)[ACCOUNT]
    ids = {exit_event(stay, 4, "", at).id for at in (CHECK_POINT, CHECK_POINT, CHECK_POINT + DAY)}
    assert 2 == len(ids)


NOON = datetime(2021, 6, 30, 4, tzinfo=UTC)
"""Noon of the last day of June, Chinese time."""
MIDNIGHT = datetime(2021, 6, 30, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("newest", "looked", "need"),
    [
        (NOON - 14 * DAY - US, NOON, Need.OVER_LIMIT),
        (NOON - 14 * DAY - US, NOON - 3 * DAY - US, Need.LOOK),
        (NOON - 14 * DAY, NOON, Need.LIMIT_TODAY),
        (MIDNIGHT - 14 * DAY - US, NOON, Need.LIMIT_TODAY),
        (MIDNIGHT - 14 * DAY, NOON, Need.WEEK_TODAY),
        (MIDNIGHT - 7 * DAY - US, NOON, Need.WEEK_TODAY),
        (MIDNIGHT - 7 * DAY, NOON, Need.NOTHING),
    ],
)
def test_the_daily_watch_says_what_is_needed_today(newest, looked, need):
    """国办秘函〔2019〕19号 red line 5, and the weekly yellow line: the day in which each limit passes, exactly."""
    told = facts(newest_post_at=newest, proven_until=looked, last_trusted_look_at=looked)
    assert need == watch(told, KUNSHAN.freshness, NOON).need


def test_the_daily_watch_tells_days_deadline_and_look():
    """Whole days of silence, the end of the two weeks, and whether somebody looked within a day."""
    looked = NOON - DAY
    told = watch(
        facts(newest_post_at=NOON - 3 * DAY - timedelta(hours=23), last_trusted_look_at=looked),
        KUNSHAN.freshness,
        NOON,
    )
    assert (3, NOON + 10 * DAY + timedelta(hours=1), True) == (
        told.whole_days_silent,
        told.deadline,
        told.looked_today,
    )
    assert not watch(facts(last_trusted_look_at=looked - US), KUNSHAN.freshness, NOON).looked_today


def test_an_account_without_post_and_date_needs_a_look():
    """No anchor: no deadline can be told, so somebody has to look."""
    told = watch(facts(newest_post_at=None, opened_at=None), KUNSHAN.freshness, NOON)
    assert (None, None, Need.LOOK) == (told.deadline, told.whole_days_silent, told.need)
