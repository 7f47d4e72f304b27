"""The burden ledger: how many messages units got, by day and kind; nothing of who answered, and no ranking."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from events.alert import AlertComposed
from events.days import chinese_day


class Burden(msgspec.Struct, frozen=True):
    """The messages of a unit on a day, of one kind."""

    day: date
    unit: str
    kind: str  # alert, cleared, …; of a message that tells several: all of them, joined by +
    messages: int  # new ones, to all of its people
    renewed: int  # changes of messages that were there
    people: int
    most: int  # new ones that one person got
    pilot: int  # of the messages: would have gone out


def burden(composed: Iterable[tuple[datetime, AlertComposed]]) -> list[Burden]:
    """Count messages by day, unit and kind, in that order."""
    new: dict[tuple[date, str, str], Counter[str]] = defaultdict(Counter)
    renewed: Counter[tuple[date, str, str]] = Counter()
    pilot: Counter[tuple[date, str, str]] = Counter()
    for at, data in composed:
        key = (chinese_day(at), data.unit, "+".join(data.kinds))
        new[key][data.destination] += not data.renewed
        renewed[key] += data.renewed
        pilot[key] += data.pilot
    return [
        Burden(
            *key,
            messages=by_person.total(),
            renewed=renewed[key],
            people=len(by_person),
            most=max(by_person.values()),
            pilot=pilot[key],
        )
        for key, by_person in sorted(new.items())
    ]
