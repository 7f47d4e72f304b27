"""Visits of a home page over a day: twenty or more, with time between them, and what they come to."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from projections.patrol.visits import (
    LEAST_VISITS,
    VISITS,
    Visit,
    due_visit,
    planned_visits,
    tally,
)

DAY = date(2026, 10, 13)
START = datetime(2026, 10, 12, 16, tzinfo=UTC)
SITE = "site:www.pingchuan.example"


@given(st.text(max_size=20), st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(20, 96))
def test_visits_of_a_day_are_spaced_and_lie_within_it(site, day, visits):
    """国办秘函〔2019〕19号: a number of visits with time between them, all of one Chinese day."""
    plan = planned_visits(site, day, visits)
    assert len(plan) == visits
    assert all(b - a >= timedelta(seconds=86_400 / visits / 2 - 2) for a, b in pairwise(plan))
    assert plan[0].astimezone(UTC) >= datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
    assert plan[-1] < plan[0] + timedelta(days=1)
    assert plan == planned_visits(site, day, visits)


def test_more_visits_are_planned_than_have_to_count():
    """Some may say nothing of the site; other sites and days have other minutes."""
    assert VISITS > LEAST_VISITS
    assert planned_visits(SITE, DAY) != planned_visits("site:b.example", DAY)
    assert planned_visits(SITE, DAY)[3] - START != planned_visits(SITE, DAY + timedelta(days=1))[
        3
    ] - START - timedelta(days=1)


def test_a_part_of_the_day_has_one_visit_and_a_missed_one_is_not_made_up_for():
    """Two visits at once are not spaced: after a stop the next part has the next visit."""
    plan = planned_visits(SITE, DAY)
    assert due_visit(plan, (), plan[0] - timedelta(seconds=1)) is None
    assert due_visit(plan, (), plan[0]) == 0
    assert due_visit(plan, (0,), plan[1] - timedelta(seconds=1)) is None
    assert due_visit(plan, (0,), plan[5]) == 5
    assert due_visit(plan, (0, 5), plan[6] - timedelta(seconds=1)) is None


def test_what_says_nothing_of_the_site_counts_neither_way():
    """A wall against programs and our own line are told, and stand in neither number."""
    causes = ["", "", "timeout", "blocked", "ours", "status", ""]
    found = tally(Visit(n, START + timedelta(hours=n), cause) for n, cause in enumerate(causes))
    assert found is not None
    assert (found.visits, found.failures) == (5, 2)
    assert found.causes == {"blocked": 1, "ours": 1, "status": 1, "timeout": 1}
    assert (found.first_at, found.last_at) == (START, START + timedelta(hours=6))
    assert tally(()) is None
