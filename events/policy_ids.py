"""The ids of facts about interpretation, reposts and key periods, each by its recipe, like those of `fact_ids.py`."""

from datetime import date, datetime
from uuid import UUID

from events.ids import fact_id
from events.sources import OFFICE, SHEETS


def document_published(subject: str) -> UUID:
    """Name the publication of a document: there is one under a number."""
    return fact_id(SHEETS, subject, "document.published")


def interpretation_published(subject: str, form: str, url: str, published_on: date) -> UUID:
    """Name an interpretation by its form and address; one without an address by its day."""
    return fact_id(SHEETS, subject, f"interpretation.published:{form}:{url or published_on.isoformat()}")


def repost_ordered(subject: str) -> UUID:
    """Name an order to repost: there is one under a number."""
    return fact_id(OFFICE, subject, "repost.ordered")


def repost_done(subject: str, account: str, at: datetime) -> UUID:
    """Name a repost by account and moment."""
    return fact_id(SHEETS, subject, f"repost.done:{account}:{at.isoformat()}")


def key_period_declared(subject: str) -> UUID:
    """Name the declaration of a period: there is one under a name."""
    return fact_id(OFFICE, subject, "key_period.declared")


def key_period_ended(subject: str, ends_on: date) -> UUID:
    """Name the early end of a period by its last day."""
    return fact_id(OFFICE, subject, f"key_period.ended:{ends_on.isoformat()}")
