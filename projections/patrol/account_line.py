"""One account in a line: what the pages of a day need of its state and of the registry."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from events.instants import SECOND_US, to_micros
from events.looks import EVER
from projections.accounts.holds import Hold, claimed_at
from projections.accounts.state import AccountState, trusted_looks
from projections.registry.cards import AccountCard
from projections.rules.ladder import NEVER
from projections.sources.health import SourceHealth
from projections.sources.looks import LookMark

_KEPT_LOOKS = 2


class Seen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The newest look of a source that may prove something."""

    source: str
    at: int  # microseconds
    proves_until: int  # the lag of the source taken off
    by_hand: bool
    span_us: int | None = (
        None  # from the oldest item of its list to the newest post; None: the list was not full
    )


class AccountLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An account of the registry; a function of its records alone, so that what depends on now is reckoned later."""

    account_id: str
    given_id: str
    name: str
    platform: str
    owner: str
    supervisor: str
    tier: str
    area: str
    roles: tuple[str, ...]  # of the people who are named for it
    opened_at: int | None  # None: open since before the records
    closed_at: int | None
    newest_at: int | None  # newest live post, None: none is known
    newest_by_day: bool
    anchor: int | None  # where silence begins: the newest post, a day at its end, or the opening
    shown_at: int  # first showing of a newest post that contradicts earlier looks; the limit waits for it
    looks: tuple[Seen, ...]  # the newest two of each source: where a stall takes one, the other may stand
    looked: bool  # anybody ever looked, in vain or not
    claimed_at: int | None = (
        None  # somebody said then that it posted, or took content down; no look has reached that
    )
    holds: tuple[Hold, ...] = ()  # what was asked about the present silence, over or not
    ruled_by: str = ""  # the ruleset that its alerts follow; '': that of the home
    account_class: str = ""  # publishing, service or transaction; '': not known

    def in_population(self, at: int) -> bool:
        """Tell whether the account is opened and not closed at a moment."""
        opened = self.opened_at is None or self.opened_at <= at
        return opened and (self.closed_at is None or self.closed_at > at)

    def held_at(self, at: int) -> tuple[Hold, ...]:
        """Return what holds its alerts back at a moment, the longest first."""
        current = [hold for hold in self.holds if hold.since <= at < hold.until]
        return tuple(sorted(current, key=lambda hold: hold.until, reverse=True))

    def limit_at(self, limit_us: int) -> int | None:
        """Return when the limit passes if nothing is posted, None where there is no anchor to count from."""
        return None if self.anchor is None else max(self.anchor, self.shown_at) + limit_us

    def last_look(self, health: Mapping[str, SourceHealth]) -> Seen | None:
        """Return the newest look that no stall of its source takes."""
        valid = (s for s in self.looks if s.source not in health or not health[s.source].voids(s.at))
        return max(valid, key=lambda seen: seen.at, default=None)

    def proven_until(self, health: Mapping[str, SourceHealth]) -> int | None:
        """Return up to when silence is proven."""
        valid = (s for s in self.looks if s.source not in health or not health[s.source].voids(s.at))
        return max((seen.proves_until for seen in valid), default=None)

    def looked_again(self, seen: Seen) -> "AccountLine":
        """Return the line after a look that brought nothing, as far as plans are concerned.

        Such a look is no fact where it comes too soon after another, or where its source proves no silence.
        """
        others = [known for known in self.looks if known.source != seen.source]
        mine = [known for known in self.looks if known.source == seen.source]
        if mine and seen.span_us is None:
            seen = msgspec.structs.replace(seen, span_us=mine[-1].span_us)
        looks = (*others, *mine[1 - _KEPT_LOOKS :], seen)
        return msgspec.structs.replace(self, looks=looks, looked=True)


def line_of(state: AccountState, card: AccountCard) -> AccountLine:
    """Return the line of an account of the registry."""
    newest = state.posts.live_newest(NEVER)
    opened_at = _micros(card.opened_at)
    newest_at = newest.at if newest is not None else None
    anchor = newest.end if newest is not None else opened_at
    return AccountLine(
        account_id=state.account_id,
        given_id=card.given_id,
        name=card.name,
        platform=card.platform,
        owner=card.owner,
        supervisor=card.supervisor,
        tier=card.tier,
        area=card.area,
        roles=tuple(sorted(card.people)),
        opened_at=opened_at,
        closed_at=_micros(card.closed_at),
        newest_at=newest_at,
        newest_by_day=newest is not None and newest.by_day,
        anchor=anchor,
        shown_at=(state.first_showing(newest.id) if newest is not None else None) or 0,
        looks=_newest_looks(state, anchor or 0, newest_at, posted=newest is not None),
        looked=state.looked,
        claimed_at=claimed_at(state),
        holds=tuple(state.holds),
        ruled_by=state.ruled_by,
        account_class=state.account_class,
    )


def _newest_looks(
    state: AccountState, anchor: int, newest_at: int | None, *, posted: bool
) -> tuple[Seen, ...]:
    """Return the newest looks of each source; rows handed in count where they reach back to the newest post."""
    marks: dict[str, list[LookMark]] = {}
    for source, mark in trusted_looks(state, {}, anchor, posted=posted).marks:
        marks.setdefault(source, []).append(mark)
    return tuple(
        _seen(source, mark, newest_at)
        for source in sorted(marks)
        for mark in sorted(marks[source], key=_taken_at)[-_KEPT_LOOKS:]
    )


def _seen(source: str, mark: LookMark, newest_at: int | None) -> Seen:
    """Return a look, with the time that its list spans where the list may have been full.

    The span goes to the newest post and not to the look: what is old in the list of a dead account falls off no more.
    """
    by_hand = mark.by_hand or mark.complete_from is not None
    span = None
    if not by_hand and newest_at is not None and mark.shows_from not in (None, EVER):
        span = max(0, min(newest_at, mark.at) - mark.shows_from * SECOND_US)
    return Seen(source, mark.at, mark.proves_until, by_hand, span)


def _taken_at(mark: LookMark) -> int:
    return mark.at


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)
