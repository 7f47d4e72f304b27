"""An intake as its facts tell it: opened, closed, withdrawn."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.intake import IntakeClosed, IntakeOpened, IntakeWithdrawn
from events.known import Known

INTAKE_TYPES = (IntakeOpened.type, IntakeClosed.type, IntakeWithdrawn.type)
_PREFIX = "intake:"


class IntakeStage(StrEnum):
    """How far an intake has come."""

    OPEN = "open"  # cut off: confirming the same plan again ends it
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class IntakeState(msgspec.Struct, frozen=True, kw_only=True):
    """An intake as known at a moment of knowledge."""

    number: str
    opened_id: UUID
    opened_at: datetime
    opened: IntakeOpened
    closed: IntakeClosed | None = None
    withdrawn_at: datetime | None = None
    withdrawn: IntakeWithdrawn | None = None

    @property
    def stage(self) -> IntakeStage:
        if self.withdrawn is not None:
            return IntakeStage.REPLACED if self.withdrawn.by else IntakeStage.WITHDRAWN
        return IntakeStage.OPEN if self.closed is None else IntakeStage.TAKEN


def subject_of(number: str) -> str:
    """Return the subject of the facts of an intake."""
    return _PREFIX + number


def fold_intakes(known: Iterable[Known]) -> dict[str, IntakeState]:
    """Return every intake by its number; `known` are first records of `INTAKE_TYPES` whose acts hold, in log order."""
    found: dict[str, IntakeState] = {}
    for k in known:
        event, data = k.event, k.event.data
        number = event.subject.removeprefix(_PREFIX)
        state = found.get(number)
        if isinstance(data, IntakeOpened):
            if state is None:
                found[number] = IntakeState(
                    number=number,
                    opened_id=event.id,
                    opened_at=event.time,
                    opened=data,
                )
        elif state is None or data.opened_id != state.opened_id:
            continue
        elif isinstance(data, IntakeClosed):
            found[number] = replace(state, closed=state.closed or data)
        elif isinstance(data, IntakeWithdrawn) and state.withdrawn is None:
            found[number] = replace(state, withdrawn=data, withdrawn_at=event.time)
    return found
