"""The ids of facts about the office and its rules, each by its recipe, like those of `fact_ids.py`."""

from uuid import UUID

from events.ids import fact_id
from events.sources import OFFICE


def ruleset_proposed(subject: str, before: UUID | None) -> UUID:
    """Name a proposal to adopt a ruleset by the proposal before it."""
    return fact_id(OFFICE, subject, f"proposed:{before or 'first'}")


def rule_waived(rule: str, before: UUID | None) -> UUID:
    """Name the switching off of a rule of two persons by the switching before it."""
    return fact_id(OFFICE, OFFICE, f"waived:{rule}:{before or 'first'}")


def rule_restored(rule: str, before: UUID) -> UUID:
    """Name the switching on of a rule of two persons by the switching off before it."""
    return fact_id(OFFICE, OFFICE, f"restored:{rule}:{before}")


def acted_alone(act: UUID, rule: str) -> UUID:
    """Name by the act and the rule that one person did it alone."""
    return fact_id(OFFICE, OFFICE, f"alone:{act}:{rule}")


def public_report_closed(subject: str) -> UUID:
    """Name the closing of a report of the public by the report: it is closed once."""
    return fact_id(OFFICE, subject, "closed")
