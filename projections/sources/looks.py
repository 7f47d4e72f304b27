"""Looks of one source at one account: the newest one by one, older ones as what they cover."""

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

from events.days import day_of
from events.ids import database_order
from events.instants import SECOND_US
from events.looks import Chain, Contradiction, Look, Stretch, believed_until, joined
from projections.sources.health import SourceHealth

RECENT_KEPT = 4
"""Newest looks that stay as they were: a withdrawal or contradiction of one leaves the one before."""

_UNSECURED_KEPT = 64  # of more, the oldest are forgotten: they cover nothing then, which costs nobody a point
_KEPT_S = 100 * 86400
_FINE_S = 35 * 86400  # older groups are joined
_GROUP = struct.Struct("<IIIII")
_PRUNED_AT = 48 * _GROUP.size
_END_OF_SECONDS = 1 << 32


class LookMark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A trusted look: when, how late its source may be, what it shows, and its id."""

    at: int
    lag: int  # microseconds
    id: bytes
    complete_from: int | None = None
    shows_from: int | None = None  # seconds
    by_hand: bool = False
    empty: bool = False
    alive: int | None = None  # its source is known to have lived up to here; None: nobody planned it

    @property
    def proves_until(self) -> int:
        return believed_until(self.at, self.lag, self.alive)

    @property
    def begin(self) -> int | None:
        """Return from when (seconds) it claims to show every post; None: it tells no beginning."""
        return self.shows_from if self.complete_from is None else -(-self.complete_from // SECOND_US)

    @property
    def covers(self) -> Stretch | None:
        """Return the stretch over which it shows every post."""
        begin, end = self.begin, self.proves_until // SECOND_US
        return None if begin is None or begin >= end else (begin, end)

    @property
    def order(self) -> tuple[int, int]:
        """Return what breaks ties as the history does."""
        return database_order(UUID(bytes=self.id)) if self.id else (0, 0)


def mark_of(look: Look, shows_from: int | None) -> LookMark:
    """Return what a state keeps of a look."""
    return LookMark(
        look.at,
        look.lag,
        look.id.bytes,
        look.complete_from,
        shows_from,
        look.by_hand,
        look.empty,
        look.alive,
    )


class _Group(NamedTuple):
    """Looks of one Chinese day that show from one moment; seconds."""

    begin: int
    first_at: int  # the first of them
    first_end: int  # up to when it covers
    last_at: int
    last_end: int  # the furthest that any covers


class SourceLooks(msgspec.Struct, array_like=True, gc=False):
    """Working copy; a function of the looks taken.

    A look stays as it is while it is among the newest, or while a stall that is declared later could void it. Then
    it joins a group: looks of one Chinese day that show from one moment, with the first and the last of them and up to
    when they cover. So a contradiction finds, to the day, up to when its looks can be believed.
    """

    recent: list[LookMark] = []  # by time
    groups: bytes = b""  # five uint32 each, as `_Group` has them
    lag: int = 0  # microseconds, of the last look
    chain: Chain = msgspec.field(default_factory=Chain)

    def add(self, mark: LookMark, health: SourceHealth | None) -> bool:
        """Take a look; returns False for one that is known."""
        recent = self.recent
        if recent and mark.at <= recent[-1].at:
            if any(known.id == mark.id for known in recent):
                return False
            recent.append(mark)
            recent.sort(key=_by_time)
        else:
            recent.append(mark)
        self.lag = mark.lag
        if len(recent) > RECENT_KEPT:
            self._retire(health)
        return True

    def cover(self, mark: LookMark) -> None:
        """Take rows handed in for what they cover; people are no source that stalls."""
        self._join(mark)

    def withdraw(self, look_id: bytes, at: int) -> None:
        """Forget a look; one that has joined a group takes the end of that group back to its first look."""
        kept = [mark for mark in self.recent if mark.id != look_id]
        if len(kept) < len(self.recent):
            self.recent = kept
            return
        at_s = at // SECOND_US
        groups = []
        for group in self._groups():
            if group.last_at != at_s:
                groups.append(group)
            elif group.first_at != at_s:
                groups.append(_first_of(group))
        self.groups = b"".join(_GROUP.pack(*group) for group in groups)

    def covered(
        self, contradictions: Sequence[Contradiction], health: SourceHealth | None
    ) -> Iterator[Stretch]:
        """Yield the stretches over which these looks show every post."""
        for group in self._groups():
            believed = _believed(group, contradictions) if contradictions else group
            if believed is not None:
                yield believed.begin, believed.last_end
        for mark in self.recent:
            if health is not None and health.voids(mark.at):
                continue
            if contradictions and any(c.takes(c.source, mark.at, mark.begin) for c in contradictions):
                continue
            if covers := mark.covers:
                yield covers

    def newest_group(self, contradictions: Sequence[Contradiction]) -> LookMark | None:
        """Return the newest look that has joined a group, without its id, for where no newer one holds."""
        believed = (_believed(group, contradictions) for group in self._groups())
        newest = max((g for g in believed if g is not None), key=lambda g: g.last_end, default=None)
        if newest is None:
            return None
        at, end = newest.last_at * SECOND_US, newest.last_end * SECOND_US
        return LookMark(at, self.lag, b"", alive=end)

    def _groups(self) -> Iterator[_Group]:
        return map(_Group._make, _GROUP.iter_unpack(self.groups))

    def _retire(self, health: SourceHealth | None) -> None:
        """Put looks that are neither new nor in doubt into groups."""
        older, kept = self.recent[:-RECENT_KEPT], []
        for mark in older:
            if health is None or health.secures(mark.at):
                self._join(mark)
            elif not health.voids(mark.at) or health.stalled:
                kept.append(mark)
        self.recent = [*kept[-_UNSECURED_KEPT:], *self.recent[-RECENT_KEPT:]]

    def _join(self, mark: LookMark) -> None:
        covers = mark.covers
        if covers is None or not 0 <= covers[0] < covers[1] < _END_OF_SECONDS:
            return
        begin, end = covers
        at = mark.at // SECOND_US
        group = _Group(begin, at, end, at, end)
        if self.groups:
            last = _Group._make(_GROUP.unpack(self.groups[-_GROUP.size :]))
            if last.begin == begin and day_of(last.last_at * SECOND_US) == day_of(at * SECOND_US):
                self.groups = self.groups[: -_GROUP.size] + _GROUP.pack(*_both(last, group))
                return
        self.groups += _GROUP.pack(*group)
        if len(self.groups) % _PRUNED_AT == 0:
            self._prune()

    def _prune(self) -> None:
        """Forget what lies more than 100 days back, and join what touches beyond the last five weeks."""
        groups = list(self._groups())
        newest = max(group.last_end for group in groups)
        fine = [group for group in groups if group.last_end >= newest - _FINE_S]
        old = [group for group in groups if newest - _KEPT_S <= group.last_end < newest - _FINE_S]
        lag = self.lag // SECOND_US
        coarse = []
        for begin, end in joined((group.begin, group.last_end) for group in old):
            first = max(begin, newest - _KEPT_S)
            coarse.append(_Group(begin, first + lag, first, end + lag, end))
        self.groups = b"".join(_GROUP.pack(*group) for group in (*coarse, *fine))


def _first_of(group: _Group) -> _Group:
    return group._replace(last_at=group.first_at, last_end=group.first_end)


def _both(group: _Group, other: _Group) -> _Group:
    """Return two groups as one; of looks at one moment the first claims no more than either."""
    first = min(group, other, key=lambda g: (g.first_at, g.first_end))
    last = max(group, other, key=lambda g: g.last_at)
    return _Group(
        group.begin, first.first_at, first.first_end, last.last_at, max(group.last_end, other.last_end)
    )


def _believed(group: _Group, contradictions: Sequence[Contradiction]) -> _Group | None:
    """Return a group as far as it is believed, None where all of its looks are contradicted."""
    for c in contradictions:
        if group.begin * SECOND_US >= c.published:
            continue
        if group.last_at * SECOND_US < c.since or group.last_at * SECOND_US >= c.until:
            continue
        if group.first_at * SECOND_US >= c.since:
            return None
        group = _first_of(group)
    return group


def _by_time(mark: LookMark) -> tuple[int, bytes]:
    return mark.at, mark.id
