"""A year of an account, day by day: updates, gaps between them, looks, reminders, check points."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import msgspec

from connectors.history.alerts import alerts_of
from connectors.history.records import newest_looks, newest_posts
from events.days import chinese_day
from events.instants import FAR
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.state import list_rounds
from projections.rounds.state import Stage

WEEKS = 53
_MOST = 5000
"""Posts, and looks, of a year that are read; ten posts a day are fewer."""


class Gap(msgspec.Struct, frozen=True):
    """Days without an update, between two that had one, or up to now."""

    begin: date  # of the update before it
    end: date  # of the update behind it, or the last day
    days: int
    lasts: bool = False  # nothing was posted since


class Point(msgspec.Struct, frozen=True):
    """A check point of a round."""

    on: date
    title: str


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """53 weeks that end with the one of the last day; as known at a moment of knowledge."""

    first: date  # a Monday
    last: date
    known_from: date | None  # of days before nothing is on record; None: of no day
    updates: dict[date, int]  # live posts of days that have any
    gaps: tuple[Gap, ...]  # of more than seven days
    looks: tuple[date, ...]  # that worked, each day once
    alerts: tuple[tuple[date, str], ...]  # day and level
    points: tuple[Point, ...]

    @property
    def total(self) -> int:
        """Return the number of updates."""
        return sum(self.updates.values())


_LEAST_GAP = 7


def year_of(workspace: Workspace, account_id: str, at: datetime, known_at: datetime = FAR) -> Year:
    """Return the year of an account up to T as known at K; the history is asked."""
    last = chinese_day(at)
    first = last - timedelta(days=last.weekday() + 7 * (WEEKS - 1))
    client = workspace.client
    posts = newest_posts(client, account_id, at, known_at, _MOST)
    looks = newest_looks(client, account_id, at, known_at, _MOST, proof=None)
    live = [p["published"] for p in posts if p["void_from"] is None or p["void_from"] >= at]
    updates: dict[date, int] = {}
    for published in live:
        on = chinese_day(published)
        if on >= first:
            updates[on] = updates.get(on, 0) + 1
    seen = [chinese_day(look["looked_at"]) for look in looks if not look["failed"]]
    days = sorted({chinese_day(published) for published in live})
    beginnings = [*days[:1], *sorted(seen)[:1]]
    known_from = max(min(beginnings), first) if beginnings else None
    begin = at - timedelta(days=7 * WEEKS)
    return Year(
        first=first,
        last=last,
        known_from=known_from,
        updates=updates,
        gaps=tuple(_gaps(days, first, last)),
        looks=tuple(sorted({on for on in seen if on >= first})),
        alerts=tuple(
            (chinese_day(when), level) for when, level in alerts_of(client, account_id, begin, known_at)
        ),
        points=tuple(_points(workspace, first, last)),
    )


def _gaps(days: list[date], first: date, last: date) -> list[Gap]:
    found = [
        Gap(before, after, (after - before).days)
        for before, after in pairwise(days)
        if (after - before).days > _LEAST_GAP and after >= first
    ]
    if days and (last - days[-1]).days > _LEAST_GAP:
        found.append(Gap(days[-1], last, (last - days[-1]).days, lasts=True))
    return found


def _points(workspace: Workspace, first: date, last: date) -> list[Point]:
    rounds = [state for state in list_rounds(workspace, texts=False) if state.stage is not Stage.CANCELLED]
    points = [Point(chinese_day(r.announced.check_point), r.announced.title) for r in rounds]
    return sorted((p for p in points if first <= p.on <= last), key=lambda p: p.on)
