"""The ids of facts about rules, class and papers of accounts, each by its recipe, like those of `fact_ids.py`."""

from datetime import datetime
from uuid import UUID

from events.ids import fact_id
from events.sources import OFFICE


def account_ruled_by(account: str, ruleset: str, since: datetime, before: UUID | None) -> UUID:
    """Name by which rules an account is judged, by the ruling whose place it takes."""
    return fact_id(OFFICE, account, f"ruled-by:{ruleset}:{since.isoformat()}:{before or 'first'}")


def account_classed(account: str, account_class: str, since: datetime, before: UUID | None) -> UUID:
    """Name of which class an account is, by the fact whose place it takes."""
    return fact_id(OFFICE, account, f"classed:{account_class}:{since.isoformat()}:{before or 'first'}")


def account_lined(account: str, line: str, since: datetime, before: UUID | None) -> UUID:
    """Name to which line an account belongs, by the fact whose place it takes."""
    return fact_id(OFFICE, account, f"lined:{line}:{since.isoformat()}:{before or 'first'}")


def ruleset_assigned(subject: str, ruleset: str, since: datetime, before: UUID | None) -> UUID:
    """Name what was laid down for a place by that whose place it takes."""
    return fact_id(OFFICE, subject, f"assigned:{ruleset}:{since.isoformat()}:{before or 'first'}")


def originals_counted(account: str, month: str, counted_at: datetime) -> UUID:
    """Name a count of original pieces by its month and when it was made."""
    return fact_id(OFFICE, account, f"originals:{month}:{counted_at.isoformat()}")


def account_documented(account: str, credential: str, at: datetime, *, held: bool) -> UUID:
    """Name what is said of a paper by the paper, the moment, and whether it was there."""
    return fact_id(
        OFFICE, account, f"documented:{credential}:{at.isoformat()}:{'held' if held else 'lacking'}"
    )
