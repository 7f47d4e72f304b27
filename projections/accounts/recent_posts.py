"""The posts of one account, packed: exact for the newest, whole seconds for the last 100 days.

An account of 200 posts a quarter takes 2.4 KB; adding a post copies two short byte strings and allocates nothing else.
"""

from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from events.days import day_of
from events.instants import DAY_US, SECOND_US
from projections.rules.period import is_published

KEPT_DAYS = 100
NEWEST_KEPT = 16
_KEPT_US = KEPT_DAYS * DAY_US
_DAY_S = 86400
_END_OF_SECONDS = 1 << 32  # seconds stand in four bytes: from 1970 to 2106
_PRUNE_EVERY = 32


class Mark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A post by its time (microseconds) and id, exactly."""

    at: int
    id: bytes
    by_day: bool = False  # its source named a day; `at` lies in it

    @property
    def end(self) -> int:
        """Return when its silence begins: at the post, or at the end of its day."""
        return day_of(self.at)[1] if self.by_day else self.at

    def is_published(self, at: int) -> bool:
        """Tell whether it counts at a moment."""
        return is_published(*day_of(self.at), at) if self.by_day else self.at <= at


class Packed(msgspec.Struct, array_like=True, gc=False):
    """Times and ids of posts, side by side."""

    seconds: bytes = b""  # uint32 each: time of a post, rounded up to a second
    hashes: bytes = b""  # uint64 each: first half of its id

    def add(self, second: int, head: bytes) -> bool:
        """Take a post; returns True where it is time to prune."""
        self.seconds += second.to_bytes(4, "little")
        self.hashes += head
        return len(self.seconds) % (4 * _PRUNE_EVERY) == 0

    def holds(self, head: bytes) -> bool:
        """Tell whether a post is in it."""
        found = self.hashes.find(head)
        while found >= 0 and found % 8 != 0:  # the end of one and the beginning of the next
            found = self.hashes.find(head, found + 1)
        return found >= 0

    def times(self, limit: int, dead: set[bytes]) -> Iterator[tuple[int, bytes]]:
        """Yield second and half an id of each post up to a second that is not dead."""
        heads = self.hashes
        for i, second in enumerate(memoryview(self.seconds).cast("I")):
            head = heads[8 * i : 8 * i + 8]
            if second <= limit and head not in dead:
                yield second, head

    def sorted_until(self, limit: int) -> list[int]:
        """Return all times up to a second, sorted."""
        times = memoryview(self.seconds).cast("I").tolist()
        times.sort()
        return times[: bisect_right(times, limit)]

    def prune(self, oldest: int) -> None:
        """Forget what is older than a second."""
        times = memoryview(self.seconds).cast("I")
        if not times or min(times) >= oldest:
            return
        kept = [i for i, t in enumerate(times) if t >= oldest]
        seconds, hashes = self.seconds, self.hashes
        self.seconds = b"".join(seconds[4 * i : 4 * i + 4] for i in kept)
        self.hashes = b"".join(hashes[8 * i : 8 * i + 8] for i in kept)


class RecentPosts(msgspec.Struct, array_like=True, gc=False):
    """Working copy of an account's posts; a function of the ids seen, not of how often or in which order."""

    newest: list[Mark] = []  # newest first, at most NEWEST_KEPT
    timed: Packed = msgspec.field(default_factory=Packed)
    void: dict[
        bytes, int
    ] = {}  # id to when it stopped counting: 0 withdrawn, else time of deletion in microseconds
    by_day: Packed = msgspec.field(default_factory=Packed)  # posts known by their day alone, at its end

    def add(self, at: int, post_id: bytes, *, by_day: bool = False) -> bool:
        """Take a post; returns False for an id seen before, whose first record counts."""
        head, newest = post_id[:8], self.newest
        second = (day_of(at)[1] if by_day else -(-at // SECOND_US * SECOND_US)) // SECOND_US
        oldest = newest[0].at - _KEPT_US if newest else at - 1
        packed = at > oldest and 0 <= second < _END_OF_SECONDS
        unpacked = not packed or (
            newest and newest[-1].at <= oldest
        )  # its id may stand among the exact marks only
        if self.timed.holds(head) or (self.by_day.seconds and self.by_day.holds(head)):
            return False
        if unpacked and any(m.id == post_id for m in newest):
            return False
        if not newest or at > newest[0].at:
            newest.insert(0, Mark(at, post_id, by_day))
        elif len(newest) < NEWEST_KEPT or at >= newest[-1].at:
            newest.append(Mark(at, post_id, by_day))
            newest.sort(key=_newest_first)
        if len(newest) > NEWEST_KEPT:
            newest.pop()
        if packed and (self.by_day if by_day else self.timed).add(second, head):
            oldest_kept = newest[0].at // SECOND_US - KEPT_DAYS * _DAY_S
            self.timed.prune(oldest_kept)
            self.by_day.prune(oldest_kept)
        return True

    def make_void(self, post_id: bytes, since: int) -> None:
        """Withdraw (`since` 0) or delete a post; a withdrawal beats a deletion, the earlier deletion a later one."""
        self.void[post_id] = min(since, self.void.get(post_id, since))

    def live_newest(self, at: int) -> Mark | None:
        """Return the newest post that is live at a moment (microseconds).

        Where all of the exact marks are void or later, the packed times answer, rounded up to a second and with half
        an id: right at whole seconds, and better than to forget that the account posted.
        """
        for mark in self.newest:
            if (mark.at <= at or (mark.by_day and mark.is_published(at))) and not (
                self.void and self._is_void(mark.id, at)
            ):
                return mark
        if len(self.newest) < NEWEST_KEPT:
            return None
        dead = self._dead(at)
        timed = max(self.timed.times(at // SECOND_US, dead), default=(0, b""))
        day_end, head = max(self.by_day.times(self._last_day(at), dead), default=(0, b""))
        if day_end > timed[0]:
            return Mark((day_end - 1) * SECOND_US, head + bytes(8), by_day=True)
        return Mark(timed[0] * SECOND_US, timed[1] + bytes(8)) if timed[0] else None

    def live_seconds(self, at: int) -> list[int]:
        """Return the times (seconds, rounded up) of posts of the last 100 days that are live at a moment, sorted."""
        if dead := self._dead(at):
            return sorted(second for second, _ in self.timed.times(at // SECOND_US, dead))
        return self.timed.sorted_until(at // SECOND_US)

    def live_days(self, at: int) -> list[int]:
        """Return the ends (seconds) of the days of such posts of which the day alone is known, sorted."""
        if not self.by_day.seconds:
            return []
        return sorted(end for end, _ in self.by_day.times(self._last_day(at), self._dead(at)))

    def _last_day(self, at: int) -> int:
        """Return the end (seconds) of the last day of which a moment lies behind the beginning."""
        return day_of(at)[1] // SECOND_US

    def _dead(self, at: int) -> set[bytes]:
        return {post_id[:8] for post_id in self.void if self._is_void(post_id, at)} if self.void else set()

    def _is_void(self, post_id: bytes, at: int) -> bool:
        since = self.void.get(post_id)
        return since is not None and (since == 0 or since < at)


def _newest_first(mark: Mark) -> tuple[int, int, int]:
    low = int.from_bytes(mark.id[8:], "big")
    high = int.from_bytes(mark.id[:8], "big")
    return -mark.at, -low, -high
