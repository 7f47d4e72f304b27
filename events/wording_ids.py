"""The ids of what reading review tells, each by its recipe (`fact_ids.py`)."""

from uuid import UUID

from events.fact_ids import told_key
from events.ids import fact_id
from events.sources import OFFICE
from events.wording import Where


def wording_suspected(account: str, post: str, where: Where, entry: str) -> UUID:
    """Name a suggestion by post, place and entry: read again, by any source, it is the same one."""
    return fact_id(OFFICE, account, f"wording:{where}:{post}:{entry}")


def wording_settled(account: str, suspicion: UUID, *, telling: int = 1) -> UUID:
    """Name the end of a suggestion: there is one, whoever looks at it, until it is undone."""
    return fact_id(OFFICE, account, told_key(f"wording:settled:{suspicion}", telling))
