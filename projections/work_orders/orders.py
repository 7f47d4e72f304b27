"""Work orders from above as their facts tell them, and until when an answer is wanted."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Literal

import msgspec

from events.days import chinese_day
from events.evidence import Evidence
from events.instants import SHANGHAI
from events.known import Known
from events.work_order import Level, WorkOrderAnswered, WorkOrderReceived
from projections.rules.calendar import IsWorkday, is_workday

ORDER_TYPES = (WorkOrderReceived.type, WorkOrderAnswered.type)
"""Types of facts that work orders follow from."""
State = Literal["overdue", "waiting", "answered", "answered_late"]
_ORDER: dict[State, int] = {"overdue": 0, "waiting": 1, "answered_late": 2, "answered": 2}
Spans = Sequence[tuple[time, time]]
"""Hours of a working day that count, in order."""


class WorkOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A work order, and its newest answer where there is one."""

    subject: str
    number: str
    level: Level
    sender: str
    about: str
    account: str  # account id; empty: about no single account
    unit: str
    received_at: datetime
    due_at: datetime | None
    answered_at: datetime | None = None  # of the first answer: it counts for the clock
    text: str = ""  # of the newest answer
    evidence: tuple[Evidence, ...] = ()

    def state(self, at: datetime) -> State:
        """Say how it stands at T: an answer at the very last moment is in time."""
        if self.answered_at is not None:
            in_time = self.due_at is None or self.answered_at <= self.due_at
            return "answered" if in_time else "answered_late"
        return "overdue" if self.due_at is not None and self.due_at < at else "waiting"


def work_orders(known: Iterable[Known], at: datetime) -> list[WorkOrder]:
    """Return every work order that stands: overdue first, then by their last moment, answered ones last."""
    found: dict[str, WorkOrder] = {}
    answers: dict[str, list[tuple[datetime, WorkOrderAnswered]]] = {}
    for k in known:
        data = k.event.data
        if isinstance(data, WorkOrderReceived):
            fields = {name: getattr(data, name) for name in data.__struct_fields__}
            found[k.event.subject] = WorkOrder(subject=k.event.subject, received_at=k.event.time, **fields)
        elif isinstance(data, WorkOrderAnswered):
            answers.setdefault(k.event.subject, []).append((k.event.time, data))
    for subject, order in found.items():
        in_order = sorted(answers.get(subject, ()), key=lambda one: one[0])
        if in_order:
            newest = in_order[-1][1]
            found[subject] = msgspec.structs.replace(
                order, answered_at=in_order[0][0], text=newest.text, evidence=newest.evidence
            )
    last = datetime.max.replace(tzinfo=UTC)
    return sorted(found.values(), key=lambda o: (_ORDER[o.state(at)], o.due_at or last, o.number))


def hours_deadline(at: datetime, hours: int) -> datetime:
    """Return the last moment of a term of hours, nights and holidays among them."""
    return at + timedelta(hours=hours)


def working_hours_deadline(
    at: datetime, hours: int, spans: Spans, workday: IsWorkday = is_workday
) -> datetime:
    """Return the last moment of a term of working hours: only hours inside `spans` of working days count.

    Raises `CalendarUnknownError` for days of a year that is not announced.
    """
    left, day = timedelta(hours=hours), chinese_day(at)
    while True:
        if workday(day):
            for begin, end in spans:
                start = max(datetime.combine(day, begin, SHANGHAI), at)
                until = datetime.combine(day, end, SHANGHAI)
                if start < until:
                    if left <= until - start:
                        return (start + left).astimezone(UTC)
                    left -= until - start
        day += timedelta(days=1)
