"""The looks of a source that an account needs: from when each serves, when it is late, how grave that is, and why."""

from collections.abc import Iterator
from enum import IntEnum, StrEnum
from typing import Literal

import msgspec

from events.instants import DAY_US, HOUR_US, SECOND_US
from projections.patrol.account_line import AccountLine, Seen
from projections.patrol.workdays import Workdays, number_of
from projections.rules.ladder import NEVER, Ladder


class Reason(StrEnum):
    """Why an account is looked at, the gravest first."""

    NEVER_LOOKED = "never_looked"
    CLAIMED = "claimed"  # its unit says that it has posted
    LIMIT_PASSED = "limit_passed"  # whether it posted since decides
    LAST_STEP = "last_step"  # the last warning before the limit needs a look
    ROUND = "round"  # the check point of a round has passed
    OVER_LIMIT = "over_limit"  # kept proven, and cleared soon after a post
    WARNED = "warned"  # whether it posted since its warning
    FIRST_STEP = "first_step"  # by hand: the first warning needs a look
    STEP = "step"  # a warning before the last one needs a look
    HINTED = "hinted"  # a program says that there may be something new
    DAILY = "daily"  # the focus list
    KEY_PERIOD = "key_period"
    CANARY = "canary"  # known to post daily: shows that its source lives
    WEEK_AT_RISK = "week_at_risk"  # posts would fall off the list, and a week be left without a known one
    POSTS_AT_RISK = "posts_at_risk"  # posts would fall off the list
    LONG_AGO = "long_ago"
    NO_ANCHOR = "no_anchor"  # neither post nor day of opening is known


class Klass(IntEnum):
    """How grave a missed look is, the gravest first."""

    CANARY = 0
    RED = 1
    WARNED = 2
    FOCUS = 3
    LADDER = 4
    WEEKS = 5
    GAP = 6


GRACE_US = {
    Klass.CANARY: 0,
    Klass.RED: 0,
    Klass.WARNED: 6 * HOUR_US,
    Klass.FOCUS: 12 * HOUR_US,
    Klass.LADDER: 12 * HOUR_US,
    Klass.WEEKS: 2 * DAY_US,
    Klass.GAP: 5 * DAY_US,
}
"""How late a look of each class may be before it is as bad as a late one of a red line."""

