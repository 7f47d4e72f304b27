"""Suggestions about websites, and what people made of them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.known import Known
from events.site import SiteSuspected, Suspected
from events.suspicion import SuspicionSettled
from projections.registry.suspicions import SuspicionState

SITE_SUSPICION_TYPES = (SiteSuspected.type, SuspicionSettled.type)


class SiteSuspicion(msgspec.Struct, frozen=True):
    """A suggestion as it was told first."""

    id: UUID
    site: str
    what: Suspected
    page: str
    url: str
    detail: str
    source: str
    seen_at: datetime
    state: SuspicionState = "open"
    settled_at: datetime | None = None
    reason: str = ""


def site_suspicions_of(known: Iterable[Known]) -> list[SiteSuspicion]:
    """Return every suggestion, by time; of several answers to one the first counts."""
    records = list(known)
    found: dict[UUID, SiteSuspicion] = {}
    for k in records:
        event, data = k.event, k.event.data
        if isinstance(data, SiteSuspected) and event.id not in found:
            found[event.id] = SiteSuspicion(
                event.id, event.subject, data.what, data.page, data.url, data.detail, event.source, event.time
            )
    for k in records:
        data = k.event.data
        if isinstance(data, SuspicionSettled) and (one := found.get(data.suspicion)) and one.state == "open":
            found[one.id] = replace(one, state=data.outcome, settled_at=k.event.time, reason=data.reason)
    return sorted(found.values(), key=lambda s: (s.seen_at, s.id))
