"""Sheets of looks: the newest post that a person saw, and the look that proves silence since."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

import msgspec

from connectors.papers.paper import ReadPage, Reason, Record
from connectors.papers.paper_time import PaperTime
from events import fact_ids
from events.codec import Event
from events.days import day_of
from events.instants import from_micros, local_iso, to_micros
from events.patrol import AccountPatrolled
from events.post import PostPublished
from events.sources import SHEETS
from pipeline.office.intake.moments import moment_of
from pipeline.office.intake.plan import Address, Draft
from pipeline.office.intake.world import NewestPost, World

OTHER_WEEK_ROWS = 3
OTHER_WEEK_SHARE = 0.1
"""From how many rows, and which share, older than known on a page is held to be of another week (intake design 5.5)."""


class Sighting(msgspec.Struct, frozen=True):
    """What one row saw of its account."""

    looked_at: datetime
    by_day: bool  # the day of the look is known alone
    newest: datetime | None  # None: no post at all
    newest_by_day: bool = False
    longest_gap_s: int | None = None
    updates_28d: int | None = None


def sighting_of(record: Record, page: ReadPage) -> Sighting | None:
    """Return what a row saw, None where neither row nor page says when somebody looked."""
    stated = record.time("looked_at") or (page.context.looked_at.value if page.context.looked_at else None)
    if not isinstance(stated, PaperTime):
        return None
    newest = record.time("newest_post_at")
    gap, updates = record.fields.get("longest_gap"), record.fields.get("updates_in_28_days")
    return Sighting(
        looked_at=moment_of(stated),
        by_day=stated.clock is None,
        newest=None if newest is None else moment_of(newest),
        newest_by_day=newest is not None and newest.clock is None,
        longest_gap_s=round(float(gap) * 86400) if isinstance(gap, int | float) else None,
        updates_28d=int(updates) if isinstance(updates, int | float) else None,
    )


def contradiction(seen: Sighting, known: NewestPost | None) -> Reason | None:
    """Return why a look cannot be: it shows an older newest post than one known by its time; a day compares as one."""
    if known is None or seen.newest is None:
        return None
    by_day = seen.newest_by_day or known.by_day
    older = _day(seen.newest) < _day(known.at) if by_day else seen.newest < known.at
    if not older:
        return None
    return Reason("older_than_known", {"newest": _local(seen.newest), "known": _local(known.at)})


def is_of_another_week(contradicting: int, rows: int) -> bool:
    """Tell a page of which so many rows are older than known that the whole of it is of another week."""
    return contradicting >= OTHER_WEEK_ROWS and contradicting >= OTHER_WEEK_SHARE * rows


class Sightings:
    """Turns the looks of a plan into facts; a look or a post that is known already is the same fact.

    What its papers of earlier moments saw is known to those of later ones, as if they had come one by one.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._before: dict[str, list[Sighting]] = defaultdict(list)

    def known_newest(self, seen: Mapping[str, Sighting]) -> dict[str, NewestPost]:
        """Return the newest post of each account that is known by the time of its look."""
        found = {}
        for subject, look in seen.items():
            newest = self._world.newest_posts(look.looked_at).get(subject)
            for earlier in self._before.get(subject, ()):
                if earlier.newest is None or earlier.looked_at > look.looked_at:
                    continue
                if newest is None or earlier.newest > newest.at:
                    newest = NewestPost(earlier.newest, earlier.newest_by_day)
            if newest is not None:
                found[subject] = newest
        return found

    def facts(self, at: Address, subject: str, seen: Sighting) -> list[Draft]:
        """Return the post and the look."""
        drafts = []
        if seen.newest is not None:
            post = PostPublished(observed_at=seen.looked_at, date_only=seen.newest_by_day)
            key = fact_ids.post_key_of_time(seen.newest)
            post_id = fact_ids.standing(
                self._world.void,
                lambda telling: fact_ids.post_published(SHEETS, subject, key, telling=telling),
            )
            drafts.append(Draft(at, Event(post_id, SHEETS, subject, seen.newest, post)))
        look = AccountPatrolled(
            newest_post_at=seen.newest,
            shows_from=_end(seen.newest) if seen.newest is not None and seen.newest_by_day else seen.newest,
            by_hand=True,
            date_only=seen.by_day,
            empty=seen.newest is None,
            longest_gap_s=seen.longest_gap_s,
            gap_since=self._look_before(subject, seen) if seen.longest_gap_s is not None else None,
            updates_28d=seen.updates_28d,
        )
        look_id = fact_ids.standing(
            self._world.void,
            lambda telling: fact_ids.account_patrolled(SHEETS, subject, seen.looked_at, telling=telling),
        )
        drafts.append(Draft(at, Event(look_id, SHEETS, subject, seen.looked_at, look)))
        self._before[subject].append(seen)
        return drafts

    def _look_before(self, subject: str, seen: Sighting) -> datetime | None:
        earlier = [look.looked_at for look in self._before[subject] if look.looked_at < seen.looked_at]
        known = self._world.look_by_hand_before(subject, seen.looked_at)
        return max((t for t in (*earlier, known) if t is not None), default=None)


def _day(at: datetime) -> tuple[int, int]:
    return day_of(to_micros(at))


def _end(at: datetime) -> datetime:
    return from_micros(_day(at)[1])


def _local(at: datetime) -> str:
    return local_iso(at) or ""
