"""Ladders whose steps follow patrols, days of rest and holidays; the calendar is the State Council's of each year."""

from datetime import datetime, timedelta

import pytest

from events.instants import SHANGHAI, from_micros, to_micros
from events.patrol import AccountPatrolled
from events.post import PostPublished
from projections.rules.ladder import NEVER, Ladder
from tests.projections.facts import HOUR, event, opening
from tests.projections.partition import Partition
from tests.projections.rulebooks import DEQIN, KUNSHAN, LADDER_FILES, YIXING, ladder


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def deadlines(rules, anchor: str) -> dict[str, str]:
    """Return the steps that apply to a silence, with their moments but without the limit."""
    steps = Ladder(rules)
    due = {
        s.level: steps.deadline(to_micros(at(anchor)), i) for i, s in enumerate(steps.steps) if not s.is_limit
    }
    return {
        level: f"{from_micros(moment).astimezone(SHANGHAI):%m-%d %a %H:%M}"
        for level, moment in due.items()
        if moment < NEVER
    }


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        # the limit is Tuesday 2021-06-29 15:00: the last patrol before it is Monday's
        ("2021-06-15 15:00", {"yellow": "06-25 Fri 09:00", "red": "06-28 Mon 09:00"}),
        # limit Wednesday 15:00, after that day's own patrol
        ("2021-06-16 15:00", {"yellow": "06-28 Mon 09:00", "red": "06-30 Wed 09:00"}),
        # limit Wednesday at nine: the patrol of that moment is too late
        ("2021-06-16 09:00", {"yellow": "06-25 Fri 09:00", "red": "06-28 Mon 09:00"}),
        ("2021-06-16 09:01", {"yellow": "06-28 Mon 09:00", "red": "06-30 Wed 09:00"}),
        # limit Saturday, Sunday, and Monday before nine: 休息日需更新, marked on Friday
        ("2021-06-12 15:00", {"yellow": "06-23 Wed 09:00", "blue": "06-25 Fri 09:00"}),
        ("2021-06-13 15:00", {"yellow": "06-23 Wed 09:00", "blue": "06-25 Fri 09:00"}),
        ("2021-06-14 08:00", {"yellow": "06-23 Wed 09:00", "blue": "06-25 Fri 09:00"}),
        # limit Saturday before nine: Friday is a day to work on, so 需立即更新
        ("2021-06-12 08:00", {"yellow": "06-23 Wed 09:00", "red": "06-25 Fri 09:00"}),
    ],
)
def test_yixing_marks_by_the_last_patrols_before_the_limit(posted, expected):
    """无锡市2022年第四季度通报 二: Monday, Wednesday, Friday; 需立即更新, 需及时更新, 休息日需更新."""
    assert expected == deadlines(YIXING, posted)


def test_yixing_has_no_patrol_in_a_holiday_and_none_on_a_swapped_weekend():
    """National Day 2021, 1 to 7 October: the limit on the 5th is marked on Wednesday 29 September.

    Sunday 26 September and Saturday 9 October are worked, which makes no patrol of them.
    """
    assert deadlines(YIXING, "2021-09-21 15:00") == {"yellow": "09-27 Mon 09:00", "blue": "09-29 Wed 09:00"}
    assert deadlines(YIXING, "2021-09-25 15:00") == {"yellow": "09-29 Wed 09:00", "red": "10-08 Fri 09:00"}
    assert deadlines(YIXING, "2021-09-12 15:00") == {"yellow": "09-22 Wed 09:00", "red": "09-24 Fri 09:00"}


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        # limit Tuesday 5 October, in the holiday: the last working day is Thursday 30 September
        ("2021-09-21 15:00", {"before-holiday": "09-30 Thu 09:00", "day-14": "10-05 Tue 09:00"}),
        # limit on Friday 8 October before nine: no working morning since the holiday
        ("2021-09-24 08:00", {"before-holiday": "09-30 Thu 09:00", "day-14": "10-07 Thu 09:00"}),
        ("2021-09-24 10:00", {"day-14": "10-08 Fri 09:00"}),
        # limit on the last working day itself
        ("2021-09-16 15:00", {"day-14": "09-30 Thu 09:00"}),
        # an ordinary weekend is no holiday
        ("2021-06-12 15:00", {"day-14": "06-26 Sat 09:00"}),
        # Spring Festival 2022, 31 January to 6 February, after the worked weekend of the 29th and 30th
        ("2022-01-20 12:00", {"before-holiday": "01-30 Sun 09:00", "day-14": "02-03 Thu 09:00"}),
    ],
)
def test_deqin_asks_on_the_last_working_day_before_a_holiday_that_holds_the_limit(posted, expected):
    """Deqin county: one post on the last working day before a holiday; holidays and swapped days of the year."""
    assert expected == deadlines(DEQIN, posted)


