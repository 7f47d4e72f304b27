"""How long a page may stay as it is: so many days, or so many calendar months of Chinese time."""

from calendar import monthrange
from datetime import datetime, timedelta

import msgspec

from events.instants import SHANGHAI
from events.messages import message


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A span that runs back from a check point; exactly one of the two is set."""

    days: int = 0
    months: int = 0

    def __post_init__(self) -> None:
        if (self.days > 0) == (self.months > 0) or min(self.days, self.months) < 0:
            raise ValueError(message("a limit has days or months, one of the two, above 0"))

    def before(self, at: datetime) -> datetime:
        """Return the moment with which the span ending at `at` begins."""
        return at - timedelta(days=self.days) if self.days else months_before(at, self.months)

    def passed(self, newest: datetime, at: datetime) -> bool:
        """Tell whether something of `newest` is overdue at a moment; at exactly the limit it is not."""
        return self.before(at) > newest


def months_before(at: datetime, months: int) -> datetime:
    """Return the same day and time so many calendar months earlier, in Chinese time.

    A day that the earlier month does not have is its last one: six months before 31 August is 28 or 29 February.
    """
    local = at.astimezone(SHANGHAI)
    month = local.year * 12 + local.month - 1 - months
    year, month = divmod(month, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(at.tzinfo)
