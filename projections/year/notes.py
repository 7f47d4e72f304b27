"""Rows that people hand in for an assessment, and what the office made of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from events.assessment import AssessmentNoted, AssessmentReviewed, Ground
from events.days import chinese_day
from events.known import Known
from events.unit import UNIT_PREFIX

NOTE_TYPES = (AssessmentNoted.type, AssessmentReviewed.type)
"""Types of facts that rows follow from."""


class NoteState(msgspec.Struct, frozen=True, kw_only=True):
    """A row that stands, and its review."""

    id: UUID
    unit: str  # code
    happened_at: datetime
    said: AssessmentNoted
    state: Literal["waiting", "accepted", "refused"] = "waiting"
    reviewed_at: datetime | None = None
    reason: str = ""  # of the review

    def ground(self) -> Ground:
        """Return what the row counts as, once it is accepted."""
        return Ground(
            measure=self.said.measure,
            day=chinese_day(self.happened_at),
            how="noted",
            count=self.said.count,
            document=self.said.document,
            facts=(self.id,),
        )


def fold_notes(known: Iterable[Known]) -> list[NoteState]:
    """Return the rows that stand, in the order in which they came; of two reviews of one the first counts."""
    rows: dict[UUID, NoteState] = {}
    for k in known:
        event, data = k.event, k.event.data
        if isinstance(data, AssessmentNoted):
            code = event.subject.removeprefix(UNIT_PREFIX)
            rows.setdefault(event.id, NoteState(id=event.id, unit=code, happened_at=event.time, said=data))
        elif isinstance(data, AssessmentReviewed):
            row = rows.get(data.note_id)
            if row is not None and row.state == "waiting":
                rows[data.note_id] = msgspec.structs.replace(
                    row, state=data.outcome, reviewed_at=event.time, reason=data.reason
                )
    return list(rows.values())
