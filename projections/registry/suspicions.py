"""Suggestions of patrol about accounts themselves, and what people made of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from events.known import Known
from events.suspicion import AccountSuspected, Suspected, SuspicionSettled

SUSPICION_TYPES = (AccountSuspected.type, SuspicionSettled.type)

SuspicionState = Literal["open", "confirmed", "dismissed"]


class Suspicion(msgspec.Struct, frozen=True):
    """A suggestion as it was told first."""

    id: UUID
    account_id: str
    what: Suspected
    shown: str
    known: str
    source: str
    seen_at: datetime
    state: SuspicionState = "open"
    settled_at: datetime | None = None
    reason: str = ""


def suspicions_of(known: Iterable[Known]) -> list[Suspicion]:
    """Return every suggestion, by time; of several answers to one the first counts."""
    records = list(known)
    settled: dict[UUID, Known] = {}
    for k in records:
        if isinstance(k.event.data, SuspicionSettled):
            settled.setdefault(k.event.data.suspicion, k)
    found: dict[UUID, Suspicion] = {}
    for k in records:
        if isinstance(k.event.data, AccountSuspected):
            found.setdefault(k.event.id, _suspicion(k, settled.get(k.event.id)))
    return sorted(found.values(), key=lambda s: (s.seen_at, s.id))


def _suspicion(suspected: Known, settled: Known | None) -> Suspicion:
    event, data = suspected.event, suspected.event.data
    suspicion = Suspicion(
        event.id, event.subject, data.what, data.shown, data.known, event.source, event.time
    )
    if settled is None:
        return suspicion
    end = settled.event
    return msgspec.structs.replace(
        suspicion, state=end.data.outcome, settled_at=end.time, reason=end.data.reason
    )
