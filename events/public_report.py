"""Reports of the public (公众纠错、好差评): what they say lies in the people store; that one was closed is a fact."""

from typing import ClassVar, Literal
from uuid import UUID

from events.base import Payload

Outcome = Literal["taken", "handled", "dismissed"]
"""Recorded as a finding or a suspicion, dealt with otherwise, or not followed."""


class PublicReportClosed(Payload, frozen=True):
    """A person closed a report of the public at `time`; the subject is `public_report:<number>`.

    Of what the public typed nothing stands here, so that erasing the report leaves this as it is.
    """

    type: ClassVar[str] = "public_report.closed"

    number: str  # 2026-12
    matter: str  # code of what it was about
    outcome: Outcome
    rating: int = 0  # 1 to 5 of 好差评; 0: none was given
    answer: str = ""  # what was done, or why nothing is
    became: UUID | None = None  # the finding or suspicion that was recorded


def public_report_subject(number: str) -> str:
    """Return the subject of the facts about a report."""
    return f"public_report:{number}"
