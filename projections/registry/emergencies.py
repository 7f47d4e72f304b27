"""Emergencies (应急处置) as known: how far each has come, which step may follow, and how long the steps took."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.base import Payload
from events.codec import Event
from events.counterfeit import Authority
from events.emergency import (
    EmergencyClosed,
    EmergencyConfirmed,
    EmergencyDismissed,
    EmergencyHandedOver,
    EmergencySuspected,
    EmergencyTakenDown,
    EmergencyVerified,
)
from events.evidence import Evidence
from events.known import Known
from events.messages import message
from projections.registry.counterfeits import AUTHORITIES

EMERGENCY_TYPES = (
    EmergencySuspected.type,
    EmergencyConfirmed.type,
    EmergencyTakenDown.type,
    EmergencyVerified.type,
    EmergencyHandedOver.type,
    EmergencyClosed.type,
    EmergencyDismissed.type,
)
"""Types of events that emergencies follow from."""


class EmergencyState(StrEnum):
    """How far an emergency has come."""

    SUSPECTED = "suspected"  # 待第二人核实
    CONFIRMED = "confirmed"  # 待撤下
    TAKEN_DOWN = "taken_down"  # 待复核
    VERIFIED = "verified"  # 待通报、复盘
    CLOSED = "closed"
    DISMISSED = "dismissed"


S = EmergencyState
ENDED = (S.CLOSED, S.DISMISSED)


class TakenStep(msgspec.Struct, frozen=True):
    """A step as it was taken."""

    type: str
    at: datetime
    by: str  # a person id or the code of a role; empty: whoever wrote the fact
    fact_id: UUID
    told: str = ""  # what was written about it


class Emergency(msgspec.Struct, frozen=True, kw_only=True):
    """One emergency."""

    id: UUID
    account_id: str
    rule: str
    problem: str
    link: str
    post_id: UUID | None
    evidence: tuple[Evidence, ...]
    state: EmergencyState
    suspected_at: datetime
    suspected_by: str  # the actor
    steps: tuple[TakenStep, ...]
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    taken_down_at: datetime | None = None  # the last time that the unit said so
    verified_at: datetime | None = None
    seen_by: UUID | None = None
    handed_over: dict[Authority, datetime] = {}
    ended_at: datetime | None = None
    returned: int = 0  # how often a look found it still there

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def missing(self) -> list[str]:
        """Return the authorities that were not informed yet."""
        return [name for to, name in AUTHORITIES.items() if to not in self.handed_over]

    @property
    def minutes(self) -> dict[str, int]:
        """Return how long it took from the suspicion to each step that was taken, in whole minutes."""
        taken = {
            "confirmed": self.confirmed_at,
            "taken_down": self.taken_down_at,
            "verified": self.verified_at,
            **{f"handed_over_{to}": at for to, at in self.handed_over.items()},
            "ended": self.ended_at,
        }
        return {step: int((at - self.suspected_at).total_seconds() // 60) for step, at in taken.items() if at}


def emergencies_of(known: Iterable[Known]) -> dict[UUID, Emergency]:
    """Return every emergency by id; `known` are facts that count, in log order, others among them.

    A step that cannot follow changes nothing: two people did something at the same time, and the first one counts.
    """
    found: dict[UUID, Emergency] = {}
    for k in known:
        event, data = k.event, k.event.data
        if event.type not in EMERGENCY_TYPES:
            continue
        if isinstance(data, EmergencySuspected):
            found[event.id] = Emergency(
                id=event.id,
                account_id=event.subject,
                rule=data.rule,
                problem=data.problem,
                link=data.link,
                post_id=data.post_id,
                evidence=data.evidence,
                state=S.SUSPECTED,
                suspected_at=event.time,
                suspected_by=data.by,
                steps=(TakenStep(event.type, event.time, data.by, event.id, data.note),),
            )
            continue
        case = found.get(data.emergency_id)
        if case is not None and case.account_id == event.subject and wrong_step(case, data) is None:
            found[case.id] = _after(case, event)
    return found


_FROM: dict[type[Payload], tuple[EmergencyState, ...]] = {
    EmergencyConfirmed: (S.SUSPECTED,),
    EmergencyTakenDown: (S.CONFIRMED,),
    EmergencyVerified: (S.CONFIRMED, S.TAKEN_DOWN),
    EmergencyHandedOver: (S.CONFIRMED, S.TAKEN_DOWN, S.VERIFIED),
    EmergencyClosed: (S.VERIFIED,),
    EmergencyDismissed: (S.SUSPECTED, S.CONFIRMED, S.TAKEN_DOWN, S.VERIFIED),
}
"""From which states a step may follow."""


def wrong_step(case: Emergency, step: Payload) -> str | None:
    """Say why a step cannot follow, None where it can."""
    if case.state not in _FROM[type(step)]:
        return _REFUSED[case.state]
    if isinstance(step, EmergencyConfirmed) and step.by == case.suspected_by:
        return message("{by} is who suspected it; the second person is another", by=step.by)
    if isinstance(step, EmergencyHandedOver) and step.to in case.handed_over:
        return message("{name} was informed already", name=AUTHORITIES[step.to])
    if isinstance(step, EmergencyClosed) and case.missing:
        return message("{names} was not informed yet", names="、".join(case.missing))
    return None


_REFUSED = {
    S.SUSPECTED: message("a second person has to confirm it first"),
    S.CONFIRMED: message("it is confirmed, and waits for the unit to take it down"),
    S.TAKEN_DOWN: message("it was taken down, and waits for a look that verifies it"),
    S.VERIFIED: message("it is verified, and waits for its review"),
    S.CLOSED: message("it is closed"),
    S.DISMISSED: message("it was dismissed"),
}


def _after(case: Emergency, event: Event[Any]) -> Emergency:
    step, at, by, note = event.data, event.time, "", ""
    match step:
        case EmergencyConfirmed():
            note, by = step.note, step.by
            case = replace(case, state=S.CONFIRMED, confirmed_at=at, confirmed_by=step.by)
        case EmergencyTakenDown():
            note = step.note
            case = replace(case, state=S.TAKEN_DOWN, taken_down_at=at)
        case EmergencyVerified(gone=True):
            note = step.note
            case = replace(case, state=S.VERIFIED, verified_at=at, seen_by=step.seen_by)
        case EmergencyVerified():
            note = step.note
            case = replace(case, state=S.CONFIRMED, returned=case.returned + 1)
        case EmergencyHandedOver():
            note = step.receipt
            case = replace(case, handed_over={**case.handed_over, step.to: at})
        case EmergencyClosed():
            note = step.review
            case = replace(case, state=S.CLOSED, ended_at=at)
        case EmergencyDismissed():
            note = step.reason
            case = replace(case, state=S.DISMISSED, ended_at=at)
    return replace(case, steps=(*case.steps, TakenStep(step.type, at, by, event.id, note)))
