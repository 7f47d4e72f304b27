"""国办秘函〔2019〕19号, 栏目不更新 and 首页不更新: ages of pages, and how many columns make a site fail."""

from datetime import timedelta

import pytest

from events.instants import MICROSECOND, SHANGHAI
from events.site import ColumnDropped
from projections.sites.ages import State
from projections.sites.limits import months_before
from projections.sites.measures import column_state
from tests.projections.sites.facts import (
    RULES,
    T,
    a_week,
    column,
    fact,
    facts_of,
    judged,
    look,
    registered,
    shown,
)

FORTNIGHT = timedelta(days=14)
HALF_A_YEAR = months_before(T, 6)


def state_of(*events, t=T):
    (one,) = facts_of(registered(), *events, t=t).columns
    return column_state(one, RULES, t)


@pytest.mark.parametrize(
    ("column_class", "newest", "expected"),
    [
        ("news", T - FORTNIGHT, State.FRESH),
        ("news", T - FORTNIGHT - MICROSECOND, State.OVERDUE),
        ("notice", HALF_A_YEAR, State.FRESH),
        ("notice", HALF_A_YEAR - MICROSECOND, State.OVERDUE),
        ("policy", HALF_A_YEAR, State.FRESH),
        ("policy", HALF_A_YEAR - MICROSECOND, State.OVERDUE),
        ("service_statistics", months_before(T, 3), State.FRESH),
        ("service_statistics", months_before(T, 3) - MICROSECOND, State.OVERDUE),
        ("message_replies", months_before(T, 2), State.FRESH),
        ("message_replies", months_before(T, 2) - MICROSECOND, State.OVERDUE),
    ],
)
def test_a_column_is_overdue_past_its_limit_and_not_at_it(column_class, newest, expected):
    """栏目不更新: two weeks of a dynamic column, six months of notices and policy; 扣分指标: three and two months."""
    assert state_of(column("c", column_class), look(T, shown("c", newest))) is expected


def test_an_entry_known_by_its_day_is_counted_from_the_end_of_that_day():
    """栏目不更新, with a date without a time: 16 September is 14 days before 24:00 of 30 September, the 15th is not."""
    by_day = T.astimezone(SHANGHAI) - timedelta(days=15)
    at_last_second = by_day.replace(hour=23, minute=59, second=59)
    assert (at_last_second.month, at_last_second.day) == (9, 16)
    fresh = shown("c", at_last_second, date_only=True)
    overdue = shown("c", at_last_second - timedelta(days=1), date_only=True)
    assert state_of(column("c"), look(T, fresh)) is State.FRESH
    assert state_of(column("c"), look(T, overdue)) is State.OVERDUE


def test_silence_needs_a_look_after_the_limit():
    """栏目不更新: a look before the limit was passed proves nothing about what came after it."""
    newest = T - timedelta(days=20)
    early = look(newest + FORTNIGHT, shown("c", newest))
    late = look(newest + FORTNIGHT + MICROSECOND, shown("c", newest))
    assert state_of(column("c"), early) is State.UNKNOWN
    assert state_of(column("c"), late) is State.OVERDUE
    assert state_of(column("c"), look(T, shown("c", newest), lag_s=7 * 86400)) is State.UNKNOWN


def test_a_look_after_the_check_point_counts_as_it_is_known():
    """栏目不更新: what a later look shows as the newest was the newest at the check point, if it is older than that."""
    newest = T - timedelta(days=20)
    assert state_of(column("c"), look(T + timedelta(days=3), shown("c", newest))) is State.OVERDUE
    after = look(T + timedelta(days=3), shown("c", T + timedelta(days=1)))
    assert state_of(column("c"), after) is State.UNKNOWN


def test_entries_that_cannot_be_dated_prove_no_silence():
    """栏目不更新: one of them may be newer than what could be read."""
    newest = T - timedelta(days=20)
    assert state_of(column("c"), look(T, shown("c", newest, 10, dated=9))) is State.UNKNOWN
    assert state_of(column("c"), look(T, shown("c", T, 10, dated=9))) is State.FRESH


def test_a_column_that_lost_its_entries_is_not_called_empty_by_a_program():
    """栏目不更新: a list without entries where some were seen may be a page that did not load."""
    before = look(T - timedelta(days=5), shown("c", T - timedelta(days=6)))
    now = shown("c", None, 0)
    assert state_of(column("c"), look(T, now)) is State.EMPTY
    assert state_of(column("c"), before, look(T, now)) is State.FRESH
    old = look(T - timedelta(days=30), shown("c", T - timedelta(days=31)))
    assert state_of(column("c"), old, look(T, now)) is State.UNKNOWN
    assert state_of(column("c"), old, look(T, now, by_hand=True)) is State.EMPTY


def test_an_empty_column_is_known_by_a_look_of_the_last_two_weeks():
    """栏目不更新, our reading: an older look says nothing of the check point."""
    empty = shown("c", None, 0)
    assert state_of(column("c"), look(T - FORTNIGHT, empty)) is State.EMPTY
    assert state_of(column("c"), look(T - FORTNIGHT - MICROSECOND, empty)) is State.UNKNOWN


