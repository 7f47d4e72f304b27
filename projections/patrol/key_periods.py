"""Key periods 重要时间节点: which days and areas they cover, and how often accounts are looked at in them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from events.key_period import KeyPeriodDeclared, KeyPeriodEnded
from events.known import Known
from projections.registry.units import Unit, units_by_name

KEY_PERIOD_TYPES = (KeyPeriodDeclared.type, KeyPeriodEnded.type)


class KeyPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """A period as it stands."""

    period_id: UUID
    subject: str
    declared_at: datetime
    told: KeyPeriodDeclared
    ends_on: date  # the last day now; before the first day: it never came
    ended_early: bool = False

    def covers(self, day: date, area: str) -> bool:
        """Tell whether a day in an area belongs to it."""
        return self.told.starts_on <= day <= self.ends_on and (not self.told.areas or area in self.told.areas)


def key_periods(known: Iterable[Known]) -> list[KeyPeriod]:
    """Return the periods by their first day; an early end counts as far as it shortens."""
    declared: dict[str, tuple[UUID, datetime, KeyPeriodDeclared]] = {}
    ends: dict[str, date] = {}
    for k in known:
        event, data = k.event, k.event.data
        if isinstance(data, KeyPeriodDeclared):
            declared.setdefault(event.subject, (event.id, event.time, data))
        elif isinstance(data, KeyPeriodEnded):
            ends[event.subject] = min(ends.get(event.subject, data.ends_on), data.ends_on)
    made = [
        KeyPeriod(
            period_id=period_id,
            subject=subject,
            declared_at=at,
            told=data,
            ends_on=min(data.ends_on, ends.get(subject, data.ends_on)),
            ended_early=ends.get(subject, data.ends_on) < data.ends_on,
        )
        for subject, (period_id, at, data) in declared.items()
    ]
    return sorted(made, key=lambda period: (period.told.starts_on, period.subject))


class Density:
    """How often accounts of each area are looked at on a day at the least; areas of units stand for blank ones."""

    def __init__(self, periods: Sequence[KeyPeriod], day: date, units: Mapping[str, Unit]) -> None:
        self._periods = [p for p in periods if p.told.starts_on <= day <= p.ends_on]
        self._day = day
        self._by_name = units_by_name(units) if self._periods else {}

    def of(self, area: str, owner: str) -> int:
        """Return the looks a day that an account needs, 0 where no period covers it; of several the densest counts."""
        if not self._periods:
            return 0
        owners = self._by_name.get(owner, ())
        where = area or (owners[0].area if len(owners) == 1 else "")
        return max((p.told.looks_a_day for p in self._periods if p.covers(self._day, where)), default=0)
