"""The list of accounts at a check point as known at a moment, from the history.

What somebody may see of it is settled by the registry of today, as on every page.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from events.facts import Freshness, UnknownReason
from pipeline.home.desk import Desk
from pipeline.office.scope import Scope, area_of
from pipeline.office.standing.listing import units_now
from pipeline.office.standing.scoped import wanted_of
from pipeline.scores.scoring import Question
from pipeline.scores.status import Status, statuses
from pipeline.scores.steps import OnStep, untold
from projections.registry.units import UNIT_TYPES, units_at, units_by_name
from projections.rules.freshness import anchor_of


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


def past_of(desk: Desk, question: Question, on_step: OnStep = untold) -> Past:
    """Return the population at T as known at K, from the history."""
    check_point, known_at = question.period.check_point, question.known_at
    by_name = units_by_name(units_at(desk.known.read(UNIT_TYPES, known_at, texts=False), check_point))
    accounts = tuple(
        _then(status, question, area_of(status.facts, by_name))
        for status in statuses(desk.known, question, on_step)
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
