"""Weeks without an update, and the month of a service account: what posts and coverage settle (design section 3)."""

from datetime import datetime, timedelta
from typing import NamedTuple

from events.facts import AccountFacts
from events.instants import to_micros
from events.looks import holds
from projections.rules.period import WEEK, Period
from projections.rules.rulesets import Weeks


class JudgedWeeks(NamedTuple):
    """The weeks (T - 7k d, T - 7(k-1) d] of a period, k from 1: what is said of each."""

    updated: tuple[int, ...]
    missed: tuple[int, ...]
    not_judged: tuple[int, ...]  # neither a post nor coverage settles them


def judge_weeks(facts: AccountFacts, period: Period) -> JudgedWeeks:
    """Judge the weeks that lie wholly inside the period and the life of the account (design section 3, Weeks).

    A week with a post had its update. Without one it was missed only where stretches that join hold all of it.
    """
    weeks = range(1, period.weeks + 1)
    t, opened_at = period.check_point, facts.opened_at
    counted = [k for k in weeks if opened_at is None or t - k * WEEK >= opened_at]
    updated = [k for k in counted if facts.weeks_with_posts >> (k - 1) & 1]
    open_weeks = [k for k in counted if not facts.weeks_with_posts >> (k - 1) & 1]
    missed = [k for k in open_weeks if _known_over(facts, t - k * WEEK, t - (k - 1) * WEEK)]
    not_judged = [k for k in open_weeks if k not in missed]
    return JudgedWeeks(tuple(updated), tuple(missed), tuple(not_judged))


def missed_weeks(facts: AccountFacts, period: Period) -> int:
    """Count the weeks of the period that were missed."""
    if not facts.covered or facts.weeks_with_posts == (1 << period.weeks) - 1:
        return 0
    return len(judge_weeks(facts, period).missed)


def is_slow_service(facts: AccountFacts, weeks: Weeks, check_point: datetime) -> bool | None:
    """Tell whether a service account has too few updates in its days; None where that is not judged.

    Too few is told only where nothing is unknown: over all of the days, or since a person counted them.
    """
    start = check_point - timedelta(days=weeks.service_account_days)
    counted_at, counted = facts.counted or (None, 0)
    if max(facts.updates, counted) >= weeks.service_account_updates:
        return False
    if facts.opened_at is not None and facts.opened_at > start:
        return None
    since = start if counted_at is None else counted_at
    known = since == check_point or _known_over(facts, since, check_point)
    return True if known or _known_over(facts, start, check_point) else None


def _known_over(facts: AccountFacts, after: datetime, until: datetime) -> bool:
    return holds(facts.covered, to_micros(after), to_micros(until))
