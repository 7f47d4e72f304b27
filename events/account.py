"""The registry of accounts: opened, changed, closed, as units file it, as a sheet lists it or as a patrol sees it."""

from typing import ClassVar, TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events.base import Payload
from events.instants import UtcDatetime

P = TypeVar("P", bound=Payload)

NATIONAL_CODE_COLUMNS = ("新媒体标识码", "政务新媒体标识码", "标识码", "全国系统编码")
"""Unknown columns under which sheets tell the code in the national system."""

SUPERVISOR_COLUMN = "主管单位"
"""Unknown column under which sheets once told the competent office."""

COLUMNS_READ = frozenset({*NATIONAL_CODE_COLUMNS, SUPERVISOR_COLUMN})
"""Unknown columns that the program reads: codes and names, and no free text."""


class AccountOpened(Payload, frozen=True):
    """An account stands in the registry; `time` is its opening, or the day of the list where that is not known."""

    type: ClassVar[str] = "account.opened"

    given_id: str  # the id as the sheet wrote it
    name: str
    platform: str  # as in domain section 1: 微信订阅号, 微信服务号, 抖音, …
    opened_at: UtcDatetime | None = None  # None: open since before the records
    date_only: bool = False  # the sheet named a day; `opened_at` is its end
    owner: str = ""
    tier: str = ""
    area: str = ""
    description: str = ""
    extra: dict[str, str] = {}  # columns that the sheet had beyond the known ones
    filed_at: UtcDatetime | None = None
    supervisor: str = ""  # competent office that checks the account
    link: str = ""
    section: str = ""  # managing section 管理科室 (昆政办发〔2019〕162号 annex 4)
    operator: str = ""  # firm that runs the account for its owner
    verified_as: str = ""  # what the public verification names
    people: dict[str, str] = {}  # role to person id; names and numbers are never in an event
    by_month: bool = False  # the sheet named a month; `opened_at` is its end


ACCOUNT_TEXTS = tuple(
    f.name for f in msgspec.structs.fields(AccountOpened) if f.type is str and f.name != "given_id"
)
"""What a list tells of an account as text: card, changes, sheets and forms have these fields."""


class AccountChanged(Payload, frozen=True):
    """Facts of the registry changed at `time`; None means unchanged."""

    type: ClassVar[str] = "account.changed"

    name: str | None = None
    platform: str | None = None
    owner: str | None = None
    tier: str | None = None
    area: str | None = None
    description: str | None = None
    extra: dict[str, str] | None = None
    filed_at: UtcDatetime | None = None
    reason: str = ""
    supervisor: str | None = None
    link: str | None = None
    section: str | None = None
    operator: str | None = None
    verified_as: str | None = None
    people: dict[str, str] | None = None  # the whole of it as from `time` on


class AccountCorrected(Payload, frozen=True):
    """The opening or change `corrects` said something wrong; None means that it was right there.

    The correction takes the place and the time of that statement, and is known only from now on. What is corrected
    again is a correction of the same statement; one of anything else does nothing.
    """

    type: ClassVar[str] = "account.corrected"

    corrects: UUID
    reason: str
    name: str | None = None
    platform: str | None = None
    owner: str | None = None
    tier: str | None = None
    area: str | None = None
    description: str | None = None
    extra: dict[str, str] | None = None  # the whole of it
    filed_at: UtcDatetime | None = None
    supervisor: str | None = None
    link: str | None = None
    section: str | None = None
    operator: str | None = None
    verified_as: str | None = None
    people: dict[str, str] | None = None  # the whole of it
    given_id: str | None = None  # of an opening, as the next three
    opened_at: UtcDatetime | None = None
    date_only: bool | None = None
    by_month: bool | None = None


CORRECTED_FIELDS = tuple(f for f in AccountCorrected.__struct_fields__ if f not in {"corrects", "reason"})
"""Fields of a statement that a correction may tell."""


CORRECTABLE = frozenset({AccountOpened.type, AccountChanged.type})
"""Types of statements that a correction may be of."""


class AccountClosed(Payload, frozen=True):
    """An account was closed at `time`; it is still watched, for closed accounts have been found posting."""

    type: ClassVar[str] = "account.closed"

    filed_at: UtcDatetime | None = None
    reason: str = ""


class AccountMerged(Payload, frozen=True):
    """The subject was a twin of the account `into`, registered by mistake: one account of the world under two subjects.

    Everything that the registry said of the twin is withdrawn; what was observed of it is told again of `into`. The
    ids of both are listed, so that a merge that was cut off is ended, and one that was wrong is taken back exactly.
    """

    type: ClassVar[str] = "account.merged"

    into: str
    given_id: str  # by which lists may still name the twin: it means `into` now
    name: str
    platform: str
    reason: str
    withdrawn: tuple[UUID, ...] = ()  # facts about the twin
    moved: dict[str, UUID] = {}  # of these, those told again: id to the id under which `into` has it


class AccountStopNoticed(Payload, frozen=True):
    """A notice was published at `time` that the account stops (昆政办发〔2019〕162号 annex 3, 集约整合 2)."""

    type: ClassVar[str] = "account.stop_noticed"

    link: str = ""
    title: str = ""
    date_only: bool = False


class AccountSpotted(Payload, frozen=True):
    """A patrol saw at `time` an account that looks like one of the government; it may stand in no registry."""

    type: ClassVar[str] = "account.spotted"

    given_id: str  # the id as the patrol wrote it, or one derived from platform, name and owner
    name: str
    platform: str
    link: str = ""
    owner: str = ""  # unit that it seems to belong to
    finder: str = ""
    note: str = ""
    date_only: bool = False


def as_corrected(statement: P, correction: AccountCorrected) -> P:
    """Return an opening or a change with what a correction tells of the fields that it has; others as they are."""
    if not isinstance(statement, AccountOpened | AccountChanged):
        return statement
    corrected = {
        name: value
        for name in CORRECTED_FIELDS
        if (value := getattr(correction, name)) is not None and hasattr(statement, name)
    }
    return replace(statement, **corrected)
