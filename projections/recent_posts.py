"""The posts of one account, packed: exact for the newest, whole seconds for the last 100 days.

An account of 200 posts a quarter takes 2.4 KB; adding a post copies two short byte strings and allocates nothing else.
"""

from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from events.instants import DAY_US, SECOND_US

KEPT_DAYS = 100
NEWEST_KEPT = 16
_KEPT_US = KEPT_DAYS * DAY_US
_END_OF_SECONDS = 1 << 32  # seconds stand in four bytes: from 1970 to 2106
_PRUNE_EVERY = 32


class Mark(msgspec.Struct, frozen=True, array_like=True, order=True, gc=False):
    """A post by its time (microseconds) and id, exactly."""

    at: int
    id: bytes


class RecentPosts(msgspec.Struct, array_like=True, gc=False):
    """Working copy of an account's posts; a function of the ids seen, not of how often or in which order."""

    newest: list[Mark] = []  # newest first, at most NEWEST_KEPT
    seconds: bytes = b""  # uint32 each: time of a post, rounded up to a second
    hashes: bytes = b""  # uint64 each: first half of its id
    void: dict[
        bytes, int
    ] = {}  # id to when it stopped counting: 0 withdrawn, else time of deletion in microseconds

    def add(self, at: int, post_id: bytes) -> bool:
        """Take a post; returns False for an id seen before, whose first record counts."""
        head, newest = post_id[:8], self.newest
        second = -(-at // SECOND_US)
        oldest = newest[0].at - _KEPT_US if newest else at - 1
        packed = at > oldest and 0 <= second < _END_OF_SECONDS
        unpacked = not packed or (
            newest and newest[-1].at <= oldest
        )  # its id may stand among the exact marks only
        if self._holds(head) or (unpacked and any(m.id == post_id for m in newest)):
            return False
        if not newest or at > newest[0].at:
            newest.insert(0, Mark(at, post_id))
        elif len(newest) < NEWEST_KEPT or at >= newest[-1].at:
            newest.append(Mark(at, post_id))
            newest.sort(key=_newest_first)
        if len(newest) > NEWEST_KEPT:
            newest.pop()
        if packed:
            self.seconds += second.to_bytes(4, "little")
            self.hashes += head
            if len(self.seconds) % (4 * _PRUNE_EVERY) == 0:
                self._prune(newest[0].at // SECOND_US - KEPT_DAYS * 86400)
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
            if mark.at <= at and not (self.void and self._is_void(mark.id, at)):
                return mark
        if len(self.newest) < NEWEST_KEPT:
            return None
        packed = max(self._live(at), default=None)
        return None if packed is None else Mark(packed[0] * SECOND_US, packed[1] + bytes(8))

    def live_seconds(self, at: int) -> list[int]:
        """Return the times (seconds, rounded up) of posts of the last 100 days that are live at a moment, sorted."""
        if self.void and any(self._is_void(post_id, at) for post_id in self.void):
            return sorted(second for second, _ in self._live(at))
        times = memoryview(self.seconds).cast("I").tolist()
        times.sort()
        return times[: bisect_right(times, at // SECOND_US)]

    def _live(self, at: int) -> Iterator[tuple[int, bytes]]:
        limit, heads = at // SECOND_US, self.hashes
        dead = {post_id[:8] for post_id in self.void if self._is_void(post_id, at)}
        for i, second in enumerate(memoryview(self.seconds).cast("I")):
            head = heads[8 * i : 8 * i + 8]
            if second <= limit and head not in dead:
                yield second, head

    def _is_void(self, post_id: bytes, at: int) -> bool:
        since = self.void.get(post_id)
        return since is not None and (since == 0 or since < at)

    def _holds(self, head: bytes) -> bool:
        found = self.hashes.find(head)
        while found >= 0 and found % 8 != 0:  # the end of one and the beginning of the next
            found = self.hashes.find(head, found + 1)
        return found >= 0

    def _prune(self, oldest: int) -> None:
        times = memoryview(self.seconds).cast("I")
        if min(times) >= oldest:
            return
        kept = [i for i, t in enumerate(times) if t >= oldest]
        seconds, hashes = self.seconds, self.hashes
        self.seconds = b"".join(seconds[4 * i : 4 * i + 4] for i in kept)
        self.hashes = b"".join(hashes[8 * i : 8 * i + 8] for i in kept)


def _newest_first(mark: Mark) -> tuple[int, int, int]:
    low = int.from_bytes(mark.id[8:], "big")
    high = int.from_bytes(mark.id[:8], "big")
    return -mark.at, -low, -high
