"""Times that a log may not take: a clock that jumped ahead would carry every later record along, for good."""

from datetime import timedelta

from connectors.log.port import LogError
from events.instants import from_micros, local_iso
from events.messages import message

_MICROSECOND = timedelta(microseconds=1)


class ClockError(LogError):
    """A record would be, or is, further behind its predecessor than a log may stand still."""


def is_gap(last: int, at: int, max_gap: timedelta | None) -> bool:
    """Tell whether a time lies too far behind the last record of a log; in microseconds, 0: there is none yet."""
    return max_gap is not None and last > 0 and at - last > max_gap // _MICROSECOND


def clock_error(last: int, at: int, max_gap: timedelta, *, what: str, outcome: str) -> ClockError:
    """Return the error that names both times; `what` says whose time it is, `outcome` what was done about it."""
    days = (at - last) // (timedelta(days=1) // _MICROSECOND)
    return ClockError(
        message(
            "{what} {at}, {days} days after the newest record of the log ({last});"
            " max_clock_gap_days allows {max_gap_days}. {outcome}",
            what=what,
            at=local_iso(from_micros(at)),
            days=days,
            last=local_iso(from_micros(last)),
            max_gap_days=max_gap.days,
            outcome=outcome,
        )
    )
