"""How much waits for the office, by page: reckoned anew where something came that tells of it, for every page asks."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from connectors.people.intake_memory import IntakeMemory
from connectors.people.public_reports import PublicReports
from connectors.readmodel.port import Wanted
from events.bulletin import BulletinIssued
from events.days import chinese_day
from events.instants import to_micros
from events.withdrawal import FactWithdrawn
from pipeline.home.desk import Desk
from pipeline.office.intake.open_plans import open_plans
from pipeline.office.intake.stored import StoredPlan
from pipeline.office.standing.among import Among
from pipeline.office.today.overdue import standing_tasks
from projections.intakes.state import INTAKE_TYPES, IntakeStage, fold_intakes
from projections.registry.filing_case import CaseState
from projections.registry.filing_cases import FILING_TYPES, filing_cases
from projections.registry.suspicions import SUSPICION_TYPES, suspicions_of
from projections.rounds.claims import CLAIM_TYPES, counting
from projections.rounds.state import ROUND_TYPES, fold_rounds
from projections.rounds.tasks import TASK_TYPES
from projections.work_orders.orders import ORDER_TYPES, work_orders

_MINUTE_US = 60_000_000
_KEPT = 64


class OpenWork(NamedTuple):
    """What waits on a page."""

    waiting: int
    late: int = 0


def _nothing(desk: Desk) -> Hashable:
    del desk
    return None


class _Counted(NamedTuple):
    """How what waits on a page is counted, by facts of which types, and of what else it follows."""

    types: tuple[str, ...]
    reckon: Callable[[Desk, datetime], OpenWork]
    beside: Callable[[Desk], Hashable] = _nothing
    """What no fact tells; it is asked for with every page, and is another value where the count may be."""


def _orders(desk: Desk, now: datetime) -> OpenWork:
    """Return the work orders from above that nobody answered."""
    orders = work_orders(desk.known.read(ORDER_TYPES, texts=False), now)
    due = [order.due_at for order in orders if order.answered_at is None]
    return OpenWork(len(due), sum(at is not None and at < now for at in due))


def _applications(desk: Desk, now: datetime) -> OpenWork:
    """Return the applications of filings without an opinion of the office."""
    known = counting(desk.known.read((*FILING_TYPES, *CLAIM_TYPES), texts=False))
    return OpenWork(sum(case.state is CaseState.APPLIED for case in filing_cases(known, now)))


def _objections(desk: Desk, now: datetime) -> OpenWork:
    """Return the objections of the city's rounds that nobody decided."""
    del now
    rounds = fold_rounds(counting(desk.known.read((*ROUND_TYPES, *CLAIM_TYPES), texts=False)))
    return OpenWork(sum(len(state.undecided) for state in rounds.values() if not state.announced.office))


def _tasks(desk: Desk, now: datetime) -> OpenWork:
    """Return the tasks that ask something of the office: late ones are to be chased, answered ones to be rechecked."""
    today = chinese_day(now)
    tasks = standing_tasks(desk.home, desk.model, Among(desk.model, Wanted()))
    late = sum(task.is_late(today) for task in tasks)
    answered = sum(task.answered_at is not None and not task.held for task in tasks)
    return OpenWork(late + answered, late)


def _papers(desk: Desk, now: datetime) -> OpenWork:
    """Return the papers that nobody said yes to, and those that were cut off while they were written."""
    del now
    plans = IntakeMemory(desk.people).plans()
    stored = {plan_id: msgspec.json.decode(body, type=StoredPlan) for plan_id, body in plans.items()}
    waiting = sum(not plan.sent_back for plan in open_plans(stored).values())
    intakes = fold_intakes(counting(desk.known.read((*INTAKE_TYPES, *CLAIM_TYPES), texts=False))).values()
    cut_off = sum(intake.stage is IntakeStage.OPEN for intake in intakes)
    return OpenWork(waiting + cut_off, cut_off)


def _plans_kept(desk: Desk) -> Hashable:
    return IntakeMemory(desk.people).stamp()


def _reports(desk: Desk, now: datetime) -> OpenWork:
    """Return the reports of the public that nobody closed."""
    del now
    return OpenWork(_reports_open(desk))


def _reports_open(desk: Desk) -> int:
    return PublicReports(desk.people).count_open()


def _sources(desk: Desk, now: datetime) -> OpenWork:
    """Return the sources that are stalled, what of all could not be read, and what they suggest and nobody judged."""
    del now
    stalled = len(_stalled(desk))
    unread = sum(letter.waits for letter in desk.log.letters())
    suspected = sum(
        one.state == "open" for one in suspicions_of(desk.known.read(SUSPICION_TYPES, texts=False))
    )
    return OpenWork(stalled + unread + suspected, stalled)


def _stalled(desk: Desk) -> tuple[str, ...]:
    return tuple(name for name, one in desk.model.health().items() if one.stalled)


_PAGES: Mapping[str, _Counted] = {
    "/in": _Counted((*INTAKE_TYPES, *CLAIM_TYPES), _papers, _plans_kept),
    "/reports-from-public": _Counted((), _reports, _reports_open),
    "/tasks": _Counted((*TASK_TYPES, *ROUND_TYPES, BulletinIssued.type, *CLAIM_TYPES), _tasks),
    "/sources": _Counted(tuple(SUSPICION_TYPES), _sources, _stalled),
    "/work-orders": _Counted(tuple(ORDER_TYPES), _orders),
    "/filings": _Counted((*FILING_TYPES, *CLAIM_TYPES), _applications),
    "/findings": _Counted((*ROUND_TYPES, *CLAIM_TYPES), _objections),
}
PAGES = frozenset(_PAGES)
"""Paths of the pages whose open work is counted."""

_kept: OrderedDict[tuple[object, ...], OpenWork] = OrderedDict()
_lock = threading.Lock()


def open_work(desk: Desk, pages: Iterable[str], now: datetime) -> dict[str, OpenWork]:
    """Return what waits, by page.

    Kept for a minute, and for as long as no fact of its types comes and what else it follows of is the same.
    """
    kinds, minute = desk.model.store.kinds(), to_micros(now) // _MINUTE_US
    where = (str(desk.home.path), desk.model.store.made(), minute)
    found = {}
    for page in pages:
        counted = _PAGES[page]
        facts = tuple(kinds.get(type_, 0) for type_ in (*counted.types, FactWithdrawn.type))
        found[page] = _of((page, *where, facts, counted.beside(desk)), counted, desk, now)
    return found


def _of(key: tuple[object, ...], counted: _Counted, desk: Desk, now: datetime) -> OpenWork:
    with _lock:
        if (kept := _kept.get(key)) is not None:
            return kept
    found = counted.reckon(desk, now)
    with _lock:
        _kept[key] = found
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found
