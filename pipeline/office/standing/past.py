"""The list of accounts at a check point as known at a moment: from the history, kept for who looks again.

What is known at a closed moment never changes, so an answer stays right while the log grows. What somebody may see of
it is settled by the registry of today, as on every page.
"""

import threading
from collections.abc import Sequence
from datetime import datetime

import msgspec

from events.facts import Freshness, UnknownReason
from events.messages import message
from pipeline.home.desk import Desk
from pipeline.home.errors import BusyError
from pipeline.office.scope import Scope, area_of
from pipeline.office.standing.listing import units_now
from pipeline.office.standing.scoped import wanted_of
from pipeline.scores.scoring import Question, ask
from pipeline.scores.status import Status, statuses
from projections.registry.units import UNIT_TYPES, units_at, units_by_name
from projections.rules.freshness import anchor_of

_MOST_KEPT = 8
_MOST_ACCOUNTS = 400_000  # of all that are kept together; the newest is kept, however large
_WAIT_S = 10.0


class AccountThen(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An account of the population, as it stood."""

    account_id: str
    name: str
    platform: str
    owner: str
    area: str  # its own, else that of its owner
    tier: str
    opened_at: datetime | None
    newest_post_at: datetime | None
    newest_post_by_day: bool
    silent_days: int | None
    limit_at: datetime | None  # when its limit passes; None where nobody knows
    freshness: Freshness
    reason: UnknownReason | None


class Past(msgspec.Struct, frozen=True):
    """The population at T as known at K."""

    check_point: datetime
    known_at: datetime
    accounts: tuple[AccountThen, ...]


class _Kept(msgspec.Struct, frozen=True):
    past: Past
    position: tuple[int, ...]  # of the log that it was reckoned from


class KeptPasts:
    """Answers for all requests of a process; one is reckoned at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reckoning = threading.Lock()
        self._kept: dict[object, _Kept] = {}

    def of(self, desk: Desk, at: datetime | None, known_at: datetime | None) -> Past:
        """Return the accounts at T, without it at K; without K, as known at the newest closed moment.

        Raises `NotClosedError` for a K that is not closed, `UsageError` for a T that lies in no quarter, `BusyError`
        where others are being answered for long.
        """
        known_at = desk.known_at(known_at)
        question = ask(desk, at or known_at, known_at, None, None)
        key = (str(desk.home.path), question.period.check_point, known_at, question.named.sha256)
        found = self._find(key, desk)
        if found is not None:
            return found
        if not self._reckoning.acquire(timeout=_WAIT_S):
            raise BusyError(message("others are looking at the past; try again in a minute"))
        try:
            found = self._find(key, desk)  # whoever held the lock may have asked the same
            if found is None:
                found = past_of(desk, question)
                self._keep(key, _Kept(found, tuple(desk.position)))
            return found
        finally:
            self._reckoning.release()

    def _find(self, key: object, desk: Desk) -> Past | None:
        with self._lock:
            kept = self._kept.pop(key, None)
            if kept is None or not _has_grown(kept.position, desk.position):
                return None
            self._kept[key] = kept  # the last one that somebody asked for is last
            return kept.past

    def _keep(self, key: object, kept: _Kept) -> None:
        with self._lock:
            self._kept[key] = kept
            while len(self._kept) > 1 and self._are_many():
                del self._kept[next(iter(self._kept))]

    def _are_many(self) -> bool:
        together = sum(len(kept.past.accounts) for kept in self._kept.values())
        return len(self._kept) > _MOST_KEPT or together > _MOST_ACCOUNTS


def past_of(desk: Desk, question: Question) -> Past:
    """Return the population at T as known at K, from the history."""
    check_point, known_at = question.period.check_point, question.known_at
    by_name = units_by_name(units_at(desk.known.read(UNIT_TYPES, known_at, texts=False), check_point))
    accounts = tuple(
        _then(status, question, area_of(status.facts, by_name)) for status in statuses(desk.known, question)
    )
    return Past(check_point, known_at, accounts)


def seen_of(desk: Desk, past: Past, scope: Scope, now: datetime) -> Sequence[AccountThen]:
    """Return the accounts that are in a scope today; raises `NotFoundError` for a scope that nobody is in."""
    if scope == Scope():
        return past.accounts
    mine = set(desk.model.store.subjects(wanted_of(desk.model, scope, units_now(desk.model, now)), "name"))
    return [one for one in past.accounts if one.account_id in mine]


def _then(status: Status, question: Question, area: str) -> AccountThen:
    facts = status.facts
    anchor = None if status.freshness is Freshness.UNKNOWN else anchor_of(facts)
    return AccountThen(
        account_id=facts.account_id,
        name=facts.name,
        platform=facts.platform,
        owner=facts.owner,
        area=area,
        tier=facts.tier,
        opened_at=facts.opened_at,
        newest_post_at=facts.newest_post_at,
        newest_post_by_day=facts.newest_by_day,
        silent_days=status.silent_days,
        limit_at=None if anchor is None else anchor + question.rules_of(facts).freshness.limit,
        freshness=status.freshness,
        reason=status.reason,
    )


def _has_grown(before: Sequence[int], now: Sequence[int]) -> bool:
    """Tell whether a log is the one that was read, perhaps with more in it, as far as its ends tell."""
    return len(before) == len(now) and all(was <= is_ for was, is_ in zip(before, now, strict=True))
