"""Silence as bulletins and focus lists name it: past the red line, or long enough to be named beside it."""

from datetime import datetime, timedelta

from events.facts import Freshness, VerdictRow
from events.platforms import SERVICE_ACCOUNT


def silent_past_limit(row: VerdictRow) -> bool:
    """Tell whether the silence of an account past the limit is proven, whatever else failed it."""
    return row.freshness is Freshness.STALE


def silent_for_long(row: VerdictRow, check_point: datetime, days: int) -> bool:
    """Tell whether an account within the limit is proven silent for more than `days`.

    Service accounts are left out: they have an average over a month (昆政办发〔2019〕162号 annex 2).
    """
    newest = row.newest_post_at
    if row.freshness is not Freshness.FRESH or newest is None or row.platform == SERVICE_ACCOUNT:
        return False
    since = newest + timedelta(days=days)
    return since < check_point and row.proven_until is not None and row.proven_until > since


def days_silent(row: VerdictRow, check_point: datetime, opened_at: datetime | None) -> int | None:
    """Return the whole days since the newest post, else since the opening; None where neither is known."""
    if row.whole_days_silent is not None:
        return row.whole_days_silent
    return None if opened_at is None else (check_point - opened_at).days
