"""Looks, free of the version in which they were written: what each proves, what it covers, what takes that away."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from events.codec import Event
from events.days import day_of
from events.instants import SECOND_US, to_micros
from events.patrol import AccountPatrolled, LookContradicted
from events.sources import SHEETS

BY_PEOPLE = SHEETS
"""Source of what people hand in; before looks said so themselves, it told a look by hand."""

EVER = 0
"""Where a list that shows everything begins, in seconds: before all posts."""

Stretch = tuple[int, int]
"""Whole seconds (from, until] over which every post is known; rounded inward, so that nothing is claimed too much."""


class Look(msgspec.Struct, frozen=True, gc=False):
    """One look that worked; instants in microseconds, stretches in seconds."""

    id: UUID
    source: str
    at: int  # a look known by its day counts from the beginning of that day
    lag: int
    trusted: bool  # its source shows every post, sooner or later
    shows_from: int | None  # seconds; None: it covers nothing
    complete_from: int | None  # rows handed in: complete over (complete_from, at]
    carries_on: bool = False
    empty: bool = False
    by_hand: bool = False
    gap_since: int | None = None  # seconds; the longest gap since then is at most a week
    updates: int | None = None  # of the 28 days before
    alive: int | None = None  # planned: up to here its source is known to have lived

    @property
    def proves_until(self) -> int:
        return believed_until(self.at, self.lag, self.alive)

    @property
    def covers(self) -> Stretch | None:
        """Return the stretch over which the look shows every post, None where there is none."""
        if not self.trusted:
            return None
        begin = self.shows_from
        if self.complete_from is not None:
            begin = -(-self.complete_from // SECOND_US)
        end = self.proves_until // SECOND_US
        return None if begin is None or begin >= end else (begin, end)


def believed_until(at: int, lag: int, alive: int | None) -> int:
    """Return up to when a look is believed: less the lag, and no further than its source had shown life by then.

    A source that hands out what it had shown before looks like one whose accounts are silent (design section 3, Life).
    """
    return at - lag if alive is None else min(at - lag, alive)


class FailedLook(msgspec.Struct, frozen=True, gc=False):
    """A look that proves nothing."""

    source: str
    at: int  # microseconds
    reason: str


class Contradiction(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Looks of a source at an account that a post showed to have left it out; microseconds."""

    source: str
    since: int
    until: int
    published: int
    by: bytes

    def takes(self, source: str, at: int, shows_from: int | None) -> bool:
        """Tell whether a look is one of them; one that tells no beginning claims all there is."""
        return (
            self.source == source
            and self.since <= at < self.until
            and (shows_from is None or shows_from * SECOND_US < self.published)
        )


WEEK_S = 7 * 86400


def look_of(event: Event[AccountPatrolled]) -> Look:
    """Return what a look says, alike for every version of its event."""
    data = event.data
    by_hand = data.by_hand or event.source == BY_PEOPLE
    alone = by_hand and data.carries_on  # written before looks by hand said what they show
    oldest = data.newest_post_at if alone else data.shows_from
    shows_from = None if oldest is None else -(-to_micros(oldest) // SECOND_US)
    if data.shows_all:
        shows_from = EVER
    at = to_micros(event.time)
    gap_holds = data.longest_gap_s is not None and data.longest_gap_s <= WEEK_S and data.gap_since is not None
    return Look(
        id=event.id,
        source=event.source,
        at=day_of(at)[0] if data.date_only else at,
        lag=data.lag_s * SECOND_US,
        trusted=data.proves_silence,
        shows_from=shows_from,
        complete_from=None if data.complete_from is None else to_micros(data.complete_from),
        carries_on=data.carries_on and not by_hand,
        empty=data.empty or (alone and data.newest_post_at is None),
        by_hand=by_hand,
        gap_since=-(-to_micros(data.gap_since) // SECOND_US) if gap_holds and data.gap_since else None,
        updates=data.updates_28d,
        alive=None if data.alive_at is None else to_micros(data.alive_at),
    )


def contradiction_of(event: Event[LookContradicted]) -> Contradiction:
    """Return the looks that a post contradicts."""
    data = event.data
    since, until, published = to_micros(data.since), to_micros(data.until), to_micros(data.published_at)
    return Contradiction(data.source, since, until, published, data.by.bytes)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return stretches in order, those that touch made one."""
    whole: list[Stretch] = []
    for begin, end in sorted(stretches):
        if whole and begin <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((begin, end))
    return whole


def holds(whole: Iterable[Stretch], after: int, until: int) -> bool:
    """Tell whether joined stretches hold all of (after, until], in microseconds."""
    return any(begin * SECOND_US <= after and until <= end * SECOND_US for begin, end in whole)


class Chain(msgspec.Struct, array_like=True, gc=False):
    """Where the stretch began that old looks of one source carry on, in the order of recording.

    A look that brought nothing new covers on from where the trusted look before it began; one that did tells nothing,
    for older items may have dropped out in between, and a failed look cuts the chain (design section 3, Old looks).
    """

    at: int = 0  # microseconds; a look that is not later says nothing to it
    begin: int | None = None  # seconds

    def take(self, look: Look) -> int | None:
        """Take a look and return from when it covers."""
        if not look.trusted or look.complete_from is not None:
            return look.shows_from
        begin = self.begin if look.carries_on else look.shows_from
        if look.at <= self.at:
            return None if look.carries_on else look.shows_from
        self.at, self.begin = look.at, begin
        return begin

    def cut(self, at: int) -> None:
        """Take a failed look."""
        if at > self.at:
            self.at, self.begin = at, None
