"""How far the assessment of a year has come: drafts, the telling, objections, the final one; a pure fold."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.assessment import (
    AssessmentDecided,
    AssessmentDrafted,
    AssessmentFinalized,
    AssessmentObjected,
    AssessmentTold,
)
from events.known import Known

YEAR_TYPES = (
    AssessmentDrafted.type,
    AssessmentTold.type,
    AssessmentObjected.type,
    AssessmentDecided.type,
    AssessmentFinalized.type,
)
"""Types of facts that the state of a year follows from."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as the log holds it."""

    id: UUID
    drafted_at: datetime
    data: AssessmentDrafted
    told_at: datetime | None = None  # None: the units were not told
    until: date | None = None  # last day of objections
    finalized_at: datetime | None = None
    final_id: UUID | None = None  # the fact that made it final


class Objection(msgspec.Struct, frozen=True, kw_only=True):
    """An objection of a unit, and how it was decided."""

    id: UUID
    raised_at: datetime
    data: AssessmentObjected
    outcome: Literal["upheld", "rejected"] | None = None  # None: open
    decided_at: datetime | None = None
    reason: str = ""  # of the decision


class YearState(msgspec.Struct, frozen=True, kw_only=True):
    """The assessment of one year; there is at least one draft."""

    year: int
    drafts: tuple[Draft, ...]  # in the order in which they were made; the last one counts
    objections: tuple[Objection, ...] = ()

    @property
    def newest(self) -> Draft:
        return self.drafts[-1]

    @property
    def final(self) -> Draft | None:
        """The draft that is the result of the year: the one that became so last."""
        finals = [draft for draft in self.drafts if draft.finalized_at is not None]
        return max(finals, key=lambda draft: draft.finalized_at or draft.drafted_at, default=None)

    @property
    def stage(self) -> Literal["drafted", "told", "final"]:
        """How far the newest draft has come."""
        if self.newest.finalized_at is not None:
            return "final"
        return "told" if self.newest.told_at is not None else "drafted"

    @property
    def open_objections(self) -> tuple[Objection, ...]:
        """Objections that nobody decided on."""
        return tuple(one for one in self.objections if one.outcome is None)

    @property
    def unheard(self) -> tuple[Objection, ...]:
        """Objections to the newest draft that were upheld: another draft is due."""
        return tuple(
            o for o in self.objections if o.outcome == "upheld" and o.data.draft_id == self.newest.id
        )


def fold_years(known: Iterable[Known]) -> dict[int, YearState]:
    """Return the state of every year that has a draft; `known` are acts that count, in log order."""
    drafts: dict[UUID, Draft] = {}
    objections: dict[UUID, Objection] = {}
    for k in known:
        event, data = k.event, k.event.data
        match data:
            case AssessmentDrafted():
                drafts.setdefault(event.id, Draft(id=event.id, drafted_at=event.time, data=data))
            case AssessmentTold(draft_id=draft_id) if draft_id in drafts:
                drafts[draft_id] = replace(drafts[draft_id], told_at=event.time, until=data.until)
            case AssessmentFinalized(draft_id=draft_id) if draft_id in drafts:
                drafts[draft_id] = replace(drafts[draft_id], finalized_at=event.time, final_id=event.id)
            case AssessmentObjected():
                objections.setdefault(event.id, Objection(id=event.id, raised_at=event.time, data=data))
            case AssessmentDecided() if data.objection_id in objections:
                one = objections[data.objection_id]
                if one.outcome is None:
                    objections[one.id] = replace(
                        one, outcome=data.outcome, decided_at=event.time, reason=data.reason
                    )
    years: dict[int, list[Draft]] = {}
    for draft in drafts.values():
        years.setdefault(draft.data.year, []).append(draft)
    return {
        year: YearState(
            year=year,
            drafts=tuple(mine),
            objections=tuple(
                o for o in objections.values() if o.data.draft_id in {draft.id for draft in mine}
            ),
        )
        for year, mine in sorted(years.items())
    }
