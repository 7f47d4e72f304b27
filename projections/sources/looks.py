"""Looks of one source at one account: the newest one by one, older ones as what they cover."""

import struct
from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec

from events.days import day_of
from events.ids import database_order
from events.instants import SECOND_US
from events.looks import Chain, Contradiction, Look, Stretch, joined
from projections.sources.health import SourceHealth

RECENT_KEPT = 4
"""Newest looks that stay as they were: a withdrawal or contradiction of one leaves the one before."""

_UNSECURED_KEPT = 64  # of more, the oldest are forgotten: they cover nothing then, which costs nobody a point
_KEPT_S = 100 * 86400
_FINE_S = 35 * 86400  # older groups are joined
_GROUP = struct.Struct("<III")
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

    @property
    def proves_until(self) -> int:
        return self.at - self.lag

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
        look.at, look.lag, look.id.bytes, look.complete_from, shows_from, look.by_hand, look.empty
    )


class SourceLooks(msgspec.Struct, array_like=True, gc=False):
    """Working copy; a function of the looks taken.

    A look stays as it is while it is among the newest, or while a stall that is declared later could void it. Then
    it joins a group: looks of one Chinese day that show from one moment, with the first and the last end of what they
    cover. So a contradiction finds, to the day, up to when its looks can be believed.
    """

    recent: list[LookMark] = []  # by time
    groups: bytes = b""  # three uint32 each: from, first end, last end; seconds
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
        end = (at - self.lag) // SECOND_US
        groups = []
        for begin, first, last in _GROUP.iter_unpack(self.groups):
            if last != end:
                groups.append((begin, first, last))
            elif first != end:
                groups.append((begin, first, first))
        self.groups = b"".join(_GROUP.pack(*group) for group in groups)

    def covered(
        self, contradictions: Sequence[Contradiction], health: SourceHealth | None
    ) -> Iterator[Stretch]:
        """Yield the stretches over which these looks show every post."""
        for begin, first, last in _GROUP.iter_unpack(self.groups):
            end = self._believed(begin, first, last, contradictions) if contradictions else last
            if end is not None:
                yield begin, end
        for mark in self.recent:
            if health is not None and health.voids(mark.at):
                continue
            if contradictions and any(c.takes(c.source, mark.at, mark.begin) for c in contradictions):
                continue
            if covers := mark.covers:
                yield covers

    def newest_group(self, contradictions: Sequence[Contradiction]) -> LookMark | None:
        """Return the newest look that has joined a group, without its id, for where no newer one holds."""
        ends = (
            self._believed(begin, first, last, contradictions)
            for begin, first, last in _GROUP.iter_unpack(self.groups)
        )
        end = max((e for e in ends if e is not None), default=None)
        return None if end is None else LookMark(end * SECOND_US + self.lag, self.lag, b"")

    def _believed(
        self, begin: int, first: int, last: int, contradictions: Sequence[Contradiction]
    ) -> int | None:
        """Return up to when a group covers, None where all of its looks are contradicted."""
        for c in contradictions:
            if begin * SECOND_US >= c.published:
                continue
            first_at, last_at = first * SECOND_US + self.lag, last * SECOND_US + self.lag
            if last_at < c.since or last_at >= c.until:
                continue
            if first_at >= c.since:
                return None
            last = first
        return last

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
        if self.groups:
            last_begin, first, last = _GROUP.unpack(self.groups[-_GROUP.size :])
            same_day = day_of(last * SECOND_US + mark.lag) == day_of(mark.at)
            if last_begin == begin and same_day:
                group = _GROUP.pack(begin, min(first, end), max(last, end))
                self.groups = self.groups[: -_GROUP.size] + group
                return
        self.groups += _GROUP.pack(begin, end, end)
        if len(self.groups) % _PRUNED_AT == 0:
            self._prune()

    def _prune(self) -> None:
        """Forget what lies more than 100 days back, and join what touches beyond the last five weeks."""
        groups = list(_GROUP.iter_unpack(self.groups))
        newest = max(last for _, _, last in groups)
        fine = [group for group in groups if group[2] >= newest - _FINE_S]
        old = joined((b, e) for b, _, e in groups if newest - _KEPT_S <= e < newest - _FINE_S)
        coarse = [(begin, max(begin, newest - _KEPT_S), end) for begin, end in old]
        self.groups = b"".join(_GROUP.pack(*group) for group in (*coarse, *fine))


def _by_time(mark: LookMark) -> tuple[int, bytes]:
    return mark.at, mark.id
