"""When a message goes out: jitter, quiet hours, days of rest, and what waits for none of them."""

from datetime import UTC, datetime, timedelta

import pytest

from events.instants import SHANGHAI
from projections.rules.calendar import Days
from projections.voice.hours import Hours, due_at, is_quiet, minute_for, next_day, wait_until
from tests.projections.voice.matters import AT, UNIT, matter

MINUTE = minute_for(UNIT)


def due(**fields):
    return due_at(matter(**fields), Hours(), Days()).astimezone(SHANGHAI)


def local(month, day, hour, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def test_every_unit_has_its_own_minute_off_the_full_and_the_half_hour():
    """09:03 to 09:27, always the same one for a unit, and spread over all of them."""
    minutes = {minute_for(f"单位{n}") for n in range(500)}
    assert set(range(3, 28)) == minutes
    assert MINUTE == minute_for(UNIT)


def test_an_alert_of_the_ladder_goes_out_at_the_minute_of_its_unit():
    """Its own time stays."""
    assert (9, MINUTE) == ((at := due()).hour, at.minute)
    assert (9, MINUTE) == ((at := due(step="last")).hour, at.minute)


def test_what_comes_up_within_an_hour_goes_out_together():
    """Looks of one round prove silences at different minutes."""
    first, second = due(at=local(9, 16, 13, 40)), due(at=local(9, 16, 13, 59))
    assert (14, MINUTE) == (first.hour, first.minute)
    assert first == second


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (local(9, 16, 23), (9, 17)),  # in the night
        (local(9, 11, 21), (9, 14)),  # on a Friday evening
        (local(9, 18, 21), (9, 20)),  # before a Sunday that is worked
        (local(9, 25, 10), (9, 28)),  # Mid-Autumn Festival, and the weekend behind it
    ],
)
def test_quiet_hours_and_days_of_rest_put_a_warning_off(at, day):
    """To the morning of the next working day."""
    put_off = due(at=at, limit_at=at + timedelta(days=8))
    assert (*day, 9, MINUTE) == (put_off.month, put_off.day, put_off.hour, put_off.minute)


@pytest.mark.parametrize("step", ["last", "limit"])
def test_the_last_step_and_the_limit_wait_for_nothing(step):
    """A night or a holiday holds them back no more than an emergency."""
    at = local(9, 25, 23, 17)
    assert at == due(step=step, at=at)
    assert at == due(kind="emergency", at=at)


def test_a_holiday_does_not_eat_the_last_warning():
    """A warning that would come later than a day before its limit waits for the night alone."""
    at = local(10, 2, 9)  # within the National Day holiday, which lasts until the 7th
    assert (10, 2) == ((d := due(at=at, limit_at=local(10, 6, 12))).month, d.day)
    late = due(at=local(10, 2, 22), limit_at=local(10, 6, 12))
    assert (10, 3, 9, MINUTE) == (late.month, late.day, late.hour, late.minute)
    assert (10, 8) == ((d := due(at=at, limit_at=local(10, 12, 12))).month, d.day)


def test_a_notifier_that_comes_back_by_night_waits_for_the_morning():
    """What was due by day is asked again at the moment at which it may be sent."""
    by_night = local(9, 16, 23)
    opens = wait_until(matter(), by_night, Hours(), Days()).astimezone(SHANGHAI)
    assert (17, 9, MINUTE) == (opens.day, opens.hour, opens.minute)
    assert by_night == wait_until(matter(step="limit"), by_night, Hours(), Days())


def test_what_the_limit_of_a_day_holds_back_waits_for_the_next_working_morning():
    """Of a Friday for Monday."""
    held = next_day(local(9, 11, 15), UNIT, Hours(), Days()).astimezone(SHANGHAI)
    assert (14, 9, MINUTE) == (held.day, held.hour, held.minute)


def test_hours_may_be_any_or_none():
    """Both ends alike: never quiet by night; ends in the order of a day: quiet between them."""
    assert not is_quiet(local(9, 16, 3), Hours(0, 0), Days())
    assert is_quiet(local(9, 16, 13), Hours(12 * 60, 14 * 60), Days())
    assert not is_quiet(AT, Hours(12 * 60, 14 * 60), Days())