def test_beyond_the_announced_years_weekends_alone_rest_and_the_deadline_says_so():
    """A year whose holidays are not announced is said, not guessed: 1 October 2098 is a Wednesday like others."""
    steps, anchor = Ladder(YIXING), to_micros(at("2098-09-17 15:00"))
    assert deadlines(YIXING, "2098-09-17 15:00") == {"yellow": "09-29 Mon 09:00", "red": "10-01 Wed 09:00"}
    assert steps.unannounced_year(anchor) == 2098
    assert steps.unannounced_year(to_micros(at("2021-09-17 15:00"))) == 0
    assert Ladder(KUNSHAN).unannounced_year(anchor) == 0


@pytest.mark.parametrize("name", sorted(LADDER_FILES))
def test_deadlines_of_every_ladder_rise_and_come_before_the_limit(name):
    """Over two years, before, at and after nine: in the order of the steps, after the day of the post."""
    steps = Ladder(KUNSHAN.on_ladder(ladder(name.removesuffix(".toml"))))
    for day in range(730):
        for hour in (0, 9, 10, 23):
            anchor = to_micros(at("2021-01-01") + timedelta(days=day, hours=hour))
            due = [d for i in range(len(steps.steps)) if (d := steps.deadline(anchor, i)) < NEVER]
            assert due == sorted(due)
            assert due[-1] == anchor + steps.limit_us
            assert all(anchor < d < due[-1] for d in due[:-1])
            assert steps.next_due(anchor, -1) == due[0]
            assert steps.next_due(anchor, len(steps.steps) - 1) == NEVER


def test_a_mark_that_does_not_apply_is_passed_over():
    """An account that is red was not blue before, and one that was blue is at its limit next."""
    for posted, colours in (
        ("2021-06-15 15:00", ["yellow", "red"]),
        ("2021-06-13 15:00", ["yellow", "blue"]),
    ):
        partition = Partition(YIXING)
        post = at(posted)
        partition.take(opening(post - timedelta(days=100)), event(PostPublished(observed_at=post), post))
        raised = []
        for hours in range(6, 15 * 24, 6):
            raised += partition.take(event(AccountPatrolled(), post + hours * HOUR))
        assert [e.data.level for e in raised if e.type == "alert.raised"] == [*colours, "limit"]
        assert {e.data.ruleset for e in raised} == {"jiangsu-kunshan-2019-162@1+yixing-red-yellow-blue@1"}


def test_an_alert_tells_that_it_knew_no_holidays():
    """Whoever reads it knows that a holiday may have been left out."""
    partition = Partition(YIXING)
    post = at("2098-09-17 15:00")
    partition.take(opening(post - timedelta(days=100)), event(PostPublished(observed_at=post), post))
    partition.take(event(AccountPatrolled(), at("2098-09-29 08:00")))
    (alert,) = partition.tick(at("2098-09-29 09:00"))
    assert (alert.data.level, alert.data.unannounced_year) == ("yellow", 2098)


def test_rules_on_a_named_ladder_are_folded_under_a_name_of_their_own():
    """The label, which verdicts carry, stays; what the folds ran under does not."""
    assert YIXING.label == KUNSHAN.label == KUNSHAN.folding
    assert YIXING.folding == f"{KUNSHAN.label}+yixing-red-yellow-blue@1"
    assert KUNSHAN.on_ladder(ladder("boxing-10-12-14")).ladder == KUNSHAN.ladder
