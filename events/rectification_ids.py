"""The ids of facts of rectification and supervision, each by its recipe; older ones are in `fact_ids.py`."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from events.fact_ids import values_digest
from events.ids import SEPARATOR, derived_id, fact_id
from events.sources import OFFICE, XUNCHA


def rectification_rechecked(
    account: str, tasks: Iterable[UUID], by: str, behind: Iterable[UUID], *, held: bool, note: str
) -> UUID:
    """Name a recheck by its tasks, who looked, the answers and rechecks `behind` which it came, and what it says."""
    content = {
        "tasks": sorted(map(str, tasks)),
        "by": by,
        "behind": sorted(map(str, behind)),
        "held": held,
        "note": note,
    }
    return fact_id(OFFICE, account, f"task-rechecked:{values_digest(content)}")


def rectification_reminded(account: str, unit: str, due: date, step: str) -> UUID:
    """Name a reminder by unit, last day and step: there is one of each."""
    return fact_id(XUNCHA, account, SEPARATOR.join(("task-reminded", unit, due.isoformat(), step)))


def rectification_announced(reminded: UUID) -> UUID:
    """Name the message about a reminder by the fact that its day came: there is one."""
    return derived_id("rectification.announced", str(reminded))


def supervision_issued(subject: str, claims: Iterable[UUID]) -> UUID:
    """Name a letter or an order by its number, which is its subject, and the claims under which it went out."""
    return fact_id(OFFICE, subject, SEPARATOR.join(("issued", *sorted(map(str, claims)))))


def supervision_answered(subject: str, issued: UUID, text: str, evidence: Iterable[str]) -> UUID:
    """Name an answer by what it answers, what it says, and the hashes of its files."""
    content = {"issued": str(issued), "text": text, "evidence": sorted(set(evidence))}
    return fact_id(OFFICE, subject, f"answered:{values_digest(content)}")


def supervision_withdrawn(subject: str, corrects: UUID) -> UUID:
    """Name the withdrawal of a letter or an order: there is one."""
    return fact_id(OFFICE, subject, f"withdrawn:{corrects}")
