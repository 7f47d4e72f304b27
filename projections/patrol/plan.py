"""The next look at an account by a source: a pure function of its line, the ladder, the calendar and a policy."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from events.instants import DAY_US, HOUR_US
from projections.patrol.account_line import AccountLine
from projections.patrol.needs import Klass, Reason
from projections.patrol.workdays import Workdays
from projections.rules.ladder import Ladder
from projections.sources.health import SourceHealth


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How a source looks at its accounts; durations in microseconds."""

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
    round_at: int | None = None  # check point of a round that samples the account


class Plan(msgspec.Struct, frozen=True, gc=False):
    """The next look at an account; microseconds."""

    account_id: str
    early: int  # may be made from here on where the quota is tight
    start: int
    eligible: (
        int  # made from here on otherwise: `start` and the account's own share of the time up to the deadline
    )
    deadline: int
    order: int  # who comes first under a quota: the least of deadline and grace of all needs
    reason: Reason
    klass: Klass


def plan_of(
    line: AccountLine,
    policy: Policy,
    ladder: Ladder,
    workdays: Workdays,
    *,
    since: int,
    health: Mapping[str, SourceHealth] = {},
    attention: Attention = Attention(),  # noqa: B008 (frozen)
) -> Plan | None:
    """Return the next look at an account, None where it needs none; `since`: when the source began to watch it."""
    raise NotImplementedError
