"""Durations as people write them: 0, 90m, 24h, 2d."""

import re
from datetime import timedelta

from events.messages import message
from pipeline.home.errors import UsageError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_duration(text: str) -> timedelta:
    """Read a duration; raises `UsageError` for another form or more than 31 days."""
    match = re.fullmatch(r"(\d{1,7})([smhd])|0", text.strip())
    if match is None:
        raise UsageError(message("{text!r} is no duration; write it like 0, 90m, 24h or 2d", text=text))
    duration = timedelta(seconds=int(match[1]) * _UNITS[match[2]]) if match[1] else timedelta(0)
    if duration > timedelta(days=31):
        raise UsageError(message("{text!r} is longer than 31 days", text=text))
    return duration
