"""What was suspected of texts, and what people made of it; a context that is always right settles what stands in it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.finding import FindingWithdrawn
from events.known import Known
from events.wording import WordingSettled, WordingSuspected

WORDING_TYPES = (WordingSuspected.type, WordingSettled.type)

State = Literal["open", "confirmed", "dismissed"]


class Suspected(msgspec.Struct, frozen=True):
    """A suggestion as it was told first, and its end."""

    id: UUID
    account_id: str
    source: str
    read_at: datetime
    data: WordingSuspected
    state: State = "open"
    settled_at: datetime | None = None
    settled_by: str = ""
    settlement: WordingSettled | None = None  # None: open, or settled by its context
    by_context: UUID | None = None  # the suggestion whose context was said to be always right
    settlement_id: UUID | None = None


def suspected_of(known: Iterable[Known]) -> list[Suspected]:
    """Return every suggestion, by time; of several answers to one the first counts.

    An open one is dismissed by its context where the same entry was said to be right in the same context.
    """
    records = list(known)
    settled: dict[UUID, Known] = {}
    for k in records:
        if isinstance(k.event.data, WordingSettled):
            settled.setdefault(k.event.data.suspicion, k)
    found: dict[UUID, Suspected] = {}
    for k in records:
        if isinstance(k.event.data, WordingSuspected) and k.event.id not in found:
            found[k.event.id] = _ended(_suspected(k), settled.get(k.event.id))
    right = {
        (one.data.entry, one.data.context): one
        for one in sorted(found.values(), key=_order, reverse=True)
        if one.settlement is not None and one.settlement.everywhere
    }
    return sorted((_by_context(one, right) for one in found.values()), key=_order)


def withdrawn_findings(known: Iterable[Known]) -> frozenset[UUID]:
    """Return the findings that were withdrawn."""
    return frozenset(k.event.data.corrects for k in known if isinstance(k.event.data, FindingWithdrawn))


def _suspected(k: Known) -> Suspected:
    event = k.event
    return Suspected(event.id, event.subject, event.source, event.time, event.data)


def _ended(one: Suspected, settled: Known | None) -> Suspected:
    if settled is None:
        return one
    event, data = settled.event, settled.event.data
    return replace(
        one,
        state=data.outcome,
        settled_at=event.time,
        settled_by=data.by,
        settlement=data,
        settlement_id=event.id,
    )


def _by_context(one: Suspected, right: dict[tuple[str, str], Suspected]) -> Suspected:
    first = right.get((one.data.entry, one.data.context))
    if one.state != "open" or first is None:
        return one
    return replace(
        one,
        state="dismissed",
        settled_at=first.settled_at,
        settled_by=first.settled_by,
        by_context=first.id,
    )


def _order(one: Suspected) -> tuple[datetime, UUID]:
    return one.read_at, one.id
