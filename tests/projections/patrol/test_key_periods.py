"""Key periods: which days and areas they cover, how an early end shortens them, and the looks that they need."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import policy_ids
from events.codec import Event
from events.instants import DAY_US, HOUR_US
from events.key_period import KeyPeriodDeclared, KeyPeriodEnded, key_period_subject
from events.known import Known
from events.unit import UnitRegistered
from projections.patrol.key_periods import Density, key_periods
from projections.patrol.needs import Attention, Klass, Reason
from projections.registry.units import units_at
from tests.projections.patrol.lines import at
from tests.projections.patrol.test_plan import look, planned, window

FIRST, LAST = date(2023, 3, 4), date(2023, 3, 13)
DECLARED_AT = datetime(2023, 2, 28, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def declared(name="两会", first=FIRST, last=LAST, **fields):
    subject = key_period_subject(name)
    data = KeyPeriodDeclared(name=name, starts_on=first, ends_on=last, **fields)
    return Event(policy_ids.key_period_declared(subject), "office", subject, DECLARED_AT, data)


def ended(on, name="两会"):
    subject = key_period_subject(name)
    return Event(
        policy_ids.key_period_ended(subject, on), "office", subject, DECLARED_AT, KeyPeriodEnded(ends_on=on)
    )


def periods(*events):
    return key_periods([Known(0, i, i, event) for i, event in enumerate(events)])


def looks(day, area="甲县", *events, owner="某局", units=None):
    return Density(periods(*events), day, units or {}).of(area, owner)


@pytest.mark.parametrize(("day", "expected"), [(FIRST - DAY, 0), (FIRST, 3), (LAST, 3), (LAST + DAY, 0)])
def test_the_first_and_the_last_day_belong_to_a_period(day, expected):
    """By the Chinese calendar; the day before and the day after do not."""
    assert looks(day, "甲县", declared(looks_a_day=3)) == expected


def test_a_period_of_areas_covers_these_alone_and_the_densest_of_several_counts():
    """Without areas it covers all; a blank area is that of the unit where one unit has this name."""
    both = (declared(areas=("甲县",), looks_a_day=4), declared("专项", looks_a_day=2))
    assert [looks(FIRST, area, *both) for area in ("甲县", "乙县")] == [4, 2]
    told = UnitRegistered(name="某局", kind="owner", area="甲县")
    unit = Event(policy_ids.repost_ordered("u"), "sheets", "unit:1", DECLARED_AT - 400 * DAY, told)
    units = units_at([Known(0, 0, 0, unit)], DECLARED_AT)
    assert looks(FIRST, "", *both, units=units) == 4
    assert looks(FIRST, "", both[0]) == 0


def test_an_early_end_shortens_and_never_lengthens():
    """Of several ends the earliest counts; one before the first day leaves nothing."""
    (period,) = periods(declared(), ended(LAST - DAY), ended(LAST - 3 * DAY))
    assert (period.ends_on, period.ended_early) == (LAST - 3 * DAY, True)
    assert looks(LAST - 2 * DAY, "甲县", declared(), ended(LAST - 3 * DAY)) == 0
    (later,) = periods(declared(), ended(LAST + DAY))
    assert (later.ends_on, later.ended_early) == (LAST, False)
    assert looks(FIRST, "甲县", declared(), ended(FIRST - DAY)) == 0


@given(st.permutations([declared(), ended(LAST - DAY), ended(LAST - 3 * DAY)]))
def test_the_order_in_which_facts_come_does_not_matter(events):
    """An end may be read before its period."""
    (period,) = periods(*events)
    assert period.ends_on == LAST - 3 * DAY


@pytest.mark.parametrize("times", [1, 2, 3, 8])
def test_so_many_looks_a_day_are_planned_in_a_key_period(times):
    """The next look is due a share of a day behind the last; once a day is a look, too."""
    seen = look("2025-06-03 10:00")
    plan = planned("2025-06-03 09:00", seen, attention=Attention(dense=times, key_period=True))
    begins = at("2025-06-03 10:00") + DAY_US // times - 6 * HOUR_US // times
    assert window(plan) == (begins, at("2025-06-03 10:00") + DAY_US // times, Reason.KEY_PERIOD, Klass.FOCUS)


def test_outside_of_a_key_period_nothing_is_planned_for_it():
    """An account that posted an hour ago waits for its first step."""
    plan = planned("2025-06-03 09:00", look("2025-06-03 10:00"))
    assert plan.reason is not Reason.KEY_PERIOD
