"""Emergencies of one account, as far as people are to be informed of them at once."""

from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from events import derived_ids
from events.base import Payload
from events.codec import Event
from events.emergency import (
    EmergencyAnnounced,
    EmergencyClosed,
    EmergencyConfirmed,
    EmergencyDismissed,
    EmergencySuspected,
    EmergencyTakenDown,
    EmergencyVerified,
)
from events.instants import from_micros, to_micros
from events.sources import XUNCHA

EMERGENCY_STEPS: tuple[type[Payload], ...] = (
    EmergencySuspected,
    EmergencyConfirmed,
    EmergencyTakenDown,
    EmergencyVerified,
    EmergencyClosed,
    EmergencyDismissed,
)
"""Types that the fold of an account takes."""

Step = Literal["confirmed", "still_there", "verified", "dismissed"]
_ENDED_KEPT = 8


class EmergencyMark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An emergency: what is suspected, and the facts of it that were taken."""

    rule: str
    problem: str
    suspected_at: int
    is_confirmed: bool = False
    is_ended: bool = False
    taken: tuple[bytes, ...] = ()


class Account(Protocol):
    """The state of an account, as far as emergencies are told of it."""

    account_id: str
    name: str
    given_id: str
    owner: str
    emergencies: dict[bytes, EmergencyMark]


def announce(state: Account, event: Event[Any], *, replay: bool) -> Event[Payload] | None:
    """Take a step, and return what people are to be informed of: nobody hears of a suspicion before it is confirmed.

    Whether the claims of a step hold the fold cannot see; a step is written under held ones alone.
    """
    data = event.data
    if isinstance(data, EmergencySuspected):
        if event.id.bytes not in state.emergencies:
            _put(state, event.id.bytes, EmergencyMark(data.rule, data.problem, to_micros(event.time)))
        return None
    of_it: UUID = data.emergency_id
    mark = state.emergencies.get(of_it.bytes, EmergencyMark("", "", to_micros(event.time)))
    if event.id.bytes in mark.taken:
        return None
    step = _step_of(data, mark)
    _put(
        state,
        of_it.bytes,
        msgspec.structs.replace(
            mark,
            is_confirmed=mark.is_confirmed or isinstance(data, EmergencyConfirmed),
            is_ended=mark.is_ended or isinstance(data, EmergencyClosed | EmergencyDismissed),
            taken=(*mark.taken, event.id.bytes),
        ),
    )
    if step is None:
        return None
    announced = EmergencyAnnounced(
        emergency_id=of_it,
        step=step,
        rule=mark.rule,
        problem=mark.problem,
        suspected_at=from_micros(mark.suspected_at),
        name=state.name,
        given_id=state.given_id,
        owner=state.owner,
        replay=replay,
    )
    announced_id = derived_ids.emergency_announced(of_it, step, event.id)
    return Event(announced_id, XUNCHA, state.account_id, event.time, announced)


def _step_of(data: Payload, mark: EmergencyMark) -> Step | None:
    """Return the step that people are informed of, None for one of which only lists tell."""
    match data:
        case EmergencyConfirmed():
            return None if mark.is_confirmed else "confirmed"
        case EmergencyVerified(gone=gone):
            return "verified" if gone else "still_there"
        case EmergencyDismissed():
            return "dismissed" if mark.is_confirmed else None
    return None


def _put(state: Account, emergency: bytes, mark: EmergencyMark) -> None:
    kept = {**state.emergencies, emergency: mark}
    ended = [one for one, its in kept.items() if its.is_ended]
    for one in ended[:-_ENDED_KEPT]:
        del kept[one]
    state.emergencies = kept
