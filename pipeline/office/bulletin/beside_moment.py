"""What a part of a bulletin beside its accounts is asked for."""

from datetime import datetime

import msgspec

from events.bulletin import Edition
from events.facts import VerdictRow


class BesideMoment(msgspec.Struct, frozen=True, kw_only=True):
    """What a part is asked for: the area and quarter of a round, and up to when facts count."""

    area: str  # empty: the whole registry
    quarter: str  # 2022Q3
    period_start: datetime
    check_point: datetime
    edition: Edition
    known_at: datetime
    digits: int = 1  # of rates
    rows: tuple[VerdictRow, ...] = ()  # of the run
