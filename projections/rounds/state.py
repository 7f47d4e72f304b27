"""A round as its facts tell it: announced, drawn, frozen, revised, closed or cancelled, with sheets and objections."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.base import Payload
from events.check_sheet import SheetHandedOut, SheetRead
from events.known import Known
from events.objection import DecisionProposed, ObjectionDecided, ObjectionRaised
from events.round import (
    FreezeProposed,
    RoundAnnounced,
    RoundBasisWithdrawn,
    RoundCancelled,
    RoundCarried,
    RoundClosed,
    RoundFrozen,
    RoundRevised,
    SampleDrawn,
)

ROUND_TYPES = (
    "round.announced",
    "sample.drawn",
    "round.freeze_proposed",
    "round.frozen",
    "round.revised",
    "round.closed",
    "round.cancelled",
    "round.carried",
    "round.basis_withdrawn",
    "sheet.handed_out",
    "sheet.read",
    "objection.raised",
    "objection.decision_proposed",
    "objection.decided",
)
_PREFIX = "round:"
_ONCE: dict[type[Payload], str] = {
    SampleDrawn: "drawn",
    RoundFrozen: "frozen",
    RoundClosed: "closed",
    RoundCancelled: "cancelled",
}
_EACH: dict[type[Payload], str] = {
    RoundRevised: "revisions",
    RoundCarried: "carried",
    RoundBasisWithdrawn: "withdrawn",
    SheetHandedOut: "sheets",
    SheetRead: "reads",
}


class Stage(StrEnum):
    """How far a round has come."""

    ANNOUNCED = "announced"
    DRAWN = "drawn"
    FROZEN = "frozen"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Objection(msgspec.Struct, frozen=True):
    """An objection, and its decision where there is one."""

    id: UUID
    raised_at: datetime
    raised: ObjectionRaised
    proposal: Known | None = None  # the newest one, of how it is decided
    decided_at: datetime | None = None
    decided: ObjectionDecided | None = None
    decision_id: UUID | None = None


class RoundState(msgspec.Struct, frozen=True, kw_only=True):
    """A round as known at a moment of knowledge."""

    name: str
    announced_at: datetime
    announced: RoundAnnounced
    telling: int = 1  # above 1: so many rounds had the name, the others are cancelled
    drawn: SampleDrawn | None = None
    proposal: Known | None = None  # the newest one, to freeze with gaps
    frozen: RoundFrozen | None = None
    revisions: tuple[RoundRevised, ...] = ()
    carried: tuple[RoundCarried, ...] = ()  # into the next quarter
    withdrawn: tuple[RoundBasisWithdrawn, ...] = ()  # facts that its run knew, behind the freeze
    closed: RoundClosed | None = None
    cancelled: RoundCancelled | None = None  # before its freeze
    sheets: tuple[SheetHandedOut, ...] = ()
    reads: tuple[SheetRead, ...] = ()
    objections: tuple[Objection, ...] = ()
    before: tuple["RoundState", ...] = ()  # cancelled rounds of the name, oldest first

    @property
    def key(self) -> str:
        """The name, told apart from cancelled rounds of it; no name holds a `#`."""
        return self.name if self.telling == 1 else f"{self.name}#{self.telling}"

    @property
    def stage(self) -> Stage:
        if self.cancelled is not None:
            return Stage.CANCELLED
        if self.closed is not None:
            return Stage.CLOSED
        if self.frozen is not None:
            return Stage.FROZEN
        return Stage.ANNOUNCED if self.drawn is None else Stage.DRAWN

    @property
    def newest(self) -> RoundFrozen | RoundRevised | None:
        """The run that holds now: the last revision, else the frozen one; None before the freeze."""
        return self.revisions[-1] if self.revisions else self.frozen

    @property
    def undecided(self) -> tuple[Objection, ...]:
        """Objections that wait for the office; nobody decides one of a cancelled round."""
        return tuple(o for o in self.objections if o.decided is None and self.cancelled is None)


def subject_of(name: str) -> str:
    """Return the subject of the facts of a round."""
    return _PREFIX + name


def fold_rounds(known: Iterable[Known]) -> dict[str, RoundState]:
    """Return the newest round of each name; `known` are first records of `ROUND_TYPES`, in log order.

    A round that is announced behind the cancellation of one of its name takes its place, and has it in `before`. Facts
    of a round that was never announced, or was cancelled, are passed over: there is nothing that they could be about.
    """
    states: dict[str, RoundState] = {}
    for k in known:
        event, data = k.event, k.event.data
        name = event.subject.removeprefix(_PREFIX)
        if isinstance(data, RoundAnnounced):
            states[name] = _announced(states.get(name), name, event.time, data)
        elif name in states and states[name].cancelled is None:
            states[name] = _taken(states[name], k)
    return states


def _announced(state: RoundState | None, name: str, at: datetime, data: RoundAnnounced) -> RoundState:
    """Return the state after an announcement: the first under a name counts, until that round is cancelled."""
    if state is None:
        return RoundState(name=name, announced_at=at, announced=data)
    if state.cancelled is None:
        return state
    before = (*state.before, replace(state, before=()))
    return RoundState(name=name, announced_at=at, announced=data, telling=state.telling + 1, before=before)


def _taken(state: RoundState, k: Known) -> RoundState:
    """Return the state after one fact; of what happens once in a round, the first record counts."""
    data = k.event.data
    kind = type(data)
    if kind in _ONCE:
        field = _ONCE[kind]
        return state if getattr(state, field) is not None else replace(state, **{field: data})
    if kind in _EACH:
        field = _EACH[kind]
        return replace(state, **{field: (*getattr(state, field), data)})
    if isinstance(data, FreezeProposed):
        return replace(state, proposal=k)
    return replace(state, objections=_objections(state.objections, k))


def _objections(before: tuple[Objection, ...], k: Known) -> tuple[Objection, ...]:
    """Return the objections of a round after one fact."""
    data = k.event.data
    if isinstance(data, ObjectionRaised):
        return (*before, Objection(k.event.id, k.event.time, data))
    if isinstance(data, DecisionProposed):
        return tuple(replace(o, proposal=k) if o.id == data.objection_id else o for o in before)
    if isinstance(data, ObjectionDecided):
        return tuple(_decided(o, k, data) for o in before)
    return before


def _decided(objection: Objection, k: Known, data: ObjectionDecided) -> Objection:
    if objection.id != data.objection_id or objection.decided is not None:
        return objection
    return replace(objection, decided_at=k.event.time, decided=data, decision_id=k.event.id)
