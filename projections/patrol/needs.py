"""The looks that an account needs: from when each serves, when it is late, how grave that is, and why."""

from enum import IntEnum, StrEnum

import msgspec

from events.instants import DAY_US, HOUR_US


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
    DAILY = "daily"  # the focus list
    KEY_PERIOD = "key_period"
    CANARY = "canary"  # known to post daily: shows that its source lives
    WEEK_AT_RISK = "week_at_risk"  # a week without a known post would fall off the list
    POSTS_AT_RISK = "posts_at_risk"  # posts would fall off the list
    LONG_AGO = "long_ago"
    NO_ANCHOR = "no_anchor"  # neither post nor day of opening is known


class Klass(IntEnum):
    """How grave a missed look is, the gravest first; under a quota that does not suffice this orders looks."""

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


class Need(msgspec.Struct, frozen=True, gc=False):
    """A look that an account needs: none before `release` serves it, one behind `deadline` is late; microseconds."""

    release: int
    deadline: int
    reason: Reason
    klass: Klass = Klass.RED
