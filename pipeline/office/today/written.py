"""Times as sheets and tables for people have them: to the minute, a day as a day."""

from datetime import datetime

from events.instants import SHANGHAI


def written_time(at: datetime | None, *, by_day: bool = False) -> str:
    """Write a time in Chinese time, empty for none."""
    if at is None:
        return ""
    return f"{at.astimezone(SHANGHAI):{'%Y-%m-%d' if by_day else '%Y-%m-%d %H:%M'}}"
