"""Work orders from above: taken with their clock, answered with evidence, listed, taken back."""

from datetime import UTC, datetime, time
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from events import fact_ids, office_year_ids
from events.claim import folded
from events.closeness import nearest
from events.codec import Event
from events.fields import field, marked
from events.instants import local_iso
from events.messages import message
from events.sources import OFFICE
from events.withdrawal import FactWithdrawn
from events.work_order import Level, WorkOrderAnswered, WorkOrderReceived, work_order_subject
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.evidence import keep_file
from pipeline.home.registry import find_alone, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.scope import Scope, accounts_within
from projections.rules.calendar import CalendarUnknownError
from projections.work_orders.orders import (
    ORDER_TYPES,
    WorkOrder,
    hours_deadline,
    work_orders,
    working_hours_deadline,
)

LEVELS: dict[Level, str] = {"national": "国家", "province": "省级", "city": "市级"}
STATES = {"overdue": "逾期未答复", "waiting": "待答复", "answered": "已答复", "answered_late": "逾期答复"}
_MOST_HOURS = 24 * 366  # of a term


class ReceiveOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A work order as it came; its term is a moment, hours or working hours, one of them or none."""

    number: str
    level: Level
    sender: str
    about: str = ""
    account: str = ""  # as people name it
    unit: str = ""
    at: datetime | None = None  # None: now
    due_at: datetime | None = None
    hours: int | None = None
    working_hours: int | None = None


class AnswerOrder(msgspec.Struct, frozen=True):
    """What the office answered."""

    number: str
    text: str
    files: tuple[Path, ...] = ()
    at: datetime | None = None  # None: now


class WithdrawOrder(msgspec.Struct, frozen=True):
    """The newest answer to a work order, or the order itself where it has none, was recorded wrongly."""

    number: str
    reason: str


class OrderRecorded(msgspec.Struct, frozen=True):
    """A work order as it stands after an act, and the fact of the act."""

    number: str
    event_id: UUID
    due_at: datetime | None


class _Clock(msgspec.Struct, frozen=True):
    spans: tuple[tuple[time, time], ...]


@cache
def _clock() -> _Clock:
    text = (resources.files("infra.work_orders") / "clock.toml").read_bytes()
    read = msgspec.toml.decode(text)
    return _Clock(tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in read["spans"]))


def receive_order(workspace: Workspace, asked: ReceiveOrder, actor: Actor) -> OrderRecorded:
    """Record a work order; the same again changes nothing.

    Raises `ConflictError` for a number that stands with other content, and `UsageError` for one without number or
    sender, for more than one term, a term before it came, and working hours of a year that is not announced.
    """
    if not asked.number.strip() or not asked.sender.strip():
        raise UsageError(
            message("give {number} and {sender}", number=field("number"), sender=field("sender"))
        )
    workspace.home.texts.refuse({"about": asked.about})
    now = datetime.now(UTC)
    at = asked.at or now
    _refuse_future(at, now)
    account = find_alone(workspace, asked.account) if asked.account.strip() else ""
    entry = registry_now(workspace).entries.get(account)
    due_at = _due(asked, at)
    data = WorkOrderReceived(
        number=asked.number.strip(),
        level=asked.level,
        sender=asked.sender.strip(),
        about=asked.about.strip(),
        account=account,
        unit=asked.unit.strip() or (entry.owner if entry else ""),
        due_at=due_at,
    )
    subject = work_order_subject(folded(asked.number))
    known = _find(workspace, asked.number)
    if known is not None:
        same = all(getattr(known, name) == getattr(data, name) for name in data.__struct_fields__)
        if not same:
            raise ConflictError(
                message(
                    "work order {number} was received on {at} already; withdraw it first, or give another number",
                    number=known.number,
                    at=local_iso(known.received_at),
                )
            )
    event_id = office_year_ids.work_order_received(subject)
    if known is None:
        event_id = _append(workspace, Event(event_id, OFFICE, subject, at, data, actor.origin()))
    return OrderRecorded(data.number, event_id, due_at)


def answer_order(workspace: Workspace, asked: AnswerOrder, actor: Actor) -> OrderRecorded:
    """Record what the office answered; files are kept before it. The same answer again changes nothing.

    Raises `NotFoundError` for a number that nobody received, `UsageError` for an empty answer or one of the future.
    """
    order = load_order(workspace, asked.number)
    if not asked.text.strip():
        raise UsageError(message("{text} is empty; say what was done", text=field("text")))
    workspace.home.texts.refuse({"text": asked.text})
    now = datetime.now(UTC)
    at = asked.at or now
    _refuse_future(at, now)
    if at < order.received_at:
        raise UsageError(
            message(
                "{at} lies before the order came, {received}",
                at=field("at"),
                received=local_iso(order.received_at),
            )
        )
    evidence = tuple(keep_file(workspace.home, path, now) for path in asked.files)
    data = WorkOrderAnswered(number=order.number, text=asked.text.strip(), evidence=evidence)
    hashes = [one.sha256 for one in evidence]
    event_id = office_year_ids.work_order_answered(order.subject, data.text, hashes)
    event_id = _append(workspace, Event(event_id, OFFICE, order.subject, at, data, actor.origin()))
    return OrderRecorded(order.number, event_id, order.due_at)


def withdraw_order(workspace: Workspace, asked: WithdrawOrder, actor: Actor) -> OrderRecorded:
    """Take back the newest answer, and where none stands the order itself.

    Raises `NotFoundError` for a number that nobody received, and `UsageError` without a reason.
    """
    order = load_order(workspace, asked.number)
    if not asked.reason.strip():
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    workspace.home.texts.refuse({"reason": asked.reason})
    known = workspace.known.read(ORDER_TYPES)
    facts = [k.event for k in known if k.event.subject == order.subject and k.event.type in ORDER_TYPES]
    answers = [event for event in facts if isinstance(event.data, WorkOrderAnswered)]
    event = max(answers or facts, key=lambda e: e.time)
    void = FactWithdrawn(corrects=event.id, of_type=event.type, its_time=event.time, reason=asked.reason)
    void_id = fact_ids.withdrawn(order.subject, event.id)
    _append(workspace, Event(void_id, event.source, order.subject, datetime.now(UTC), void, actor.origin()))
    return OrderRecorded(order.number, event.id, order.due_at)


def list_orders(workspace: Workspace, at: datetime, scope: Scope = Scope()) -> list[WorkOrder]:  # noqa: B008 (frozen)
    """Return the work orders of a scope, what is overdue first; one about no account is the office's alone."""
    found = work_orders(workspace.known.read(ORDER_TYPES), at)
    if scope == Scope():
        return found
    try:
        among = accounts_within(workspace, registry_now(workspace), scope)
    except NotFoundError:  # an area without accounts
        return []
    return [order for order in found if order.account in among]


