"""The ids of facts of rounds, each by its recipe, like those of `fact_ids.py`.

`telling` tells apart rounds of one name: above 1, so many rounds had it, and those before are cancelled.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from events.fact_ids import told_key, values_digest
from events.ids import SEPARATOR, fact_id
from events.sources import OFFICE


def round_announced(subject: str, telling: int = 1) -> UUID:
    """Name the announcement of a round: there is one."""
    return fact_id(OFFICE, subject, told_key("announced", telling))


def sample_drawn(subject: str, telling: int = 1) -> UUID:
    """Name the draw of a round: there is one."""
    return fact_id(OFFICE, subject, told_key("drawn", telling))


def freeze_proposed(subject: str, before: UUID | None, telling: int = 1) -> UUID:
    """Name a proposal to freeze a round by the proposal before it."""
    return fact_id(OFFICE, subject, told_key(f"freeze-proposed:{before or 'first'}", telling))


def round_frozen(subject: str, telling: int = 1) -> UUID:
    """Name the freeze of a round: there is one."""
    return fact_id(OFFICE, subject, told_key("frozen", telling))


def round_revised(subject: str, run: UUID) -> UUID:
    """Name a revision by its run."""
    return fact_id(OFFICE, subject, f"revised:{run}")


def round_closed(subject: str, telling: int = 1) -> UUID:
    """Name the close of a round: there is one."""
    return fact_id(OFFICE, subject, told_key("closed", telling))


def round_cancelled(subject: str, telling: int = 1) -> UUID:
    """Name the cancellation of a round: there is one of each round of the name."""
    return fact_id(OFFICE, subject, told_key("cancelled", telling))


def round_carried(subject: str, account: str, finding: UUID | None) -> UUID:
    """Name what a round carries on by the finding (None: the row of the account)."""
    return fact_id(OFFICE, subject, SEPARATOR.join(("carried", account, str(finding or "row"))))


def round_basis_withdrawn(subject: str, facts: Iterable[UUID]) -> UUID:
    """Name the withdrawal of facts behind a freeze by these facts."""
    digest = values_digest({"facts": sorted(map(str, facts))})
    return fact_id(OFFICE, subject, f"basis_withdrawn:{digest}")


def sheet_handed_out(subject: str, sheet: str) -> UUID:
    """Name a check sheet by its own id."""
    return fact_id(OFFICE, subject, f"sheet:{sheet}")


def sheet_read(subject: str, sheet: str, content_sha256: str) -> UUID:
    """Name a reading of a check sheet by what it says."""
    return fact_id(OFFICE, subject, f"read:{sheet}:{content_sha256}")


def objection_raised(
    subject: str, account: str, finding: UUID | None, reason: str, evidence: Iterable[str], telling: int = 1
) -> UUID:
    """Name an objection by the account, the finding (None: silence), the reason, and the hashes of its files."""
    key = (told_key("objection", telling), account, str(finding or "silence"), reason, *sorted(set(evidence)))
    return fact_id(OFFICE, subject, SEPARATOR.join(key))


def decision_proposed(subject: str, objection: UUID, before: UUID | None) -> UUID:
    """Name a proposal to decide an objection by the proposal before it."""
    return fact_id(OFFICE, subject, f"decision-proposed:{objection}:{before or 'first'}")


def objection_decided(subject: str, objection: UUID) -> UUID:
    """Name the decision on an objection: there is one."""
    return fact_id(OFFICE, subject, f"decided:{objection}")


def finding_served(account: str, round_key: str, charges: Iterable[tuple[str, int, Sequence[UUID]]]) -> UUID:
    """Name what a unit was told by the round and what is held against the account: it is told that once."""
    told = sorted((rule, count, sorted(map(str, findings))) for rule, count, findings in charges)
    return fact_id(OFFICE, account, f"served:{round_key}:{values_digest({'charges': told})}")
