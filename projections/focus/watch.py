"""The daily watch of the focus list (Suzhou 2023Q1 bulletin, 三(一): 每日监测更新情况)."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from events.days import midnight_before
from events.facts import AccountFacts, Freshness
from projections.rules.freshness import anchor_of, judge_freshness
from projections.rules.period import WEEK
from projections.rules.rulesets import Limits

_DAY = timedelta(days=1)


class Need(StrEnum):
    """What an account needs today, the most urgent first."""

    OVER_LIMIT = "over_limit"  # silent for longer than the limit, as a trusted look shows
    LOOK = "look"  # nobody can know: somebody has to look today
    LIMIT_TODAY = "limit_today"  # the limit falls before this day ends
    WEEK_TODAY = "week_today"  # without a post today, a week goes by without one
    NOTHING = "nothing"


class Watched(msgspec.Struct, frozen=True, gc=False):
    """An account of the list as it stands at the check point."""

    account_id: str
    newest_post_at: datetime | None
    whole_days_silent: int | None  # None: no post was ever seen
    deadline: datetime | None  # when the limit passes; None: no post and no date of opening
    looked_today: bool  # a trusted look within the last 24 hours
    need: Need


def watch(facts: AccountFacts, limits: Limits, check_point: datetime) -> Watched:
    """Say what an account of the list needs on the Chinese day of the check point.

    国办秘函〔2019〕19号, red line 5, and the weekly yellow line; an account that was opened within the limit and has no
    post yet is not unknown here but runs towards its limit.
    """
    newest, anchor = facts.newest_post_at, anchor_of(facts)
    deadline = None if anchor is None else anchor + limits.limit
    look = facts.last_trusted_look_at
    return Watched(
        account_id=facts.account_id,
        newest_post_at=newest,
        whole_days_silent=None if newest is None else (check_point - newest).days,
        deadline=deadline,
        looked_today=look is not None and check_point - look <= _DAY,
        need=_need(facts, limits, check_point, anchor),
    )


def _need(facts: AccountFacts, limits: Limits, at: datetime, anchor: datetime | None) -> Need:
    freshness, _ = judge_freshness(facts, limits, at)
    if freshness is Freshness.STALE:
        return Need.OVER_LIMIT
    if anchor is None or at > anchor + limits.limit:
        return Need.LOOK
    midnight = midnight_before(at) + _DAY
    if anchor + limits.limit < midnight:
        return Need.LIMIT_TODAY
    return Need.WEEK_TODAY if anchor + WEEK < midnight else Need.NOTHING
