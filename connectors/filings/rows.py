"""What one row of a handed-in sheet says; texts that were not given are empty."""

from datetime import datetime
from typing import Literal

import msgspec


class AccountRef(msgspec.Struct, frozen=True):
    """Which account a row is about: at least the id, or the name with the platform."""

    given_id: str | None
    name: str | None
    platform: str | None
    owner: str | None


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


class FilingRow(msgspec.Struct, frozen=True):
    """One filing of an opening, a change or a closing."""

    row: int
    account: AccountRef
    kind: Literal["opened", "changed", "closed"]
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


class LookRow(msgspec.Struct, frozen=True):
    """One look at an account by a person."""

    row: int
    account: AccountRef
    looked_at: datetime
    looked_date_only: bool
    newest_post_at: datetime | None  # None: none was seen
    newest_post_date_only: bool


class PostRow(msgspec.Struct, frozen=True):
    """One post, or the statement that the account had none in the declared span."""

    row: int
    account: AccountRef
    published_at: datetime | None  # None: no post in the declared span
    date_only: bool
    native_key: str | None  # id on the platform, else the link
