"""How late a source shows posts: an estimate from those that looks had left out."""

from collections.abc import Mapping

FEWEST = 20
"""New posts without which nothing is estimated."""

SHARE = 0.9
"""Of new posts, nine in ten are shown no later than the estimate."""

_KEPT_DAYS = 28

Late = dict[int, dict[int, int]]
"""By the day of the sweep: hours for which looks had left a new post out, to number of posts."""


def with_sweep(known: Late, day: int, late: Mapping[int, int]) -> Late:
    """Take what a sweep says of its new posts; of the last 28 days."""
    kept = {d: hours for d, hours in known.items() if d > day - _KEPT_DAYS}
    if late:
        today = dict(kept.get(day, {}))
        for hours, posts in late.items():
            today[hours] = today.get(hours, 0) + posts
        kept[day] = today
    return kept


def estimated_lag_s(known: Late) -> int | None:
    """Return the lag of a source, None where too few posts tell it.

    A post counts with the time for which trusted looks had left it out. So the estimate is no longer than the truth:
    what was published between two looks may have been shown at once.
    """
    total: dict[int, int] = {}
    for by_hours in known.values():
        for hours, posts in by_hours.items():
            total[hours] = total.get(hours, 0) + posts
    posts = sum(total.values())
    if posts < FEWEST:
        return None
    seen = 0
    for hours in sorted(total):
        seen += total[hours]
        if seen >= SHARE * posts:
            return hours * 3600
    return None
