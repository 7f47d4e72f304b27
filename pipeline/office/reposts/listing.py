"""Reposts for people: the orders, who stands how towards one, shares by unit, and who did all."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from events.account import AccountMerged
from events.facts import RegistryEntry
from events.instants import FAR, UtcDatetime
from events.messages import message
from events.repost import RepostOrdered, repost_subject
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import numbers_now
from pipeline.home.workspace import Workspace
from pipeline.office.columns import ACCOUNT, NUMBER, Column, ident, minute, number, share, text, word
from pipeline.office.scope import Scope, area_of, keys_within
from pipeline.office.units import unit_tree
from pipeline.scores.scoring import population_at
from projections.policy.reposts import (
    REPOST_TYPES,
    RepostOrder,
    RepostStanding,
    UnitShare,
    asked_of,
    praised_among,
    repost_orders,
    shares_by_unit,
    standings_of,
)
from projections.registry.identity.twins import twins
from projections.registry.units import units_by_name
from projections.rules.digest import pass_rate

STATES = {"done": "已转载", "late": "逾期转载", "missing": "未转载", "pending": "未到期"}
"""How an account stands towards an order, by code."""

ORDER_COLUMNS: tuple[Column, ...] = (
    ident("number", "任务编号"),
    text("title", "转载内容", wraps=True),
    text("source_units", "来源单位"),
    minute("due_at", "完成期限"),
    number("asked", "应转载"),
    number("done", "已转载"),
    number("late", "逾期转载"),
    number("missing", "未转载"),
    share("share", "按时转载率"),
)
ACCOUNT_COLUMNS: tuple[Column, ...] = (
    NUMBER,
    *ACCOUNT,
    text("area", "地区"),
    word("state", "情况", STATES),
    minute("carried_at", "转载时间", by_day="date_only"),
    text("link", "链接"),
)
UNIT_COLUMNS: tuple[Column, ...] = (
    text("unit", "主办单位"),
    number("asked", "应转载"),
    number("done", "已转载"),
    number("late", "逾期转载"),
    number("missing", "未转载"),
    number("pending", "未到期"),
    share("share", "按时转载率"),
)
PRAISED_COLUMNS: tuple[Column, ...] = (
    NUMBER,
    *ACCOUNT,
    text("area", "地区"),
    number("pieces", "完成任务数"),
)


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """An order as a list has it; counts are of the accounts of the scope."""

    order_id: UUID
    number: str
    title: str
    source_units: tuple[str, ...]
    link: str
    areas: tuple[str, ...]
    tiers: tuple[str, ...]
    ordered_at: UtcDatetime
    due_at: UtcDatetime
    asked: int
    done: int
    late: int
    missing: int
    pending: int
    share: str | None


class RepostView(msgspec.Struct, frozen=True, kw_only=True):
    """An account of an order."""

    account_id: str
    number: str | None  # 编号
    name: str
    platform: str
    owner: str
    area: str
    state: str
    carried_at: UtcDatetime | None
    date_only: bool
    link: str


class PraisedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account that carried everything it was asked in a period."""

    account_id: str
    number: str | None
    name: str
    platform: str
    owner: str
    area: str
    pieces: int


class Reposts:
    """The orders as known at K, and the accounts of a scope; read once, asked often; `texts`: links, too."""

    def __init__(
        self,
        workspace: Workspace,
        at: datetime,
        scope: Scope = Scope(),  # noqa: B008 (frozen)
        known_at: datetime = FAR,
        *,
        texts: bool = True,
    ) -> None:
        self._workspace = workspace
        self._at = at
        self._known_at = known_at
        self._scope = scope
        self._units = unit_tree(workspace, known_at=known_at)
        self._by_name = units_by_name(self._units)
        self._populations: dict[datetime, dict[str, RegistryEntry]] = {}
        merged = twins(workspace.known.read((AccountMerged.type,), known_at, texts=False))
        now = {twin.subject: twin.into for of_it in merged.values() for twin in of_it}
        self.orders: Sequence[RepostOrder] = repost_orders(
            workspace.known.read(REPOST_TYPES, known_at, texts=texts), now
        )

    def area(self, entry: RegistryEntry) -> str:
        """Return the area of an account, else that of its unit."""
        return area_of(entry, self._by_name)

    def population(self, order: RepostOrder) -> dict[str, RegistryEntry]:
        """Return the accounts that were open when an order fell due, or are now while it is not due."""
        at = min(order.told.due_at, self._at)
        if at not in self._populations:
            self._populations[at] = population_at(self._workspace.known, at, self._known_at)
        return self._populations[at]

    def standings(self, order: RepostOrder) -> list[RepostStanding]:
        """Return how the accounts of the scope stand towards an order."""
        population = self.population(order)
        areas = {account: self.area(entry) for account, entry in population.items()}
        asked = asked_of(order.told, population, areas)
        among = self._within(population)
        return standings_of(order, (account for account in asked if account in among), self._at)

    def numbers(self) -> dict[str, str]:
        """Return the numbers for people, by account."""
        return numbers_now(self._workspace)

    def _within(self, population: Mapping[str, RegistryEntry]) -> AbstractSet[str]:
        """Return the accounts of the scope; a unit or area without accounts has none."""
        if self._scope == Scope():
            return population.keys()
        try:
            return keys_within(population, self._scope, self._units)
        except NotFoundError:
            return frozenset()

    def find(self, number: str) -> RepostOrder:
        """Return an order by its number; raises `NotFoundError`."""
        subject = repost_subject(number)
        for order in self.orders:
            if order.subject == subject:
                return order
        raise NotFoundError(message("no order {number}; `xuncha reposts list` shows all", number=number))


