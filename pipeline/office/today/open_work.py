"""How much waits for the office, by page: folded anew where a fact of its types came, for every page asks."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from events.instants import to_micros
from events.withdrawal import FactWithdrawn
from pipeline.home.desk import Desk
from projections.registry.filing_case import CaseState
from projections.registry.filing_cases import FILING_TYPES, filing_cases
from projections.rounds.claims import CLAIM_TYPES, counting
from projections.rounds.state import ROUND_TYPES, fold_rounds
from projections.work_orders.orders import ORDER_TYPES, work_orders

_MINUTE_US = 60_000_000
_KEPT = 64


class OpenWork(NamedTuple):
    """What waits on a page."""

    waiting: int
    late: int = 0


class _Counted(NamedTuple):
    """How what waits on a page is counted, and by facts of which types."""

    types: tuple[str, ...]
    reckon: Callable[[Desk, datetime], OpenWork]


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


_PAGES: Mapping[str, _Counted] = {
    "/work-orders": _Counted(tuple(ORDER_TYPES), _orders),
    "/filings": _Counted((*FILING_TYPES, *CLAIM_TYPES), _applications),
    "/findings": _Counted((*ROUND_TYPES, *CLAIM_TYPES), _objections),
}
PAGES = frozenset(_PAGES)
"""Paths of the pages whose open work is counted."""

_kept: OrderedDict[tuple[object, ...], OpenWork] = OrderedDict()
_lock = threading.Lock()


def open_work(desk: Desk, page: str, now: datetime) -> OpenWork:
    """Return what waits on a page; kept for a minute and for as long as no fact of its types comes."""
    counted, kinds = _PAGES[page], desk.model.store.kinds()
    facts = tuple(kinds.get(type_, 0) for type_ in (*counted.types, FactWithdrawn.type))
    key = (str(desk.home.path), desk.model.store.made(), page, to_micros(now) // _MINUTE_US, facts)
    with _lock:
        if (found := _kept.get(key)) is not None:
            return found
    found = counted.reckon(desk, now)
    with _lock:
        _kept[key] = found
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found
