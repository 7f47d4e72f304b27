"""A time as people tell it: an instant, or a day without a time of day."""

from datetime import datetime

import msgspec


class Moment(msgspec.Struct, frozen=True):
    """A time in UTC; `date_only`: the end of that day stands for the day (design, section 3)."""

    at: datetime
    date_only: bool
