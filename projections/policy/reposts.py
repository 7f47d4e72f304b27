"""Reposts: which accounts had to carry a piece, who did in time, who late, who not; and who did all of a period."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from events.days import chinese_day, day_that_holds
from events.facts import RegistryEntry
from events.known import Known
from events.repost import RepostDone, RepostOrdered
from projections.rules.digest import pass_rate

REPOST_TYPES = (RepostOrdered.type, RepostDone.type)

RepostState = Literal["done", "late", "missing", "pending"]
"""Carried in time, carried behind the moment, not carried, not due yet."""


class Carried(msgspec.Struct, frozen=True):
    """That an account carried a piece, as told first."""

    at: datetime
    told: RepostDone
    event_id: UUID


class RepostOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order, and who carried it as far as is told."""

    order_id: UUID
    subject: str
    ordered_at: datetime
    told: RepostOrdered
    carried: dict[str, Carried]  # by account


class RepostStanding(msgspec.Struct, frozen=True):
    """How an account stands towards an order at a moment."""

    account: str
    state: RepostState
    carried: Carried | None  # None: not carried by then


class UnitShare(msgspec.Struct, frozen=True):
    """How the accounts of a unit stand towards orders."""

    unit: str
    asked: int
    done: int
    late: int
    missing: int
    pending: int

    @property
    def share(self) -> str | None:
        """Return the share that was carried in time, of what is due; None where nothing is due."""
        return pass_rate(self.done, self.late + self.missing, 1)


def repost_orders(known: Iterable[Known], now: Mapping[str, str]) -> list[RepostOrder]:
    """Return the orders by their moment; `now` maps merged accounts to those that they are now.

    Of several tellings about one account the earliest repost counts.
    """
    orders: dict[str, tuple[UUID, datetime, RepostOrdered]] = {}
    carried: dict[str, dict[str, Carried]] = {}
    for k in known:
        event, data = k.event, k.event.data
        if isinstance(data, RepostOrdered):
            orders.setdefault(event.subject, (event.id, event.time, data))
        elif isinstance(data, RepostDone):
            account = now.get(data.account, data.account)
            of_it = carried.setdefault(event.subject, {})
            if account not in of_it or event.time < of_it[account].at:
                of_it[account] = Carried(event.time, data, event.id)
    made = [
        RepostOrder(
            order_id=order_id, subject=subject, ordered_at=at, told=ordered, carried=carried.get(subject, {})
        )
        for subject, (order_id, at, ordered) in orders.items()
    ]
    return sorted(made, key=lambda order: (order.told.due_at, order.subject))


def asked_of(
    order: RepostOrdered, population: Mapping[str, RegistryEntry], areas: Mapping[str, str]
) -> list[str]:
    """Return the accounts that an order asks, of those that were open when it fell due; `areas` by account."""
    return sorted(
        account
        for account, entry in population.items()
        if (not order.accounts or account in order.accounts)
        and (not order.tiers or entry.tier in order.tiers)
        and (not order.areas or areas.get(account, entry.area) in order.areas)
    )


def standings_of(order: RepostOrder, accounts: Iterable[str], at: datetime) -> list[RepostStanding]:
    """Return how accounts stand towards an order at a moment; a repost behind it is not known yet."""
    return [_standing(order, account, at) for account in accounts]


def _standing(order: RepostOrder, account: str, at: datetime) -> RepostStanding:
    carried, due = order.carried.get(account), order.told.due_at
    if carried is not None and _by(carried, at):
        return RepostStanding(account, "done" if _by(carried, due) else "late", carried)
    return RepostStanding(account, "missing" if at > due else "pending", None)


def _by(carried: Carried, moment: datetime) -> bool:
    """Tell whether a repost stood by a moment; one of which the day alone is known stands on the day of the moment."""
    if carried.told.date_only:
        return chinese_day(carried.at) <= day_that_holds(moment)
    return carried.at <= moment


def shares_by_unit(standings: Iterable[RepostStanding], units: Mapping[str, str]) -> list[UnitShare]:
    """Return how units stand, by name; `units` are the owners of accounts."""
    counts: dict[str, dict[RepostState, int]] = {}
    for one in standings:
        of_it = counts.setdefault(units.get(one.account, ""), dict.fromkeys(_STATES, 0))
        of_it[one.state] += 1
    return [
        UnitShare(unit, sum(c.values()), c["done"], c["late"], c["missing"], c["pending"])
        for unit, c in sorted(counts.items())
    ]


def praised_among(standings: Sequence[Sequence[RepostStanding]]) -> dict[str, int]:
    """Return the accounts that carried everything they were asked in time, with how many pieces; one list an order."""
    asked: dict[str, int] = {}
    done: dict[str, int] = {}
    for one in (one for order in standings for one in order):
        asked[one.account] = asked.get(one.account, 0) + 1
        done[one.account] = done.get(one.account, 0) + (one.state == "done")
    return {account: n for account, n in asked.items() if done[account] == n}


_STATES: tuple[RepostState, ...] = ("done", "late", "missing", "pending")