def list_orders(reposts: Reposts) -> list[OrderView]:
    """Return the orders that ask an account of the scope, the newest first."""
    views = []
    for order in reversed(reposts.orders):
        standings = reposts.standings(order)
        if not standings and reposts.population(order):
            continue
        counts = {state: sum(s.state == state for s in standings) for state in STATES}
        data = order.told
        views.append(
            OrderView(
                order_id=order.order_id,
                number=data.number,
                title=data.title,
                source_units=data.source_units,
                link=data.link,
                areas=data.areas,
                tiers=data.tiers,
                ordered_at=order.ordered_at,
                due_at=data.due_at,
                asked=len(standings),
                share=pass_rate(counts["done"], counts["late"] + counts["missing"], 1),
                **counts,
            )
        )
    return views


def waiting_orders(
    workspace: Workspace,
    scope: Scope,
    now: datetime,
    kept_for: timedelta = timedelta(days=14),
) -> list[OrderView]:
    """Return the orders that accounts of a scope did not carry yet, the first due coming first.

    What fell due so long ago is not asked for any more; it stands in the list of orders.
    """
    if not workspace.known.read((RepostOrdered.type,), texts=False):
        return []
    orders = list_orders(Reposts(workspace, now, scope, texts=False))
    waiting = [o for o in orders if o.missing + o.pending and o.due_at + kept_for > now]
    return sorted(waiting, key=lambda o: o.due_at)


def accounts_of(reposts: Reposts, order: RepostOrder) -> list[RepostView]:
    """Return the accounts of an order, those that did not carry it first."""
    population, numbers = reposts.population(order), reposts.numbers()
    rank = {state: i for i, state in enumerate(("missing", "late", "pending", "done"))}
    views = []
    for one in reposts.standings(order):
        entry = population[one.account]
        carried = one.carried
        views.append(
            RepostView(
                account_id=one.account,
                number=numbers.get(one.account),
                name=entry.name,
                platform=entry.platform,
                owner=entry.owner,
                area=reposts.area(entry),
                state=one.state,
                carried_at=carried.at if carried else None,
                date_only=bool(carried and carried.told.date_only),
                link=carried.told.link if carried else "",
            )
        )
    return sorted(views, key=lambda s: (rank[s.state], s.owner, s.name, s.account_id))


def units_of(reposts: Reposts, orders: Sequence[RepostOrder]) -> list[UnitShare]:
    """Return how units stand towards orders, the lowest shares first."""
    owners: dict[str, str] = {}
    standings = []
    for order in orders:
        owners |= {account: entry.owner for account, entry in reposts.population(order).items()}
        standings += reposts.standings(order)
    return sorted(shares_by_unit(standings, owners), key=lambda u: (_rate(u), u.unit))


def _rate(unit: UnitShare) -> float:
    due = unit.done + unit.late + unit.missing
    return unit.done / due if due else 1.0


def praised(reposts: Reposts, first: datetime, last: datetime) -> list[PraisedAccount]:
    """Return the accounts that carried in time all that they were asked and that fell due within a period."""
    orders = [order for order in reposts.orders if first < order.told.due_at <= last]
    entries: Mapping[str, RegistryEntry] = {
        account: entry for order in orders for account, entry in reposts.population(order).items()
    }
    numbers = reposts.numbers()
    found = praised_among([reposts.standings(order) for order in orders])
    return sorted(
        (
            PraisedAccount(
                account_id=account,
                number=numbers.get(account),
                name=entries[account].name,
                platform=entries[account].platform,
                owner=entries[account].owner,
                area=reposts.area(entries[account]),
                pieces=pieces,
            )
            for account, pieces in found.items()
        ),
        key=lambda p: (p.area, p.owner, p.name, p.account_id),
    )
