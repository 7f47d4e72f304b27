"""Looks at accounts, and sweeps of whole sources."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec

from events.base import Payload
from events.instants import UtcDatetime

LagSeconds = Annotated[int, msgspec.Meta(ge=0, le=366 * 86400)]
"""How late a source may show posts; beyond a year it would prove nothing about anything."""

Why = Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]{0,32}$")]
"""Code of the need that a planned look served (`projections/patrol`); empty where nobody planned it."""

Hours = dict[int, int]
"""A number of posts by hours."""


class AccountPatrolled(Payload, frozen=True):
    """A look at an account at `time` that worked: everything the source shows was read.

    It covers what lies between the oldest item that it shows and its moment, less the lag (design section 3).
    """

    type: ClassVar[str] = "account.patrolled"
    version: ClassVar[int] = 3  # 3: `alive_at`, `why`

    new_posts: int = 0
    newest_post_at: UtcDatetime | None = None  # newest post shown, a day at its last second; None: none was
    proves_silence: bool = True  # False for sources known to leave posts out
    lag_s: LagSeconds = 0  # the source may show posts this late
    shows_from: UtcDatetime | None = None  # oldest item shown, a day at its end; None: it covers nothing
    shows_all: bool = False  # the source declares the length of its list, and fewer items stood in it
    empty: bool = False  # shown was a list without any item: means nothing once a post is known
    by_hand: bool = False  # a person looked
    complete_from: UtcDatetime | None = None  # rows handed in: complete only from here on
    date_only: bool = False  # a person named the day of the look; it counts from the beginning of that day
    gap_since: UtcDatetime | None = None  # by hand: the look before, from which the longest gap is counted
    longest_gap_s: Annotated[int, msgspec.Meta(ge=0)] | None = None  # longest time without a post since then
    updates_28d: Annotated[int, msgspec.Meta(ge=0)] | None = None  # by hand: updates in the 28 days before
    carries_on: bool = False  # of version 1: nothing new was shown, so it covers on from the look before it
    alive_at: UtcDatetime | None = (
        None  # planned: newest publication that its source had shown, at any account
    )
    why: Why = ""


class PatrolFailed(Payload, frozen=True):
    """A look at `time` that proves nothing; posts that it showed stand as events of their own."""

    type: ClassVar[str] = "patrol.failed"
    version: ClassVar[int] = 3  # 2: `emptied`, a list without items where items had been seen; 3: `why`

    reason: Literal["damaged_feed", "unreadable", "unreachable", "refused", "emptied"]
    detail: str = ""
    why: Why = ""


class LookContradicted(Payload, frozen=True):
    """A post showed that looks of a source had not shown all that they claimed to; recorded before that post.

    Looks of the source at this account in [since, until) that show items from before the post prove and cover
    nothing, whenever they are recorded. Void once the post is withdrawn.
    """

    type: ClassVar[str] = "look.contradicted"

    source: str
    since: UtcDatetime  # publication of the post, and the lag of the source
    until: UtcDatetime  # the first look that showed it
    by: UUID  # the post
    published_at: UtcDatetime  # when it says that it was published


class LookWithdrawn(Payload, frozen=True):
    """An observation was wrong: the look is void from the start, for whoever knows this."""

    type: ClassVar[str] = "look.withdrawn"

    corrects: UUID
    source: str  # whose look it was
    looked_at: UtcDatetime  # when it counts as taken
    reason: str


class SweepCompleted(Payload, frozen=True):
    """A round of looks at accounts of a source ended at `time`; the fact that source health rests on.

    Of recorded polls a round is all accounts. Of planned looks it is whatever was due, and says in `alive_at`, as each
    of its looks does, up to when the source is known to have lived; its canaries tell whether it still does. One with
    `stall` looked at nothing: a person says that the source shows nothing new since its last new post, or that it was
    wrong to say so.
    """

    type: ClassVar[str] = "sweep.completed"
    version: ClassVar[int] = 2  # 2: planned looks: `alive_at`, `canaries`, `late`, `log_in`
    broadcast: ClassVar[bool] = True

    looked: int
    failed: int = 0
    new_posts: Hours = {}  # hour of publication (hours since the epoch, UTC) to number of new posts
    lag_s: LagSeconds = 0
    replay: bool = False
    alive_at: UtcDatetime | None = None  # planned: newest publication shown so far, at any account
    canaries: dict[
        str, tuple[int, ...]
    ] = {}  # canary looked at to when its new posts were published, seconds
    late: Hours = {}  # hours for which trusted looks had left a new post out, to number of posts; 0: for less than one
    log_in: Literal["works", "refused"] | None = (
        None  # as the source answered when it was asked; None: nobody asked
    )
    stall: Literal["declared", "lifted"] | None = None  # what a person says; None: nobody says anything
    reason: str = ""  # why, of `stall`


class SourceStalled(Payload, frozen=True):
    """A source stopped showing anything new although posts were to be expected; one message for people."""

    type: ClassVar[str] = "source.stalled"
    version: ClassVar[int] = 2  # 2: `canaries`
    derived: ClassVar[bool] = True

    since: UtcDatetime  # the last look that brought a new post
    expected_posts: float  # by the rate of the source; of canaries: how many of them should have posted
    accounts: int
    replay: bool = False
    canaries: bool = False  # its canaries tell
    declared: bool = False  # a person tells


class SourceRecovered(Payload, frozen=True):
    """A stalled source showed a new post again."""

    type: ClassVar[str] = "source.recovered"
    derived: ClassVar[bool] = True

    since: UtcDatetime  # when the stall had begun
    replay: bool = False
    lifted: bool = False  # a person had declared it wrongly


class SourceImpaired(Payload, frozen=True):
    """A source works worse than it should, and somebody has to act; one message for people."""

    type: ClassVar[str] = "source.impaired"
    derived: ClassVar[bool] = True

    what: Literal["log_in", "lag"]  # its log-in is refused; it shows posts later than the settings say
    since: UtcDatetime  # the sweep that told
    lag_s: LagSeconds = 0  # as configured
    seen_lag_s: Annotated[int, msgspec.Meta(ge=0)] = 0  # as estimated
    replay: bool = False


class SourceRestored(Payload, frozen=True):
    """What was wrong with a source is right again."""

    type: ClassVar[str] = "source.restored"
    derived: ClassVar[bool] = True

    what: Literal["log_in", "lag"]
    since: UtcDatetime  # when it had begun
    replay: bool = False
