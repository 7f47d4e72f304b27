"""Fresh, stale or unknown: the binding definition of silence (design section 3), one pure function."""

from datetime import datetime

from events.days import day_of
from events.facts import AccountFacts, Freshness, UnknownReason
from events.instants import from_micros, to_micros
from projections.rules.rulesets import Limits


def anchor_of(facts: AccountFacts) -> datetime | None:
    """Return where silence began: the newest live post, a day at its end, else the opening."""
    newest = facts.newest_post_at
    if newest is None:
        return facts.opened_at
    return from_micros(day_of(to_micros(newest))[1]) if facts.newest_by_day else newest


def whole_days_silent(facts: AccountFacts, check_point: datetime) -> int | None:
    """Return the whole days since the newest post, 0 where only its day is known and is not over; None without one."""
    anchor = anchor_of(facts)
    if facts.newest_post_at is None or anchor is None:
        return None
    return max((check_point - anchor).days, 0)


def judge_freshness(
    facts: AccountFacts, limits: Limits, check_point: datetime
) -> tuple[Freshness, UnknownReason | None]:
    """Judge silence at a check point; the reason is set where nobody can know.

    国办秘函〔2019〕19号, red line 5: the limit is passed only by more than 14 days, and only where a trusted look
    after the limit shows it (never seen is not stale). A post that shows looks to have been wrong is given the limit
    from its first showing on.
    """
    limit, anchor = limits.limit, anchor_of(facts)
    since = check_point - limit
    if facts.newest_post_at is not None and anchor is not None and anchor >= since:
        return Freshness.FRESH, None
    first_shown = facts.contradicted_until
    if first_shown is not None and first_shown >= since:
        return Freshness.UNKNOWN, UnknownReason.CONTRADICTED
    if facts.proven_until is None:
        return Freshness.UNKNOWN, _why_no_proof(facts)
    if anchor is None:
        return Freshness.UNKNOWN, UnknownReason.NO_POST_NO_OPENING_DATE
    return _judge_proof(
        facts, limits, check_point, anchor if first_shown is None else max(anchor, first_shown)
    )


def _judge_proof(
    facts: AccountFacts, limits: Limits, check_point: datetime, held_from: datetime
) -> tuple[Freshness, UnknownReason | None]:
    """Judge an account that nobody saw posting within the limit, by the proof of its silence."""
    proven_until = facts.proven_until
    if proven_until is None or held_from >= check_point - limits.limit:
        return Freshness.UNKNOWN, UnknownReason.NOT_PROVEN_YET  # opened within the limit and silent so far
    if proven_until > held_from + limits.limit and check_point - proven_until <= limits.look_max_age:
        return Freshness.STALE, None
    return Freshness.UNKNOWN, _why_not_proven(facts, limits, check_point, held_from)


def _why_no_proof(facts: AccountFacts) -> UnknownReason:
    if facts.in_stall:
        return UnknownReason.SOURCE_STALLED
    if facts.damaged:
        return UnknownReason.DAMAGED_FEED
    if facts.emptied:
        return UnknownReason.EMPTIED
    return UnknownReason.NOT_LOOKED_SINCE if facts.looked else UnknownReason.NEVER_LOOKED


def _why_not_proven(
    facts: AccountFacts, limits: Limits, check_point: datetime, anchor: datetime
) -> UnknownReason:
    if facts.in_stall:
        return UnknownReason.SOURCE_STALLED
    if facts.damaged:
        return UnknownReason.DAMAGED_FEED
    if facts.emptied:
        return UnknownReason.EMPTIED
    look = facts.last_trusted_look_at
    recent = look is not None and check_point - look <= limits.look_max_age
    if recent and look is not None and look > anchor + limits.limit:
        return UnknownReason.NOT_PROVEN_YET  # only the lag of the source stands between
    return UnknownReason.NOT_LOOKED_SINCE
