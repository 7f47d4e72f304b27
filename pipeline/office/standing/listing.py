"""The list of accounts: narrowed, ordered and cut by the store, with the mark of each row."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import msgspec

from connectors.readmodel.port import Wanted
from events.folding import fold
from events.instants import DAY_US, from_micros, to_micros
from pipeline.home.read_model import ReadModel
from pipeline.office.scope import Scope
from pipeline.office.standing.scoped import wanted_of
from pipeline.office.standing.standings import Mark, Standings
from projections.patrol.account_line import AccountLine
from projections.registry.units import UNIT_TYPES, Unit, units_at

T = TypeVar("T")


class Kept(Protocol):
    """Gives what a function returns, perhaps as it returned it before for the same key."""

    def __call__(self, key: object, make: Callable[[], T], /) -> T: ...


def _not_kept(_: object, make: Callable[[], T], /) -> T:
    return make()


class AskAccounts(msgspec.Struct, frozen=True, kw_only=True):
    """What a list asks for; empty: whatever."""

    now: datetime
    within: Scope = Scope()  # what whoever asks may see
    area: str = ""
    tier: str = ""
    family: str = ""
    mark: str = ""
    words: str = ""
    silent_days: int | None = None  # for so many days at least
    closed: bool = False
    sort: str = "counted_from"
    descending: bool = False
    begin: int = 0
    most: int = 50


class AccountView(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the list."""

    account_id: str
    number: str | None
    name: str
    platform: str
    owner: str
    area: str
    tier: str
    mark: Mark
    why: str  # code of `WHY`
    newest_post_at: datetime | None
    newest_post_by_day: bool
    silent_days: int | None
    limit_at: datetime | None
    last_look_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None


class AccountPage(msgspec.Struct, frozen=True):
    """A page of the list, and how many bear each mark of those that fit everything but the mark."""

    rows: tuple[AccountView, ...]
    found: int
    total: int  # in the scope and open, or closed where these are asked for
    marks: dict[str, int]


def list_accounts(
    model: ReadModel, asked: AskAccounts, standings: Standings, kept: Kept = _not_kept
) -> AccountPage:
    """Return a page of accounts; raises `NotFoundError` for a scope that nobody is in.

    `kept` gives what follows from the same standings without reckoning it again: counts are the same on every page. Who
    fits is told as of the moment of the standings: a question with a moment of its own would find nothing kept.
    """
    units = units_at(model.known(UNIT_TYPES), asked.now)
    scope = wanted_of(model, asked.within, units)
    at = to_micros(standings.at)
    scope = scope._replace(closed_at=at) if asked.closed else scope._replace(open_at=at)
    wanted = _narrowed(scope, asked, standings.at)
    total = kept(scope, lambda: model.store.count(scope))
    found = kept(wanted, lambda: model.store.count(wanted))
    order = (asked.sort, asked.descending)
    near = [] if asked.closed else kept((wanted, order), lambda: _near(model, wanted, asked, standings))
    marks = Counter(str(standings.of[account].mark) for account in near)
    marks[Mark.OK] = found - len(near)
    if asked.mark and asked.mark != Mark.OK:
        fitting = [account for account in near if standings.of[account].mark == asked.mark]
        cut: Sequence[str] = fitting[asked.begin : asked.begin + asked.most]
        found = len(fitting)
    else:
        if asked.mark:
            wanted, found = wanted._replace(but=tuple(near)), marks[Mark.OK]
        of_page = wanted
        cut = kept((of_page, order, asked.begin, asked.most), lambda: _cut(model, of_page, asked))
    return AccountPage(tuple(_views(model, cut, asked.now, standings)), found, total, dict(marks))


def _cut(model: ReadModel, wanted: Wanted, asked: AskAccounts) -> list[str]:
    return model.store.subjects(
        wanted, asked.sort, descending=asked.descending, begin=asked.begin, most=asked.most
    )


def _narrowed(scope: Wanted, asked: AskAccounts, at: datetime) -> Wanted:
    """Return a scope with what is asked within it at a moment: an area outside of it is nobody's."""
    wanted = scope
    if asked.area:
        inside = scope.areas is None or asked.area in scope.areas
        wanted = wanted._replace(areas=(asked.area,) if inside else ())
    if asked.tier:
        wanted = wanted._replace(tier=asked.tier)
    if asked.family:
        wanted = wanted._replace(family=asked.family)
    if asked.words:
        wanted = wanted._replace(words=tuple(map(fold, asked.words.split()[:_MOST_WORDS])))
    if asked.silent_days is not None:
        before = to_micros(at - timedelta(days=asked.silent_days)) + 1
        wanted = wanted._replace(newest_before=before)
    return wanted


_MOST_WORDS = 5


def _near(model: ReadModel, wanted: Wanted, asked: AskAccounts, standings: Standings) -> list[str]:
    """Return those that need somebody and fit, in the order that is asked for."""
    near = wanted._replace(counted_before=standings.counted_before, uncounted=True)
    subjects = model.store.subjects(near, asked.sort, descending=asked.descending)
    return [subject for subject in subjects if subject in standings.of]


def _views(
    model: ReadModel, accounts: Sequence[str], now: datetime, standings: Standings
) -> list[AccountView]:
    lines, numbers = model.registered(accounts), model.numbers_of(accounts)
    areas = model.store.areas_of(accounts)
    return [
        view_of(lines[account], numbers.get(account), areas.get(account, ""), now, standings)
        for account in accounts
        if account in lines
    ]


def view_of(
    line: AccountLine, number: str | None, area: str, now: datetime, standings: Standings
) -> AccountView:
    """Return an account as lists show it."""
    one, at = standings.of.get(line.account_id), to_micros(now)
    look = line.last_look(standings.health)
    ladder = standings.ladder.of(line.ruled_by, line.account_class)
    limit_at = None if ladder.is_unbound else line.limit_at(ladder.limit_us)
    newest = line.newest_at
    return AccountView(
        account_id=line.account_id,
        number=number,
        name=line.name,
        platform=line.platform,
        owner=line.owner,
        area=area,
        tier=line.tier,
        mark=Mark.OK if one is None else one.mark,
        why="" if one is None else one.why,
        newest_post_at=None if newest is None else from_micros(newest),
        newest_post_by_day=line.newest_by_day,
        silent_days=None if newest is None else max(0, (at - newest) // DAY_US),
        limit_at=None
        if limit_at is None or (one is not None and one.mark is Mark.UNKNOWN)
        else from_micros(limit_at),
        last_look_at=None if look is None else from_micros(look.at),
        opened_at=None if line.opened_at is None else from_micros(line.opened_at),
        closed_at=None if line.closed_at is None else from_micros(line.closed_at),
    )


def units_now(model: ReadModel, now: datetime) -> Mapping[str, Unit]:
    """Return the tree of units."""
    return units_at(model.known(UNIT_TYPES), now)
