"""The yearly assessment 年度考核 of the units that supervise: rows handed in, results, objections, the final one."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from events.base import Payload
from events.claim import Act
from events.evidence import Evidence
from events.instants import UtcDatetime
from events.report import Whole

AssessedKind = Literal["zone", "town", "street_office", "department", "line", "other"]
"""区（管委会）, 镇, 城市管理办事处, 部门, 条线部门, other units on the roster."""

Outcome = Literal["passed", "failed"]
PREFIX = "assessment:"


class Ground(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that counts for or against a unit, and what it rests on."""

    measure: str  # what it is counted as: a measure that a scheme names
    day: date  # of the thing itself; of what is missing: the last day on which it could have come
    how: str = ""  # which of several ways, a code: late, missing, no_year, …
    about: tuple[str, ...] = ()  # account ids, or a quarter
    count: int = 1
    due: date | None = None  # last day in time, where the thing had one
    document: str = ""  # title or number of what says so
    facts: tuple[UUID, ...] = ()  # empty: it rests on the absence of a fact


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """What one clause takes or gives, within its own limit; of a veto, nothing."""

    code: str
    points: int
    grounds: tuple[Ground, ...]


class ItemResult(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a scheme with points: what its clauses come to, within the limit of the item."""

    code: str
    points: int
    charges: tuple[Charge, ...]


class UnitResult(msgspec.Struct, frozen=True, kw_only=True):
    """The assessment of one unit; whoever is vetoed is not scored any further."""

    unit: str  # code
    name: str
    kind: AssessedKind
    outcome: Outcome
    vetoes: tuple[Charge, ...] = ()
    deductions: tuple[ItemResult, ...] = ()  # items that cost nothing are left out
    left: int | None = None  # full points less deductions; None: vetoed
    bonuses: tuple[ItemResult, ...] = ()  # items that give nothing are left out
    total: int | None = None  # None: vetoed


class AssessmentNoted(Payload, frozen=True):
    """A unit or the office handed in at `time` (day of the thing) what no other fact tells; the subject is the unit."""

    type: ClassVar[str] = "assessment.noted"

    year: int
    unit: str  # name
    measure: str
    count: Whole = 1
    document: str = ""  # title or number of the paper that says so
    evidence: tuple[Evidence, ...] = ()
    note: str = ""
    by: Literal["unit", "office"] = "office"


class AssessmentReviewed(Act, frozen=True):
    """The office accepted or refused a row that was handed in; only accepted ones count (附件3: 复核)."""

    type: ClassVar[str] = "assessment.reviewed"

    note_id: UUID
    outcome: Literal["accepted", "refused"]
    reason: str = ""


class AssessmentDrafted(Payload, frozen=True):
    """The office reckoned the results of a year as of (T, K); the subject is the year. The newest draft counts."""

    type: ClassVar[str] = "assessment.drafted"

    year: int
    check_point: UtcDatetime
    known_at: UtcDatetime
    scheme: str  # name@version
    scheme_sha256: str
    roster: str
    roster_sha256: str
    digest: str
    rows: tuple[UnitResult, ...]


class AssessmentTold(Payload, frozen=True):
    """The units were told the draft at `time`, and may object until 24:00 of `until`."""

    type: ClassVar[str] = "assessment.told"

    draft_id: UUID
    until: date


class AssessmentObjected(Payload, frozen=True):
    """A unit objects to its result in a draft that it was told."""

    type: ClassVar[str] = "assessment.objected"

    draft_id: UUID
    unit: str  # code
    item: str  # code of a veto, item or bonus; empty: the whole result
    reason: str
    evidence: tuple[Evidence, ...] = ()


class AssessmentDecided(Act, frozen=True):
    """The office decided on an objection; one that is upheld is followed by another draft."""

    type: ClassVar[str] = "assessment.decided"

    objection_id: UUID
    outcome: Literal["upheld", "rejected"]
    reason: str


class AssessmentFinalized(Act, frozen=True):
    """A draft became the result of the year; another one takes its place only by a claim of its own."""

    type: ClassVar[str] = "assessment.finalized"

    draft_id: UUID


def subject_of_year(year: int) -> str:
    """Return the subject of what is done about a year: `assessment:2020`."""
    return f"{PREFIX}{year}"
