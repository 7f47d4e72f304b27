"""Fresh, stale or unknown: the binding definition of silence (design section 3), one pure function."""

from datetime import datetime

from events.facts import AccountFacts, Freshness, UnknownReason
from projections.rulesets import Limits


def anchor_of(facts: AccountFacts) -> datetime | None:
    """Return where silence began: the newest live post, else the opening."""
    return facts.newest_post_at if facts.newest_post_at is not None else facts.opened_at


def judge_freshness(
    facts: AccountFacts, limits: Limits, check_point: datetime
) -> tuple[Freshness, UnknownReason | None]:
    """Judge silence at a check point; the reason is set where nobody can know.

    国办秘函〔2019〕19号, red line 5: the limit is passed only by more than 14 days, and only where a trusted look
    after the limit shows it (never seen is not stale).
    """
    newest, limit = facts.newest_post_at, limits.limit
    if newest is not None and newest >= check_point - limit:
        return Freshness.FRESH, None
    if facts.proven_until is None:
        return Freshness.UNKNOWN, _why_no_proof(facts)
    anchor = anchor_of(facts)
    if anchor is None:
        return Freshness.UNKNOWN, UnknownReason.NO_POST_NO_OPENING_DATE
    if anchor >= check_point - limit:  # opened within the limit and silent so far: too early to tell
        return Freshness.UNKNOWN, UnknownReason.NOT_PROVEN_YET
    past_limit = facts.proven_until > anchor + limit
    if past_limit and check_point - facts.proven_until <= limits.look_max_age:
        return Freshness.STALE, None
    return Freshness.UNKNOWN, _why_not_proven(facts, limits, check_point, anchor)


def _why_no_proof(facts: AccountFacts) -> UnknownReason:
    if facts.in_stall:
        return UnknownReason.SOURCE_STALLED
    if facts.damaged:
        return UnknownReason.DAMAGED_FEED
    return UnknownReason.NOT_LOOKED_SINCE if facts.looked else UnknownReason.NEVER_LOOKED


def _why_not_proven(
    facts: AccountFacts, limits: Limits, check_point: datetime, anchor: datetime
) -> UnknownReason:
    if facts.in_stall:
        return UnknownReason.SOURCE_STALLED
    if facts.damaged:
        return UnknownReason.DAMAGED_FEED
    look = facts.last_trusted_look_at
    recent = look is not None and check_point - look <= limits.look_max_age
    if recent and look is not None and look > anchor + limits.limit:
        return UnknownReason.NOT_PROVEN_YET  # only the lag of the source stands between
    return UnknownReason.NOT_LOOKED_SINCE
