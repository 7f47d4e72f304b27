"""What a quota carries: named where certain, a number with its margin near the edge, nothing where all is well."""

from hypothesis import given
from hypothesis import strategies as st

from events.instants import DAY_US, HOUR_US
from projections.patrol.quota import Limits, quota_outlook
from tests.pipeline.patrol.plans import NOON, plan


def looks(count: int, hours: int, *, early: int = NOON):
    """Return looks that are due within so many hours."""
    return [plan(f"a{n:04}", early, NOON + hours * HOUR_US) for n in range(count)]


def test_a_quota_with_room_says_nothing():
    """Also where a pause alone limits a lane, and where nothing does."""
    for limits in (Limits(quota=240), Limits(pause_us=HOUR_US // 10), Limits()):
        found = quota_outlook(looks(50, 24), limits, NOON, NOON + 2 * DAY_US)
        assert (found.late, found.number, found.most, found.needed) == ((), 0, 0, 50)


def test_far_beyond_the_edge_accounts_are_named():
    """Of 200 looks due within ten hours some ten an hour are made: with a quarter more the last ones are late, too."""
    found = quota_outlook(looks(200, 10), Limits(quota=240), NOON, NOON + 2 * DAY_US, used=120)
    assert 60 < found.least <= found.number <= found.most < 140
    assert len(found.late) == found.least
    assert "a0199" in {late.plan.account_id for late in found.late}
    assert found.late[0].by_us >= found.late[-1].by_us
    assert found.needed == 200


def test_near_the_edge_there_is_a_number_with_a_margin_and_no_names():
    """A fifth less quota would leave some late, a quarter more none: nobody can say yet who it will be."""
    found = quota_outlook(looks(105, 10), Limits(quota=240), NOON, NOON + DAY_US, used=120)
    assert (found.late, found.least) == ((), 0)
    assert 0 <= found.number < found.most


def test_what_was_spent_today_is_missing_today():
    """And is there again tomorrow."""
    limits, until = Limits(quota=24), NOON + 3 * DAY_US
    today, tomorrow = looks(10, 11), looks(10, 30)
    assert quota_outlook(today, limits, NOON, until).number == 0
    assert quota_outlook(today, limits, NOON, until, used=24).number == 10
    assert quota_outlook(tomorrow, limits, NOON, until, used=24).number == 0


def test_nights_in_which_nobody_looks_are_left_out():
    """What is due in the night has to be looked at before it, or is late in the morning."""
    limits = Limits(quota=24, first_hour=9, last_hour=17)
    due = looks(12, 14)
    assert quota_outlook(due, limits, NOON, NOON + 2 * DAY_US).number == 0
    released_at_night = looks(12, 14, early=NOON + 6 * HOUR_US)
    assert quota_outlook(released_at_night, limits, NOON, NOON + 2 * DAY_US).number == 12


def test_what_is_late_already_can_still_be_made():
    """A patrol that was down an hour ago is no lack of quota."""
    overdue = [plan("a", NOON - 3 * HOUR_US, NOON - 2 * HOUR_US)]
    assert quota_outlook(overdue, Limits(quota=24), NOON, NOON + DAY_US).number == 0


@given(st.lists(st.tuples(st.integers(-5, 60), st.integers(1, 30)), max_size=80), st.integers(1, 60))
def test_more_quota_never_makes_more_looks_late(windows, quota):
    """Numbers keep their order, names are among the late ones, and looks that nothing limits are in time."""
    plans = [
        plan(f"a{n}", NOON + at * HOUR_US, NOON + (at + room) * HOUR_US)
        for n, (at, room) in enumerate(windows)
    ]
    until = NOON + 3 * DAY_US
    found = quota_outlook(plans, Limits(quota=quota), NOON, until)
    assert found.least == len(found.late) <= found.number <= found.most <= found.needed
    assert quota_outlook(plans, Limits(quota=2 * quota), NOON, until).number <= found.number
    assert quota_outlook(plans, Limits(), NOON, until).number == 0
