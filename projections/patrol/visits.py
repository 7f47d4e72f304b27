"""Visits of home pages (网站可用性): when they are made over a day, and what they come to.

国办秘函〔2019〕19号 judges by twenty or more visits a day with time between them.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Literal

import msgspec

from events.instants import SHANGHAI

LEAST_VISITS = 20
VISITS = 24
"""Visits that are planned a day: some may say nothing of the site, and twenty have to."""

VisitCause = Literal["", "dns", "connect", "tls", "timeout", "status", "blank", "blocked", "ours"]
_UNTOLD = frozenset(("blocked", "ours"))
_DAY_S = 86_400


class Visit(msgspec.Struct, frozen=True):
    """One visit of a home page."""

    slot: int  # of the plan of its day
    at: datetime
    cause: VisitCause  # empty: it was open


class Tally(msgspec.Struct, frozen=True):
    """What the visits of one site and day come to."""

    visits: int  # that say something of the site
    failures: int
    causes: dict[str, int]  # of failures, and of visits that say nothing: those are in neither number
    first_at: datetime
    last_at: datetime


def planned_visits(site: str, day: date, visits: int = VISITS) -> tuple[datetime, ...]:
    """Return when a site is visited on a Chinese day: once in each part of it, at a place that its name gives.

    Each day has places of its own, so that a job of the night is not met at the same minute for ever. Two visits lie
    at least half a part apart: the place is drawn from the first half of each.
    """
    start = datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
    part_s = _DAY_S / visits
    found = []
    for slot in range(visits):
        drawn = int.from_bytes(sha256(f"{site} {day.isoformat()} {slot}".encode()).digest()[:4]) / 2**32
        found.append(start + timedelta(seconds=round((slot + drawn / 2) * part_s)))
    return tuple(found)


def due_visit(plan: tuple[datetime, ...], made: Iterable[int], now: datetime) -> int | None:
    """Return the part of the day whose visit is due now, None where it was made or lies ahead.

    A part that passed without its visit is not made up for: two visits at once are not spaced.
    """
    slots = [slot for slot, at in enumerate(plan) if at <= now]
    if not slots or slots[-1] in set(made):
        return None
    return slots[-1]


def tally(visits: Iterable[Visit]) -> Tally | None:
    """Count the visits of one site and day; None where none was made."""
    made = sorted(visits, key=lambda visit: visit.at)
    if not made:
        return None
    counted = [visit for visit in made if visit.cause not in _UNTOLD]
    causes: dict[str, int] = {}
    for visit in made:
        if visit.cause:
            causes[visit.cause] = causes.get(visit.cause, 0) + 1
    return Tally(
        visits=len(counted),
        failures=sum(1 for visit in counted if visit.cause),
        causes=dict(sorted(causes.items())),
        first_at=made[0].at,
        last_at=made[-1].at,
    )
