"""The ids of facts of the office's year: advice about accounts, work orders from above; each by its recipe."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from events.fact_ids import values_digest
from events.ids import fact_id
from events.sources import OFFICE


def advice_decided(account: str, choice: str, at: datetime) -> UUID:
    """Name a decision about an account by its moment and what it says."""
    return fact_id(OFFICE, account, f"advice:{at.isoformat()}:{choice}")


def work_order_received(subject: str) -> UUID:
    """Name a work order by its number, which the subject holds."""
    return fact_id(OFFICE, subject, "received")


def work_order_answered(subject: str, text: str, evidence: Iterable[str]) -> UUID:
    """Name an answer to a work order by what it says, and the hashes of its files."""
    content = {"text": text, "evidence": sorted(set(evidence))}
    return fact_id(OFFICE, subject, f"answered:{values_digest(content)}")
