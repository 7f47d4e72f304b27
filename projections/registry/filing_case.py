"""One filing as a case: how far it came, who said what, whether it was in time."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from events.filing import FilingKind, FilingSystem
from projections.registry.filing_deadlines import Deadline, Timeliness


class CaseParameters(msgspec.Struct, frozen=True):
    """What the rules leave open; our assumptions."""

    applications_since: date = date(2020, 1, 1)
    """Openings before this day are not asked for an application: the first whole year of 昆政办发〔2019〕162号."""

    deadline_systems: frozenset[FilingSystem] = frozenset({"provincial"})
    """Systems whose entry meets the office's deadline; 162号 二(二) names the provincial one."""


class CaseState(StrEnum):
    """How far a case has come."""

    APPLIED = "applied"
    REFUSED = "refused"
    APPROVED = "approved"
    FILED = "filed"
    FORWARDED = "forwarded"


class CaseProblem(StrEnum):
    """What is wrong with a case, beside its deadlines."""

    NO_APPLICATION = "no_application"
    NOT_APPROVED = "not_approved"  # opened while no opinion of the office stood
    REFUSED = "refused"  # opened though the office had refused
    APPLIED_AFTERWARDS = "applied_afterwards"


class Opinion(msgspec.Struct, frozen=True):
    """What the owner or the office said."""

    approved: bool
    text: str
    given_at: datetime
    id: UUID | None = None  # of its fact


class Forwarding(msgspec.Struct, frozen=True):
    """An entry into the system of the province or the nation."""

    system: FilingSystem
    forwarded_at: datetime
    receipt: str


class FilingCase(msgspec.Struct, frozen=True, kw_only=True):
    """One filing from application to forwarding, as of a moment."""

    id: UUID  # of the filing, of the application where nothing is filed yet
    account_id: str
    kind: FilingKind
    name: str
    platform: str
    owner: str
    reason: str
    state: CaseState
    application_id: UUID | None = None
    applied_at: datetime | None = None
    owner_opinion: Opinion | None = None
    office_opinion: Opinion | None = None
    filing_id: UUID | None = None
    effective_at: datetime | None = None
    filed_at: datetime | None = None  # None: not filed, or the day was not told
    changes: dict[str, str] = {}
    applied_for: dict[str, str] = {}  # purpose, link and section, as the application tells them
    people: dict[str, str] = {}
    owner_deadline: Deadline | None = None  # None: nothing took effect yet
    office_deadline: Deadline | None = None
    forwarded: tuple[Forwarding, ...] = ()
    problems: tuple[CaseProblem, ...] = ()

    @property
    def late(self) -> bool:
        """Whether one of the deadlines was missed."""
        missed = (Timeliness.LATE, Timeliness.OVERDUE)
        return any(d is not None and d.state in missed for d in (self.owner_deadline, self.office_deadline))
