"""Updates of a service account: its pushes, as live posts show them (昆政办发〔2019〕162号 annex 2).

That items of one time are one update is our reading (`service_account_distinct_times`); one time is one minute.
"""

from collections.abc import Iterable

_ZONE_S = 8 * 3600
_DAY_S = 86400


def count_updates(seconds: Iterable[int], day_ends: Iterable[int] = ()) -> int:
    """Return the number of updates among posts, by their times in seconds since the epoch, rounded up.

    A feed tells seconds, people who look write a minute or a day: one minute is one update, and a post known by its
    day alone (the end of the day) is one only where that day has no other. `service_updates_as_of.sql` counts alike.
    """
    minutes, timed = set(), set()
    for second in seconds:
        minutes.add(second // 60)
        timed.add((second - 1 + _ZONE_S) // _DAY_S)
    alone = {(end - 1 + _ZONE_S) // _DAY_S for end in day_ends}
    return len(minutes) + len(alone - timed)
