"""The ids of facts of the yearly assessment, each by its recipe, like those of `fact_ids.py`."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from events.ids import SEPARATOR, fact_id
from events.sources import OFFICE


def assessment_noted(
    subject: str, year: int, measure: str, happened_at: datetime, content: Iterable[str]
) -> UUID:
    """Name a row that was handed in by unit, year, measure, moment and what it says: count, document, note, files."""
    key = ("noted", str(year), measure, happened_at.isoformat(), *content)
    return fact_id(OFFICE, subject, SEPARATOR.join(key))


def assessment_reviewed(subject: str, note: UUID) -> UUID:
    """Name the review of a row: there is one."""
    return fact_id(OFFICE, subject, f"reviewed:{note}")


def assessment_drafted(subject: str, manifest: str, before: UUID | None) -> UUID:
    """Name a draft by what it was made of and the draft before it."""
    return fact_id(OFFICE, subject, f"drafted:{manifest}:{before or 'first'}")


def assessment_told(subject: str, draft: UUID) -> UUID:
    """Name the telling of a draft: there is one."""
    return fact_id(OFFICE, subject, f"told:{draft}")


def assessment_objected(subject: str, draft: UUID, unit: str, item: str, content: Iterable[str]) -> UUID:
    """Name an objection by draft, unit, item, and what it says: reason and files."""
    return fact_id(OFFICE, subject, SEPARATOR.join(("objected", str(draft), unit, item, *content)))


def assessment_decided(subject: str, objection: UUID) -> UUID:
    """Name the decision on an objection: there is one."""
    return fact_id(OFFICE, subject, f"decided:{objection}")


def assessment_finalized(subject: str, draft: UUID) -> UUID:
    """Name by the draft that it became final."""
    return fact_id(OFFICE, subject, f"finalized:{draft}")
