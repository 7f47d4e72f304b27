"""Filings 备案 as cases: application, opinions, the filing itself, and its forwarding."""

from typing import ClassVar, Literal
from uuid import UUID

from events.base import Payload
from events.claim import Act
from events.instants import UtcDatetime

FilingKind = Literal["opened", "changed", "stopped", "cancelled"]
"""开设, 变更, 关停, 注销 (昆政办发〔2019〕162号 二(二))."""

FilingSystem = Literal["provincial", "national"]


class FilingApplied(Payload, frozen=True):
    """A unit applied at `time` for what it means to do; nobody may open an account before it is approved."""

    type: ClassVar[str] = "filing.applied"

    name: str
    platform: str
    owner: str
    kind: FilingKind = "opened"
    description: str = ""
    link: str = ""
    section: str = ""
    reason: str = ""
    people: dict[str, str] = {}  # role to person id
    date_only: bool = False


class FilingOpinionGiven(Act, frozen=True):
    """The owner or the office gave its opinion on an application or a filing at `time`."""

    type: ClassVar[str] = "filing.opinion_given"
    version: ClassVar[int] = 2

    about: UUID  # id of filing.applied or filing.filed
    by: Literal["owner", "office"]
    approved: bool
    opinion: str = ""
    date_only: bool = False


class FilingFiled(Act, frozen=True):
    """What took effect at `effective_at` was filed with the city office at `time`."""

    type: ClassVar[str] = "filing.filed"
    version: ClassVar[int] = 2

    kind: FilingKind
    effective_at: UtcDatetime
    filed_at: UtcDatetime | None = (
        None  # None: the day of the filing was not told, and `time` is the effective time
    )
    name: str = ""
    platform: str = ""
    owner: str = ""
    application: UUID | None = None  # None: the application that fits it, where there is one
    account_event: UUID | None = None  # the fact of the registry that came with it
    changes: dict[str, str] = {}  # what is new, by field
    reason: str = ""
    people: dict[str, str] = {}  # role to person id
    effective_date_only: bool = False
    filed_date_only: bool = False


class FilingForwarded(Payload, frozen=True):
    """The office entered a filing into the system of the province or the nation at `time`."""

    type: ClassVar[str] = "filing.forwarded"

    filing: UUID
    system: FilingSystem = "provincial"
    receipt: str = ""
    date_only: bool = False
