"""Times of papers as facts hold them."""

from datetime import UTC, date, datetime, time

from connectors.papers.paper_time import PaperTime
from events.days import last_second
from events.instants import SHANGHAI


def moment_of(time: PaperTime) -> datetime:
    """Return a moment as it is, a day or a month at its last second: so the registry and looks hold them."""
    return time.begins.astimezone(UTC) if time.clock is not None else last_second(time.last_day)


def beginning_of(day: date) -> datetime:
    """Return the midnight with which a day begins in China."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def paper_time(at: datetime, *, by_day: bool, by_month: bool = False) -> PaperTime:
    """Return a time of a fact as a paper would give it, as far as it is known."""
    there = at.astimezone(SHANGHAI)
    if by_month:
        return PaperTime("month", there.date().replace(day=1))
    if by_day:
        return PaperTime("day", there.date())
    return PaperTime("minute", there.date(), there.time().replace(second=0, microsecond=0))
