"""Derived events as told against those that follow from the facts: the second line of defence of the folds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

import msgspec

from events import derived_ids
from events.alert import AlertCleared, AlertHeld, AlertRaised, AlertSkipped, AlertWithdrawn
from events.base import Payload
from events.codec import Event
from events.emergency import EmergencyAnnounced
from events.instants import to_micros
from events.known import Told
from events.patrol import SourceImpaired, SourceRecovered, SourceRestored, SourceStalled
from events.rectification import RectificationAnnounced
from events.round import ScoreProjected, ScoreWithdrawn
from events.sources import XUNCHA

RECONCILED = tuple(
    p.type
    for p in (
        AlertRaised,
        AlertSkipped,
        AlertCleared,
        SourceStalled,
        SourceRecovered,
        SourceImpaired,
        SourceRestored,
        ScoreProjected,
        AlertHeld,
        EmergencyAnnounced,
        RectificationAnnounced,
    )
)
"""Types that a fold derives."""

NO_GROUND, OTHERWISE = "事实中没有依据", "与事实不符"
"""Reasons of withdrawals, for people: nothing in the facts supports it; the facts support something else."""


class Difference(msgspec.Struct, frozen=True):
    """One derived event that was not told as it follows from the facts."""

    kind: Literal["missing", "withdrawn", "altered", "wrong"]
    expected: Event[Any] | None  # what follows from the facts, None of a wrong one
    told: Event[Any] | None  # None of a missing one

    @property
    def event(self) -> Event[Any]:
        """The event that must exist, else the one that must not."""
        event = self.expected or self.told
        if event is None:
            raise ValueError("a difference is between something and something else")
        return event


Ruled = Mapping[str, Collection[str]]
"""Of accounts that a fact names another ruleset for: under which the folds speak of them."""


NOBODY: Ruled = MappingProxyType({})


def differences(
    expected: Iterable[Event[Any]], recorded: Sequence[Told], ruleset: str, ruled: Ruled = NOBODY
) -> list[Difference]:
    """Return what must have been told and was not, was withdrawn, or was told otherwise.

    An id that was told under another ruleset counts as told, and what it said there is not compared. An alert whose
    proof was lost has to be told and withdrawn again; one that nobody was told of needs neither.
    """
    judged = _judged(recorded, ruleset, ruled)
    by_id = {t.event.id: t for t in recorded}
    expected = list(expected)
    lost = lost_among(expected)
    found = []
    for event in expected:
        known = by_id.get(event.data.corrects if isinstance(event.data, AlertWithdrawn) else event.id)
        if isinstance(event.data, AlertWithdrawn):
            if known is not None and not known.withdrawn:
                found.append(Difference("missing", event, None))
        elif event.id in lost:
            continue
        elif known is None:
            found.append(Difference("missing", event, None))
        elif known.withdrawn:
            found.append(Difference("withdrawn", event, known.event))
        elif event.id in judged and _essence(known.event) != _essence(event):
            found.append(Difference("altered", event, known.event))
    return found


def lost_among(expected: Iterable[Event[Any]]) -> set[UUID]:
    """Return the ids of the alerts that lost their proof, and that a fold withdrew."""
    return {e.data.corrects for e in expected if isinstance(e.data, AlertWithdrawn)}


def suspects(
    expected: Iterable[Event[Any]],
    recorded: Sequence[Told],
    ruleset: str,
    known_at: datetime,
    ruled: Ruled = NOBODY,
) -> list[Event[Any]]:
    """Return what was told by K and does not follow from what was known at K; what was withdrawn is settled.

    Not all of it is wrong: a clock that is behind may record by K what follows from a fact after K.
    """
    judged = _judged(recorded, ruleset, ruled)
    ids = {e.id for e in expected}
    k = to_micros(known_at)
    return [
        t.event
        for t in recorded
        if t.event.id in judged and t.event.id not in ids and t.recorded_at <= k and not t.withdrawn
    ]


def repairs_of(difference: Difference, at: datetime) -> list[Event[Payload]]:
    """Return the events that mend a difference, in their order; the same difference has the same ids.

    What must exist is told under its own id, so that it is a duplicate where it exists after all. After a
    withdrawal the next record of the id counts.
    """
    events = [] if difference.expected is None else [difference.expected]
    if difference.told is None or difference.kind == "withdrawn":
        return events
    return [_withdrawal(difference.told, OTHERWISE if events else NO_GROUND, at), *events]


def _judged(recorded: Iterable[Told], ruleset: str, ruled: Ruled) -> set[UUID]:
    """Return the ids of what the folds of this ruleset answer for; messages of sources belong to all rulesets.

    The end of an alert names no ruleset: it belongs to those of the alerts that it ends, and to all if there is none.
    """
    recorded = list(recorded)
    openers: dict[tuple[str, UUID], set[str]] = defaultdict(set)
    for t in recorded:
        if isinstance(t.event.data, AlertRaised):
            openers[t.event.subject, t.event.data.opener_id].add(t.event.data.ruleset)
    return {
        t.event.id
        for t in recorded
        if not (rulesets := _rulesets(t.event, openers))
        or ruleset in rulesets
        or not rulesets.isdisjoint(ruled.get(t.event.subject, ()))
    }


def _rulesets(event: Event[Any], openers: dict[tuple[str, UUID], set[str]]) -> set[str]:
    match event.data:
        case AlertRaised(ruleset=ruleset) | ScoreProjected(ruleset=ruleset):
            return {ruleset}
        case AlertCleared(opener_id=opener_id):
            return openers.get((event.subject, opener_id), set())
    return set()


def _essence(event: Event[Any]) -> tuple[object, ...]:
    """Return what an event says beyond its id; names and wording may change from release to release."""
    score = event.data
    if isinstance(score, ScoreProjected):
        return event.type, event.time, score.verdict, score.reason, score.points
    return event.type, event.time


def _withdrawal(event: Event[Any], reason: str, at: datetime) -> Event[Payload]:
    data: Payload
    withdrawal_id = derived_ids.alert_withdrawn(event.id)
    match event.data:
        case ScoreProjected():
            data = ScoreWithdrawn(corrects=event.id, reason=reason)
            withdrawal_id = derived_ids.score_withdrawn(event.id)
        case AlertRaised() | AlertCleared() as alert:
            data = AlertWithdrawn(
                corrects=event.id,
                reason=reason,
                level=alert.level,
                opener_id=alert.opener_id,
                name=alert.name,
                given_id=alert.given_id,
                owner=alert.owner,
                replay=alert.replay,
            )
        case EmergencyAnnounced() as announced:
            data = AlertWithdrawn(
                corrects=event.id,
                reason=reason,
                level="emergency",
                name=announced.name,
                given_id=announced.given_id,
                owner=announced.owner,
                replay=announced.replay,
            )
        case _:
            data = AlertWithdrawn(corrects=event.id, reason=reason, replay=event.data.replay)
    return Event(withdrawal_id, XUNCHA, event.subject, at, data)
