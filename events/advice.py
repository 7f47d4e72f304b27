"""What the office decided about an account that the program advised to improve, merge or close (提升、整合、关停)."""

from typing import ClassVar, Literal

from events.base import Payload

Choice = Literal["improve", "merge", "close", "keep"]
"""提升, 整合, 关停; or the account goes on as it is."""


class AdviceDecided(Payload, frozen=True):
    """The office decided at `time` what becomes of an account; what it decided is done by filings, not by this."""

    type: ClassVar[str] = "advice.decided"

    choice: Choice
    reason: str = ""
    advised: tuple[str, ...] = ()  # codes of the reasons that were advised then
