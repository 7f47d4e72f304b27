"""How long a full score stands: the midnights at which an account need not be judged again."""

from events.base import Payload
from events.instants import DAY_US, SECOND_US, to_micros
from events.patrol import AccountPatrolled, PatrolFailed
from events.platforms import SERVICE_ACCOUNT
from events.post import PostPublished
from projections.accounts.state import AccountState
from projections.rules.account_measures import FINDING, POSTS
from projections.rules.ladder import NEVER
from projections.rules.period import Period
from projections.rules.rulesets import Ruleset

AHEAD_US = DAY_US
"""A post that is further ahead of the clock takes older ones out of the packed times, and so may cost points."""

_DAY_S = 86400
_WEEK_S = 7 * _DAY_S


def full_score_until(state: AccountState, ruleset: Ruleset, period: Period) -> int:
    """Return the last moment (microseconds) at which the account passes with full points, come what may; else 0.

    What may come are the facts that `is_plain` names: they only add posts and proofs of silence. The account is fresh
    until the newest post is too old. No week can be missed until seven days after it either, where no two posts lie
    further apart than that since a week after the beginning of what is covered: each week then holds one of them.
    """
    posts, t = state.posts, to_micros(period.check_point)
    plain = not state.findings and state.closed_at is None and state.platform != SERVICE_ACCOUNT
    if state.rulings or any(rule.by not in (FINDING, POSTS) for rule in ruleset.rules):
        return 0
    if not plain or not posts.newest or posts.newest[0].at > t + AHEAD_US:
        return 0
    times = [second for second in posts.live_seconds(NEVER) if second <= t // SECOND_US]
    if not times:
        return 0
    fresh_until = times[-1] + ruleset.freshness.limit_days * _DAY_S
    if ruleset.weeks is None or state.covered_since is None:
        return fresh_until * SECOND_US
    covered_since = state.covered_since * SECOND_US
    judged_from = max(covered_since, state.opened_at or 0, to_micros(period.start))
    if _gapless_since(times) > -(-judged_from // SECOND_US) + _WEEK_S:
        return 0
    return min(fresh_until, times[-1] + _WEEK_S - 1) * SECOND_US


def is_plain(data: Payload, state: AccountState, clock: int) -> bool:
    """Tell whether a fact that an account has taken only adds a post or a proof of silence, or nothing."""
    if isinstance(data, AccountPatrolled):
        return state.lowered_by != state.applied_offset
    if isinstance(data, PostPublished):
        return state.posts.newest[0].at <= clock + AHEAD_US
    return isinstance(data, PatrolFailed)


def _gapless_since(times: list[int]) -> int:
    """Return the first of the newest posts of which no two neighbours lie more than a week apart."""
    since = times[-1]
    for time in reversed(times):
        if since - time > _WEEK_S:
            break
        since = time
    return since
