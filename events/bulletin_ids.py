"""Ids of the facts about bulletins: what makes a fact the same fact. A recipe never changes."""

from collections.abc import Iterable
from uuid import UUID

from events.ids import fact_id
from events.sources import OFFICE


def bulletin_drafted(subject: str, edition: str, before: UUID | None, documents: Iterable[str]) -> UUID:
    """Name a draft by its edition, the draft before it, and the hashes of its documents."""
    hashes = ":".join(documents)
    return fact_id(OFFICE, subject, f"bulletin.drafted:{edition}:{before or 'first'}:{hashes}")


def bulletin_checked(subject: str, draft: UUID) -> UUID:
    """Name the check of a draft: there is one."""
    return fact_id(OFFICE, subject, f"bulletin.checked:{draft}")


def bulletin_submitted(subject: str, draft: UUID) -> UUID:
    """Name the hand-over of a draft to whoever signs: there is one."""
    return fact_id(OFFICE, subject, f"bulletin.submitted:{draft}")


def bulletin_signed(subject: str, draft: UUID) -> UUID:
    """Name the signature of a draft: there is one."""
    return fact_id(OFFICE, subject, f"bulletin.signed:{draft}")


def bulletin_issued(subject: str, draft: UUID) -> UUID:
    """Name the issue of a draft: there is one."""
    return fact_id(OFFICE, subject, f"bulletin.issued:{draft}")


def correction_drafted(subject: str, corrects: UUID, before: UUID | None, documents: Iterable[str]) -> UUID:
    """Name the draft of a correction by the issue that it corrects, the draft before it, and its documents."""
    hashes = ":".join(documents)
    return fact_id(OFFICE, subject, f"correction.drafted:{corrects}:{before or 'first'}:{hashes}")


def correction_signed(subject: str, draft: UUID) -> UUID:
    """Name the signature of a draft of a correction: there is one."""
    return fact_id(OFFICE, subject, f"correction.signed:{draft}")


def correction_issued(subject: str, draft: UUID) -> UUID:
    """Name the issue of a correction: there is one."""
    return fact_id(OFFICE, subject, f"correction.issued:{draft}")
