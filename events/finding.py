"""Findings of people: a checker, the monitoring firm, an upper-level check; and what units were told of them."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.base import Payload
from events.evidence import SECRETS, Evidence
from events.instants import UtcDatetime

Severity = Literal["red", "yellow"]

SEPARATE_CASE = "separate-case"
"""What the log says in the place of a rule about state secrets (另案处理): a case with a number, and nothing of it."""


class FindingRecorded(Payload, frozen=True):
    """A checker found at `time` that an account broke a rule, `count` times."""

    type: ClassVar[str] = "finding.recorded"
    version: ClassVar[int] = 2

    rule: str  # code of the rule, `red-1-wording`, or `separate-case`
    severity: Severity
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    finder: str = ""
    note: str = ""
    date_only: bool = False
    handed_in_at: UtcDatetime | None = None
    evidence: tuple[Evidence, ...] = ()
    case_number: str = ""  # of a separate case, where the office keeps it; empty: not known

    @property
    def rule_code(self) -> str:
        """The code under which it counts: a separate case fails its account as state secrets do."""
        return SECRETS if self.rule == SEPARATE_CASE else self.rule


def as_recorded(data: FindingRecorded) -> FindingRecorded:
    """Return what the log takes of a finding: of one about state secrets a separate case, without text or evidence.

    Its number is the reference under which the office keeps it (definitions, Severe cases).
    """
    if data.rule != SECRETS:
        return data
    number = next((e.reference for e in data.evidence if e.reference), "")
    return replace(data, rule=SEPARATE_CASE, finder="", note="", evidence=(), case_number=number)


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
