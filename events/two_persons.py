"""Rules of two persons: those that a small office switched off, and what one person did alone; subject `office`."""

from typing import ClassVar, Literal
from uuid import UUID

from events.base import Payload

TwoPersonRule = Literal[
    "sign", "recheck", "decide", "approve", "freeze", "override", "ruleset", "erase", "admin", "take_back"
]
"""What one person begins and another does: a draft is signed, a finding rechecked, an objection decided, a filing
approved, a round frozen with gaps, an account left unknown, a ruleset put in force, a person erased, an administrator
made, facts taken back that a frozen round knew."""


class RuleWaived(Payload, frozen=True):
    """The office is too small for a rule of two persons: from now on one person may do both parts (一人办理)."""

    type: ClassVar[str] = "office.rule_waived"

    rule: TwoPersonRule
    reason: str


class RuleRestored(Payload, frozen=True):
    """The rule holds again."""

    type: ClassVar[str] = "office.rule_restored"

    rule: TwoPersonRule
    reason: str = ""


class ActedAlone(Payload, frozen=True):
    """Somebody did both parts of what is for two, for the rule is off; without the act it says nothing."""

    type: ClassVar[str] = "office.acted_alone"

    rule: TwoPersonRule
    act: UUID  # the fact that needed a second person
