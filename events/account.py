"""The registry of accounts: opened, changed, closed, as units file it or as a sheet lists it."""

from typing import ClassVar

from events.base import Payload
from events.instants import UtcDatetime


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


class AccountClosed(Payload, frozen=True):
    """An account was closed at `time`; it is still watched, for closed accounts have been found posting."""

    type: ClassVar[str] = "account.closed"

    filed_at: UtcDatetime | None = None
    reason: str = ""
