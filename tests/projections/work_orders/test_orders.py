"""Work orders from above: their clock at its edges, and how each stands."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest

from events.codec import Event
from events.instants import SHANGHAI
from events.known import Known
from events.work_order import WorkOrderAnswered, WorkOrderReceived
from projections.work_orders.orders import hours_deadline, work_orders, working_hours_deadline

SPANS = ((time(9), time(12)), (time(14), time(18)))
SUBJECT = "work_order:7"
DUE = datetime(2023, 3, 2, 9, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("came", "hours", "due"),
    [
        ("2023-03-01 09:00", 3, "2023-03-01 12:00"),
        ("2023-03-01 09:00", 4, "2023-03-01 15:00"),
        ("2023-03-01 12:30", 1, "2023-03-01 15:00"),
        ("2023-03-01 17:00", 2, "2023-03-02 10:00"),
        ("2023-03-03 17:00", 2, "2023-03-06 10:00"),  # a Friday
        ("2023-04-04 17:00", 2, "2023-04-06 10:00"),  # 清明节 on the fifth
        ("2023-04-22 10:00", 1, "2023-04-23 10:00"),  # a Saturday; the Sunday is a swapped working day
    ],
)
def test_only_hours_of_working_days_count(came, hours, due):
    """Nights, noon, weekends and holidays of the State Council's calendar stand still; the spans are our assumption."""
    assert at(due) == working_hours_deadline(at(came), hours, SPANS)


def test_plain_hours_run_through():
    """24 小时 end at the same time of the next day, whatever day it is."""
    assert at("2023-03-05 09:00") == hours_deadline(at("2023-03-04 09:00"), 24)


def order(*answers: datetime, now: datetime = DUE):
    data = WorkOrderReceived(number="7", level="province", sender="省政府办公厅", due_at=DUE)
    told = [Event(UUID(int=1), "office", SUBJECT, DUE - timedelta(days=1), data)]
    for n, when in enumerate(answers):
        answered = WorkOrderAnswered(number="7", text=f"第{n + 1}次")
        told.append(Event(UUID(int=n + 2), "office", SUBJECT, when, answered))
    known = [Known(0, n, n, event) for n, event in enumerate(told)]
    (one,) = work_orders(known, now)
    return one


@pytest.mark.parametrize(("late", "state"), [(timedelta(), "answered"), (TICK, "answered_late")])
def test_an_answer_at_the_last_moment_is_in_time(late, state):
    """The first answer counts for the clock."""
    assert state == order(DUE + late).state(DUE + timedelta(days=9))


@pytest.mark.parametrize(("late", "state"), [(timedelta(), "waiting"), (TICK, "overdue")])
def test_it_waits_up_to_its_last_moment(late, state):
    """Overdue from the moment behind it on."""
    assert state == order().state(DUE + late)


def test_the_newest_answer_is_the_one_that_is_told_and_the_first_one_counts():
    """Answered again, the text is the new one; whether it came in time stays."""
    one = order(DUE, DUE + timedelta(days=1))
    assert ("第2次", "answered") == (one.text, one.state(DUE + timedelta(days=2)))