def test_a_column_of_its_own_limit_is_held_to_that():
    """A column of no known class has no limit but one that is declared for it."""
    newest = T - timedelta(days=31)
    assert state_of(column("c", "other"), look(T, shown("c", newest))) is State.UNLIMITED
    assert state_of(column("c", "other", 30), look(T, shown("c", newest))) is State.OVERDUE
    assert state_of(column("c", "other", 31), look(T, shown("c", newest))) is State.FRESH


def columns_so(old=(), empty=0, fresh=1):
    """Return columns of which some are overdue by class, some empty, with the look that shows them."""
    events, seen = [], []
    for n, column_class in enumerate(old):
        events.append(column(f"old{n}", column_class, 30 if column_class == "other" else None))
        seen.append(shown(f"old{n}", T - timedelta(days=300)))
    for n in range(empty):
        events.append(column(f"empty{n}", "other"))
        seen.append(shown(f"empty{n}", None, 0))
    for n in range(fresh):
        events.append(column(f"fresh{n}"))
        seen.append(shown(f"fresh{n}", T - timedelta(days=1)))
    return [registered(), *a_week(), *events, look(T, *seen)]


@pytest.mark.parametrize(
    ("old", "empty", "verdict"),
    [
        (["news"] * 2 + ["notice"] * 2, 0, "passed"),
        (["news"] * 2 + ["notice"] * 2 + ["policy"], 0, "failed"),
        (["news"] * 5, 0, "failed"),
        (["other"] * 9, 0, "passed"),
        (["other"] * 10, 0, "failed"),
        (["other"] * 6 + ["news"] * 4, 0, "failed"),
        ([], 4, "passed"),
        ([], 5, "failed"),
    ],
)
def test_how_many_columns_fail_a_site(old, empty, verdict):
    """栏目不更新: 5 of dynamic, notice and policy columns together, 10 overdue ones of all, or 5 empty ones."""
    row = judged(*columns_so(old, empty)).row
    assert row.verdict == verdict
    assert len(row.overdue) == len(old)
    assert len(row.empty) == empty
    assert ("site-veto-columns" in [c.rule for c in row.charges]) == (verdict == "failed")


def test_columns_that_nobody_saw_leave_a_site_unknown_only_if_they_could_fail_it():
    """栏目不更新: four are overdue, and whether a fifth is decides; beside three it does not."""
    for old, verdict in ((4, "unknown"), (3, "passed")):
        judgement = judged(*columns_so(["news"] * old), column("unseen"))
        assert judgement.row.verdict == verdict
        missing = judgement.missing.get("site-veto-columns", ())
        assert missing == (("column:unseen:never_looked",) if verdict == "unknown" else ())


def test_a_dropped_column_counts_no_more():
    """栏目不更新: a column that the site no longer has is nobody's."""
    events = columns_so(["news"] * 5)
    dropped = fact(ColumnDropped(column_id="old0"), T - timedelta(days=1))
    assert judged(*events).row.verdict == "failed"
    assert judged(*events, dropped).row.verdict == "passed"


def test_a_site_without_declared_columns_is_unknown():
    """栏目不更新: nobody said what to look at, so nothing is proven."""
    judgement = judged(registered(), *a_week(), look(T))
    assert judgement.row.verdict == "unknown"
    assert judgement.missing == {"site-veto-columns": ("columns:none_declared",)}


@pytest.mark.parametrize(
    ("newest", "verdict"), [(T - FORTNIGHT, "passed"), (T - FORTNIGHT - MICROSECOND, "failed")]
)
def test_a_home_page_may_stand_still_for_two_weeks(newest, verdict):
    """首页不更新: at exactly two weeks it is fresh."""
    news = shown("c", T - timedelta(days=1))
    row = judged(registered(), *a_week(), column("c"), look(T, news, home=newest)).row
    assert row.verdict == verdict
    assert [c.rule for c in row.charges] == (["site-veto-home-page"] if verdict == "failed" else [])


def test_a_home_page_of_which_some_items_have_no_date_is_unknown_once_the_others_are_old():
    """首页不更新: what could not be read may be new."""
    news = shown("c", T - timedelta(days=1))
    old = look(T, news, home=T - timedelta(days=15), proves_silence=False)
    judgement = judged(registered(), *a_week(), column("c"), old)
    assert judgement.row.verdict == "unknown"
    assert judgement.missing == {"site-veto-home-page": ("home:undated",)}


def test_the_newest_look_at_each_column_is_not_undone_by_a_look_that_missed_it():
    """A look in which a column did not load says nothing of that column."""
    first = look(T - timedelta(days=1), shown("c", T - timedelta(days=2)), shown("d", T - timedelta(days=2)))
    second = look(T, shown("d", T - timedelta(hours=2)))
    row = judged(registered(), *a_week(), column("c"), column("d"), first, second).row
    assert (row.verdict, row.overdue) == ("passed", ())
