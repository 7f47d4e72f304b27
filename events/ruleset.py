"""Rulesets in force: which document of the city or province the office checks by; the subject is `ruleset:<label>`."""

from typing import ClassVar

from events.base import Payload
from events.claim import Act


class RulesetProposed(Payload, frozen=True):
    """A clerk proposes to check by a ruleset from `time` on; the newest one counts, and another person adopts it."""

    type: ClassVar[str] = "ruleset.proposed"

    ruleset: str  # name@version
    document: str  # 文号
    title: str  # of the document with the indicators


class RulesetAdopted(Act, frozen=True):
    """The office checks by a ruleset from `time` on, by a document of its city or province."""

    type: ClassVar[str] = "ruleset.adopted"

    ruleset: str  # name@version
    document: str  # 文号
    title: str  # of the document with the indicators


def subject_of_ruleset(label: str) -> str:
    """Return the subject of the facts about a ruleset."""
    return f"ruleset:{label}"
