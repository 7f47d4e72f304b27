"""Letters and orders of monthly supervision as known now, with their answers."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from events.evidence import Evidence
from events.known import Known
from events.supervision import (
    SupervisionAnswered,
    SupervisionIssued,
    SupervisionKind,
    SupervisionWithdrawn,
)
from projections.rounds.deadlines import is_in_time

SUPERVISION_TYPES = (SupervisionIssued.type, SupervisionAnswered.type, SupervisionWithdrawn.type)

State = Literal["waiting", "late", "answered", "withdrawn"]


class Supervision(msgspec.Struct, frozen=True, kw_only=True):
    """One letter or order, and what came of it."""

    id: UUID
    subject: str
    kind: SupervisionKind
    number: str
    unit: str
    month: str
    issued_on: date
    due: date | None
    tasks: tuple[UUID, ...]
    accounts: tuple[str, ...]
    document: Evidence | None
    answers: tuple[Known, ...] = ()  # in the order of their times
    withdrawn: bool = False
    why_withdrawn: str = ""

    @property
    def answered_at(self) -> datetime | None:
        """Return when it was answered first, None while it was not."""
        return self.answers[0].event.time if self.answers else None

    @property
    def in_time(self) -> bool:
        """Tell whether the answer came by the last day; a day counts until 24:00."""
        return self.answered_at is None or is_in_time(self.answered_at, self.due)

    def state(self, today: date) -> State:
        """Return where it stands on a day."""
        if self.withdrawn:
            return "withdrawn"
        if self.answers:
            return "answered"
        return "late" if self.due is not None and self.due < today else "waiting"


def supervisions(known: Iterable[Known]) -> list[Supervision]:
    """Return what went out, the newest last; `known` are first records, without acts whose claims do not hold."""
    known = list(known)
    answers: dict[UUID, list[Known]] = {}
    withdrawn: dict[UUID, str] = {}
    for k in known:
        if isinstance(k.event.data, SupervisionAnswered):
            answers.setdefault(k.event.data.answers, []).append(k)
        elif isinstance(k.event.data, SupervisionWithdrawn):
            withdrawn.setdefault(k.event.data.corrects, k.event.data.reason)
    found = [
        Supervision(
            id=k.event.id,
            subject=k.event.subject,
            kind=data.kind,
            number=data.number,
            unit=data.unit,
            month=data.month,
            issued_on=data.issued_on,
            due=data.due,
            tasks=data.tasks,
            accounts=data.accounts,
            document=data.evidence[0] if data.evidence else None,
            answers=tuple(sorted(answers.get(k.event.id, ()), key=lambda a: a.event.time)),
            withdrawn=k.event.id in withdrawn,
            why_withdrawn=withdrawn.get(k.event.id, ""),
        )
        for k in known
        if isinstance(data := k.event.data, SupervisionIssued)
    ]
    return sorted(found, key=lambda s: (s.issued_on, s.number))
