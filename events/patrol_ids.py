"""The ids of what patrol sees of posts that it knows and of accounts themselves, each by its recipe (`fact_ids.py`)."""

from datetime import datetime
from uuid import UUID

from events.fact_ids import values_digest
from events.ids import fact_id
from events.sources import OFFICE


def post_deleted(source: str, account: str, post: UUID) -> UUID:
    """Name the deletion of a post: there is one; what is shown again after it is another post."""
    return fact_id(source, account, f"deleted:{post}")


def post_edited(source: str, account: str, post: UUID, looked_at: datetime) -> UUID:
    """Name an edit of a post by the look that showed it."""
    return fact_id(source, account, f"edited:{post}:{looked_at.isoformat()}")


def post_pinned(source: str, account: str, post: UUID, looked_at: datetime) -> UUID:
    """Name the pinning of a post, or its end, by the look that showed it."""
    return fact_id(source, account, f"pinned:{post}:{looked_at.isoformat()}")


def account_suspected(account: str, what: str, shown: str) -> UUID:
    """Name what a look saw of an account by what is shown: seen again, by any source, it is the same suggestion."""
    return fact_id(OFFICE, account, f"suspected:{what}:{values_digest({'shown': shown})}")


def suspicion_settled(account: str, suspicion: UUID) -> UUID:
    """Name the end of a suggestion: there is one, whoever looks at it."""
    return fact_id(OFFICE, account, f"settled:{suspicion}")