def load_order(workspace: Workspace, number: str) -> WorkOrder:
    """Return a work order by its number; raises `NotFoundError`."""
    found = _find(workspace, number)
    if found is None:
        known = [order.number for order in list_orders(workspace, datetime.now(UTC))]
        raise NotFoundError(
            message("no work order {number!r}{nearest}", number=number, nearest=nearest(number, known))
        )
    return found


def _find(workspace: Workspace, number: str) -> WorkOrder | None:
    subject = work_order_subject(folded(number))
    orders = list_orders(workspace, datetime.now(UTC))
    return next((order for order in orders if order.subject == subject), None)


def _append(workspace: Workspace, event: Event[Any]) -> UUID:
    taken = append_new(workspace, [event])
    workspace.catch_up()
    return taken.events[0].id if taken.events else event.id


def _due(asked: ReceiveOrder, at: datetime) -> datetime | None:
    terms = [asked.due_at, asked.hours, asked.working_hours]
    if sum(term is not None for term in terms) > 1:
        raise UsageError(
            message(
                "give one term: {due_at}, {hours} or {working_hours}",
                due_at=field("due_at"),
                hours=field("hours"),
                working_hours=field("working_hours"),
            )
        )
    for name in ("hours", "working_hours"):
        term: int | None = getattr(asked, name)
        if term is not None and not 0 < term <= _MOST_HOURS:
            raise UsageError(
                message(
                    "{hours} {said}: a term has 1 to {most} hours",
                    hours=field(name),
                    said=term,
                    most=_MOST_HOURS,
                )
            )
    if asked.hours is not None:
        return hours_deadline(at, asked.hours)
    if asked.working_hours is not None:
        try:
            return working_hours_deadline(at, asked.working_hours, _clock().spans)
        except CalendarUnknownError as e:
            raise UsageError(
                message("{error}; give {due_at} instead", error=marked(e), due_at=field("due_at"))
            ) from None
    if asked.due_at is not None and asked.due_at < at:
        raise UsageError(message("{due_at} lies before the order came", due_at=field("due_at")))
    return asked.due_at


def _refuse_future(at: datetime, now: datetime) -> None:
    if at > now:
        raise UsageError(message("{at} is still to come; say when it was", at=field("at")))