_CLAIM_US = HOUR_US
_HINT_APART_US = HOUR_US
_WARNED_FROM_US, _WARNED_TO_US = 4 * HOUR_US, 24 * HOUR_US
_KEPT_SHORT_US = 12 * HOUR_US  # a proven silence is looked at so long before its proof is too old
_SHORTEST_US = 6 * HOUR_US
_FOCUS_US, _FOCUS_NEAR_US = DAY_US, 6 * HOUR_US
_WEEK_US = 7 * DAY_US
_FIRST_HOLE_US = 6 * DAY_US  # the first week without a known post, less a day
_GROWTH = 2  # gaps between looks grow to half of the time since
_SHARE = 2  # of the span of a full list, after which half of it may have fallen off


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How a source looks at its accounts; durations in microseconds."""

    source: str
    lag_us: int = 0  # the source may show posts this late
    ahead_us: int = (
        24 * HOUR_US
    )  # a look so long before a step still carries its warning, if the ruleset agrees
    holiday_ahead_us: int = 60 * HOUR_US  # the same for a step on the last working day before a holiday
    near_us: int = (
        6 * HOUR_US
    )  # while the quota suffices, a look is made no earlier than this before it is due
    guard_us: int = HOUR_US  # left for another try
    bound_us: int = 6 * HOUR_US  # how long a verdict may stay unknown behind limit and lag
    max_gap_us: int = 7 * DAY_US  # no account goes without a look for longer; 0: it may
    keeps: Literal["weeks", "posts", "nothing"] = "weeks"  # what must not fall off a full list unseen
    canary_gap_us: int = 12 * HOUR_US


class Attention(msgspec.Struct, frozen=True, kw_only=True):
    """What bears on looks at an account beside its own line."""

    warned_at: int | None = None  # of the alert that is open, microseconds
    focus: bool = False  # on the focus list
    canary: bool = False  # known to post daily
    dense: int = 1  # in a key period gaps are divided by this
    key_period: bool = False  # looked at `dense` times a day at the least
    round_at: int | None = None  # check point of a round that samples the account
    hinted_at: int | None = None  # since when a program says that there may be something new


class Need(msgspec.Struct, frozen=True, gc=False):
    """A look that an account needs: none before `release` serves it, one behind `deadline` is late; microseconds."""

    release: int
    deadline: int
    reason: Reason
    klass: Klass = Klass.RED


class Proof(msgspec.Struct, frozen=True, gc=False):
    """What the looks at an account have shown so far."""

    look: Seen  # the newest that no stall takes
    proven_until: int
    listed: Seen | None  # the newest that says over what time a full list went
    last_at: int  # the newest of this source, in a stall or not; 0: there is none


def needs_of_source(
    line: AccountLine, proof: Proof, policy: Policy, ladder: Ladder, workdays: Workdays, attention: Attention
) -> Iterator[Need]:
    """Yield every look that an account is known to need of a source, once a trusted look at it stands."""
    if line.claimed_at is not None:
        yield from _claimed(line.claimed_at, proof.look, policy)
    yield from _of_silence(
        line, proof, policy, ladder.of(line.ruled_by, line.account_class), workdays, attention
    )
    yield from _of_attention(line, proof, policy, attention)
    if proof.listed is not None and proof.listed.span_us is not None:
        yield from _falling_off(line.anchor, proof.listed.at, proof.listed.span_us, policy)
    if policy.max_gap_us:
        at, gap = proof.look.at, policy.max_gap_us // max(1, attention.dense)
        yield Need(at + gap - gap // 4, at + gap, Reason.LONG_AGO, Klass.GAP)


def canary_need(last_at: int, policy: Policy) -> Need:
    """Return the next look at an account that shows whether its source lives; looks in a stall count, too."""
    gap = policy.canary_gap_us
    return Need(last_at + gap - gap // 4, last_at + gap, Reason.CANARY, Klass.CANARY)


def _of_silence(
    line: AccountLine, proof: Proof, policy: Policy, ladder: Ladder, workdays: Workdays, attention: Attention
) -> Iterator[Need]:
    """Yield the looks that the limit and the warnings before it need."""
    look, dense = proof.look, max(1, attention.dense)
    limit_at = line.limit_at(ladder.limit_us)
    if limit_at is None or line.anchor is None:
        yield Need(look.at + DAY_US, look.at + 3 * DAY_US, Reason.NO_ANCHOR, Klass.GAP)
    elif proof.proven_until > limit_at:
        yield _over_limit(limit_at, proof, policy, ladder, dense)
    else:
        yield from _steps(line.anchor, look, policy, ladder, workdays)
        yield _settling(limit_at, look, policy, Reason.LIMIT_PASSED, beyond=SECOND_US)
        if attention.warned_at is not None and attention.warned_at > line.anchor:
            yield _warned(attention.warned_at, look, dense)


def _of_attention(line: AccountLine, proof: Proof, policy: Policy, attention: Attention) -> Iterator[Need]:
    """Yield the looks that people have asked for: focus list, key period, canaries, rounds."""
    look, dense = proof.look, attention.dense
    at = look.at
    if attention.focus:
        yield Need(at + _FOCUS_US - _FOCUS_NEAR_US, at + _FOCUS_US, Reason.DAILY, Klass.FOCUS)
    if attention.key_period or dense > 1:
        due = at + DAY_US // dense
        yield Need(due - _FOCUS_NEAR_US // dense, due, Reason.KEY_PERIOD, Klass.FOCUS)
    if attention.canary:
        yield canary_need(proof.last_at, policy)
    if attention.hinted_at is not None:
        yield from _hinted(attention.hinted_at, proof, policy)
    t = attention.round_at
    if t is not None and proof.proven_until < t and (line.anchor is None or line.anchor <= t - _WEEK_US):
        yield _settling(t, look, policy, Reason.ROUND)


def _settling(at: int, look: Seen, policy: Policy, reason: Reason, *, beyond: int = 0) -> Need:
    """Return the look that tells of a moment; one that came behind it and proved nothing is made again, ever rarer.

    So it is where the source has shown nothing newer, at any account, that would tell that it lives.
    """
    shows = at + policy.lag_us
    if look.at < shows + beyond:
        return Need(shows + beyond, shows + policy.bound_us, reason)
    gap = min(max((look.at - shows) // _GROWTH, HOUR_US), DAY_US)
    return Need(look.at + gap, look.at + gap + max(gap // 2, HOUR_US), reason)


def _claimed(claimed_at: int, look: Seen, policy: Policy) -> Iterator[Need]:
    """Yield the look after a unit says that it has posted, and the one that a source has to show such a post by."""
    if look.at < claimed_at:
        yield Need(claimed_at, claimed_at + _CLAIM_US, Reason.CLAIMED)
    elif look.at < claimed_at + policy.lag_us:
        shows = claimed_at + policy.lag_us
        yield Need(shows, shows + policy.bound_us, Reason.CLAIMED)


def _hinted(hinted_at: int, proof: Proof, policy: Policy) -> Iterator[Need]:
    """Yield the look that a hint pulls forward, an hour behind the last one of the source at the earliest.

    It waits behind red lines where the quota is tight: whoever sends hints cannot take their looks from others.
    """
    shows = hinted_at if proof.last_at < hinted_at else hinted_at + policy.lag_us
    if proof.last_at < shows:
        at = max(shows, proof.last_at + _HINT_APART_US)
        yield Need(at, at + _CLAIM_US, Reason.HINTED, Klass.FOCUS)


def _over_limit(limit_at: int, proof: Proof, policy: Policy, ladder: Ladder, dense: int) -> Need:
    """Return the look that keeps a silence proven, and finds its end: rarer the longer it lasts."""
    at, longest = proof.look.at, ladder.look_max_age_us - policy.lag_us - _KEPT_SHORT_US
    silent = proof.proven_until - limit_at
    gap = min(max(silent // _GROWTH, _WARNED_FROM_US), max(longest, _SHORTEST_US)) // dense
    kept = proof.proven_until + ladder.look_max_age_us - policy.guard_us
    due = min(at + gap + max(gap // 2, HOUR_US), max(kept, at + gap))
    return Need(at + gap, due, Reason.OVER_LIMIT)


def _warned(warned_at: int, look: Seen, dense: int) -> Need:
    """Return the look that asks whether a warned account has posted."""
    since = max(look.at, warned_at)
    gap = min(max((look.at - warned_at) // _GROWTH, _WARNED_FROM_US), _WARNED_TO_US) // dense
    return Need(since + gap, since + gap + max(gap // 2, HOUR_US), Reason.WARNED, Klass.WARNED)


def _steps(anchor: int, look: Seen, policy: Policy, ladder: Ladder, workdays: Workdays) -> Iterator[Need]:
    """Yield the look of the next step that no look carries yet; the last one before the limit is a red line's."""
    due = [ladder.deadline(anchor, n) for n, step in enumerate(ladder.steps) if not step.is_limit]
    steps = sorted({at for at in due if at < NEVER})
    warn_age = ladder.warns_until(look.at, by_hand=False) - look.at
    for at in steps:
        ahead = policy.ahead_us
        if policy.holiday_ahead_us > ahead and workdays.holiday(number_of(at) + 1) is not None:
            ahead = policy.holiday_ahead_us
        ahead = min(ahead, warn_age)
        if look.at >= at - ahead or (look.by_hand and ladder.warns_until(look.at, by_hand=True) >= at):
            continue
        is_last = at == steps[-1]
        reason, klass = (Reason.LAST_STEP, Klass.RED) if is_last else (Reason.STEP, Klass.LADDER)
        yield Need(at - ahead, at - policy.guard_us, reason, klass)
        return


def _falling_off(anchor: int | None, at: int, span_us: int, policy: Policy) -> Iterator[Need]:
    """Yield the look before a full list loses what must be known of it.

    A hole in what is known costs no week as long as it is shorter than one; so a busy account is looked at before the
    week behind its newest post is over, and an hour after the last look at the earliest.
    """
    busy = span_us // _SHARE
    if policy.keeps == "posts":
        gap = max(busy, _SHORTEST_US)
        yield Need(at + gap // 2, at + gap, Reason.POSTS_AT_RISK, Klass.WEEKS)
    elif policy.keeps == "weeks" and anchor is not None:
        due = max(anchor + _FIRST_HOLE_US + busy, at + max(busy, DAY_US))
        yield Need(max(at + HOUR_US, due - 2 * DAY_US), due, Reason.WEEK_AT_RISK, Klass.WEEKS)
