"""What a look saw of an account itself: a suggestion for a person, who confirms or dismisses it; never a finding."""

from typing import ClassVar, Literal
from uuid import UUID

from events.base import Payload

Suspected = Literal["title", "owner", "site_code", "unavailable", "missing_tag"]
"""What looks wrong: named otherwise, by another owner, another 网站标识码, not to be had, a mandatory tag missing."""


class AccountSuspected(Payload, frozen=True):
    """A look of `source` at `time` saw something of the account that the registry does not say."""

    type: ClassVar[str] = "account.suspected"

    what: Suspected
    shown: str = ""  # as the source shows it
    known: str = ""  # as the registry had it


class SuspicionSettled(Payload, frozen=True):
    """A person looked at a suggestion at `time`; what was confirmed stands as facts of its own."""

    type: ClassVar[str] = "suspicion.settled"

    suspicion: UUID
    outcome: Literal["confirmed", "dismissed"]
    reason: str = ""
