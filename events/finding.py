"""Findings of people: a checker, the monitoring firm, an upper-level check; and what units were told of them."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec

from events.base import Payload
from events.evidence import Evidence
from events.instants import UtcDatetime

Severity = Literal["red", "yellow"]


class FindingRecorded(Payload, frozen=True):
    """A checker found at `time` that an account broke a rule, `count` times."""

    type: ClassVar[str] = "finding.recorded"

    rule: str  # code of the rule, `red-1-wording`
    severity: Severity
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    finder: str = ""
    note: str = ""
    date_only: bool = False
    handed_in_at: UtcDatetime | None = None
    evidence: tuple[Evidence, ...] = ()


class FindingWithdrawn(Payload, frozen=True):
    """A finding was a false alarm (核减); it leaves every score of those who know this."""

    type: ClassVar[str] = "finding.withdrawn"

    corrects: UUID
    reason: str


class FindingRectified(Payload, frozen=True):
    """The owner mended what was found; a rectification never gives points back."""

    type: ClassVar[str] = "finding.rectified"

    finding_id: UUID
    note: str = ""


class FindingRechecked(Payload, frozen=True):
    """A second checker looked at a finding again (复核): it holds, or it does not and may be withdrawn."""

    type: ClassVar[str] = "finding.rechecked"

    finding_id: UUID
    holds: bool
    by: str  # a checker's code or a person id, never a name
    note: str = ""


class Charge(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule that a row says was broken, how often, and the findings that say so."""

    rule: str  # code
    count: int
    findings: tuple[UUID, ...] = ()  # empty: posts and looks say so


class FindingServed(Payload, frozen=True):
    """A unit was told at `time` what a round holds against its account, which is the subject (告知).

    A result counts against the account once it could answer: from `answer_until` on.
    """

    type: ClassVar[str] = "finding.served"

    round: str  # its key: the name, told apart from cancelled rounds of it
    unit: str  # name of the owner
    charges: tuple[Charge, ...]
    answer_until: UtcDatetime  # 24:00 of the last working day of the window
    how: str = ""  # by letter, by phone: no names
