"""The quality of a monitoring firm's work (验收): coverage, delay, false alarms, what others found and it did not."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from events.finding import FindingRechecked, FindingRecorded, FindingWithdrawn
from events.instants import from_micros
from events.known import Known
from events.quarters import Quarter

QUALITY_TYPES = (FindingRecorded.type, FindingWithdrawn.type, FindingRechecked.type)
"""Types of facts that the quality of findings follows from."""
_HOUR_S = 3600


class Coverage(msgspec.Struct, frozen=True):
    """Weeks of accounts that were looked at, of those that the plan asks for: each open account once a week."""

    planned: int
    looked: int

    @property
    def share(self) -> str | None:
        """Return the share in percent, rounded down: nearly all is not all."""
        if not self.planned:
            return None
        tenths = self.looked * 1000 // self.planned
        return f"{tenths // 10}.{tenths % 10}%"


class FirmQuality(msgspec.Struct, frozen=True, kw_only=True):
    """The findings of one firm in a quarter, and how they fared."""

    firm: str
    quarter: str
    findings: int
    false_alarms: int  # withdrawn (核减), or a second check found that it does not hold
    withdrawn: int  # of these
    missed: int  # problems that others found in the quarter and it had not
    delay_median_h: int | None  # whole hours from the finding to its hand-in; None: no finding
    delay_longest_h: int | None


def firm_quality(known: Iterable[Known], firms: Sequence[str], quarter: Quarter) -> list[FirmQuality]:
    """Return the quality of each firm in a quarter, by the time of the findings.

    A problem is a rule at an account; one is missed where somebody else found it in the quarter and the firm had not
    told of it by then. A false alarm of others is nothing that could be missed.
    """
    found, withdrawn, refuted = _gathered(known, quarter)
    fallen = withdrawn | refuted
    results = []
    for firm in firms:
        own = {i: k for i, k in found.items() if _finder(k) == firm}
        reported = _first_reported(own)
        others = {
            _problem(k): k.event.time
            for i, k in sorted(found.items(), key=lambda item: item[1].event.time, reverse=True)
            if i not in own and i not in fallen
        }
        missed = [p for p, at in others.items() if p not in reported or reported[p] > at]
        delays = sorted(_delay_h(k) for k in own.values())
        results.append(
            FirmQuality(
                firm=firm,
                quarter=quarter.label,
                findings=len(own),
                false_alarms=len(own.keys() & fallen),
                withdrawn=len(own.keys() & withdrawn),
                missed=len(missed),
                delay_median_h=delays[len(delays) // 2] if delays else None,
                delay_longest_h=delays[-1] if delays else None,
            )
        )
    return results


def finders(known: Iterable[Known], quarter: Quarter) -> list[str]:
    """Return who found something in a quarter, by name."""
    found, _, _ = _gathered(known, quarter)
    return sorted({_finder(k) for k in found.values()} - {""})


def _gathered(
    known: Iterable[Known], quarter: Quarter
) -> tuple[dict[UUID, Known], frozenset[UUID], frozenset[UUID]]:
    """Return the findings of a quarter, the ids of those withdrawn, and of those that a second check refuted."""
    found: dict[UUID, Known] = {}
    withdrawn: set[UUID] = set()
    checked: dict[UUID, bool] = {}
    for k in known:
        data = k.event.data
        if isinstance(data, FindingRecorded):
            if quarter.start < k.event.time <= quarter.end:
                found.setdefault(k.event.id, k)
        elif isinstance(data, FindingWithdrawn):
            withdrawn.add(data.corrects)
        elif isinstance(data, FindingRechecked):
            checked[data.finding_id] = data.holds
    return found, frozenset(withdrawn), frozenset(i for i, holds in checked.items() if not holds)


def _first_reported(own: Mapping[UUID, Known]) -> dict[tuple[str, str], datetime]:
    reported: dict[tuple[str, str], datetime] = {}
    for k in own.values():
        at = k.event.time
        reported[_problem(k)] = min(at, reported.get(_problem(k), at))
    return reported


def _finder(k: Known) -> str:
    return str(k.event.data.finder)


def _problem(k: Known) -> tuple[str, str]:
    return k.event.subject, str(k.event.data.rule)


def _delay_h(k: Known) -> int:
    handed_in = k.event.data.handed_in_at or from_micros(k.recorded_at)
    return max(int((handed_in - k.event.time).total_seconds()) // _HOUR_S, 0)
