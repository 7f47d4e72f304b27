"""Coverage: since when the posts of an account are known without a gap."""

from collections.abc import Iterable

from events.codec import Event
from events.instants import to_micros
from events.patrol import AccountPatrolled

FOREVER = 1 << 62

Stretch = tuple[int, int]
"""From when until when (microseconds) a source shows every post; a feed that is looked at goes on FOREVER."""


def stretch_of(look: Event[AccountPatrolled]) -> Stretch | None:
    """Return the stretch of time over which a look shows every post, None for one that says nothing of it."""
    data = look.data
    if not data.proves_silence:
        return None
    if data.covers_from is not None:
        return to_micros(data.covers_from), FOREVER
    return None if data.complete_from is None else (to_micros(data.complete_from), to_micros(look.time))


def covered_since(stretches: Iterable[Stretch], proven_until: int | None) -> int | None:
    """Return the start of the gapless stretch that reaches up to the proof of silence, None if there is none.

    Rows that are complete for a span say nothing about the weeks behind it (design section 3, Weeks).
    """
    if proven_until is None:
        return None
    since = proven_until
    for begin, end in sorted(stretches, key=_later_end_first):
        if end >= since:
            since = min(begin, since)
    return since if since < proven_until else None


def _later_end_first(stretch: Stretch) -> tuple[int, int]:
    begin, end = stretch
    return -end, begin
