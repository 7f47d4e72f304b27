"""What one row of a handed-in sheet says; texts that were not given are empty."""

from datetime import date, datetime
from typing import Literal

import msgspec

from connectors.people.person import PersonGiven
from events.filing import FilingKind
from events.unit import UnitKind


class AccountRef(msgspec.Struct, frozen=True):
    """Which account a row is about: at least the id, or the name with the platform."""

    given_id: str | None
    name: str | None
    platform: str | None
    owner: str | None


class NamedAccount(msgspec.Struct, frozen=True):
    """The account that a row names, whatever else of the row can be read."""

    row: int
    account: AccountRef


class AccountRow(msgspec.Struct, frozen=True):
    """One account of the registry."""

    row: int
    given_id: str | None
    name: str
    platform: str
    owner: str
    supervisor: str
    tier: str
    area: str
    opened_at: datetime | None  # None: not known
    opened_at_date_only: bool
    description: str
    extra: dict[str, str]  # columns that are not known, by header
    people: dict[str, str]  # names and numbers of responsible people: never into an event
    link: str = ""
    section: str = ""  # managing section
    operator: str = ""  # firm that runs the account
    verified_as: str = ""  # what the public verification names


class FilingRow(msgspec.Struct, frozen=True):
    """One filing of an opening, a change, a stop or a cancelling."""

    row: int
    account: AccountRef
    kind: FilingKind
    effective_at: datetime
    effective_date_only: bool
    filed_at: datetime | None  # None: not told
    filed_date_only: bool
    reason: str
    changes: dict[str, str]  # what changed -> new value; empty unless kind is changed


class FindingRow(msgspec.Struct, frozen=True):
    """One finding of an inspection."""

    row: int
    account: AccountRef
    rule: str  # as resolved
    rule_text: str  # as written
    severity: Literal["red", "yellow"] | None  # None: as the rule says
    count: int
    found_at: datetime
    date_only: bool
    finder: str
    note: str
    reference: str = ""  # where evidence is kept that may not be copied


class LookRow(msgspec.Struct, frozen=True):
    """One look at an account by a person."""

    row: int
    account: AccountRef
    looked_at: datetime
    looked_date_only: bool
    newest_post_at: datetime | None  # None: the row says that there is none
    newest_post_date_only: bool
    cleared: bool = False  # none any more: all posts were taken down
    longest_gap_s: int | None = None  # longest time without a post since the look before
    updates_28d: int | None = None


class PostRow(msgspec.Struct, frozen=True):
    """One post, or the statement that the account had none in the declared span."""

    row: int
    account: AccountRef
    published_at: datetime | None  # None: no post in the declared span
    date_only: bool
    native_key: str | None  # id on the platform, else the link


class PersonRow(msgspec.Struct, frozen=True):
    """One responsible person of a unit."""

    row: int
    unit: str
    role: str
    given: PersonGiven


class DutyRow(msgspec.Struct, frozen=True):
    """Somebody of a unit is on duty, by id."""

    row: int
    unit: str
    first_day: date
    last_day: date
    person: str
    substitute: str  # empty: nobody stands in


class UnitRow(msgspec.Struct, frozen=True):
    """One unit of the tree."""

    row: int
    code: str
    name: str
    kind: UnitKind
    tier: str
    area: str
    parent: str  # code or name of the unit above, as written
    duties: tuple[str, ...]
    representative: str  # account as written
    since: datetime | None  # None: not told
    ended_at: datetime | None  # None: it exists
