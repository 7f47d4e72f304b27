"""Who reports to the city office, and about which accounts (昆政办发〔2019〕162号 三(三))."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from events.account import AccountOpened
from events.known import Known
from events.unit import unit_subject
from projections.registry.cards import AccountCard, cards_at
from projections.registry.units import Unit, line_of, units_at


class Reporter(msgspec.Struct, frozen=True):
    """A unit or area that hands in self-checks, and the accounts that it answers for."""

    subject: str  # `unit:<code>`, or `unit:<name>` where no unit is registered
    name: str
    accounts: frozenset[str]  # account ids
    areas: frozenset[str] = (
        frozenset()
    )  # subjects of areas whose accounts are all its own: their reports are its


def expected_reporters(units: Mapping[str, Unit], cards: Mapping[str, AccountCard]) -> list[Reporter]:
    """Return who has to report at T, by subject: competent offices, and areas for accounts that no office answers for.

    An office that answers for no account has nothing to report. An area is the unit of its name where there is one.
    What an area reports counts for the office that answers for every account of it.
    """
    offices = [_of_unit(unit, units, cards) for unit in units.values() if unit.kind == "competent_office"]
    by_area: dict[str, set[str]] = defaultdict(set)
    for card in _open(cards):
        if card.area:
            by_area[card.area].add(card.account_id)
    found = {
        office.subject: replace(
            office,
            areas=frozenset(
                subject_of_area(a, units) for a, its in by_area.items() if its <= office.accounts
            ),
        )
        for office in offices
        if office.accounts
    }
    claimed = frozenset[str]().union(*(office.accounts for office in offices))
    for area, every in by_area.items():
        accounts = every - claimed
        if not accounts:
            continue
        subject = subject_of_area(area, units)
        before = found.get(subject, Reporter(subject, area, frozenset()))
        found[subject] = replace(before, accounts=before.accounts | accounts)
    return [reporter for _, reporter in sorted(found.items())]


def find_reporters(text: str, units: Mapping[str, Unit], cards: Mapping[str, AccountCard]) -> list[Reporter]:
    """Return what a person may mean by the code or name of a unit, or by an area or owner that is none.

    A unit may report on its own accounts, and on those of the area, owner or supervisor of its name.
    """
    named = [units[text]] if text in units else [unit for unit in units.values() if unit.name == text]
    if named:
        own = [_of_unit(unit, units, cards) for unit in named]
        return [replace(r, accounts=r.accounts | _of_name(r.name, cards).accounts) for r in own]
    reporter = _of_name(text, cards)
    return [reporter] if reporter.accounts else []


def once_answered(
    text: str,
    subject: str,
    unit_facts: Sequence[Known],
    account_facts: Sequence[Known],
    since: datetime,
    until: datetime,
) -> frozenset[str]:
    """Return the accounts that a reporter, found by `text`, answered for at any moment from `since` to `until`.

    Between two facts nothing changes, so the moments of the facts are all that has to be looked at.
    """
    turns = (t for k in (*unit_facts, *account_facts) for t in _turns(k))
    found: set[str] = set()
    for at in sorted({since, until, *(t for t in turns if since < t < until)}):
        for reporter in find_reporters(text, units_at(unit_facts, at), cards_at(account_facts, at)):
            if reporter.subject == subject:
                found |= reporter.accounts
    return frozenset(found)


def _turns(k: Known) -> Iterator[datetime]:
    yield k.event.time
    if isinstance(k.event.data, AccountOpened) and k.event.data.opened_at is not None:
        yield k.event.data.opened_at


def subject_of_area(area: str, units: Mapping[str, Unit]) -> str:
    """Return under which subject an area reports: as the unit of its name where there is one."""
    named = [unit for unit in units.values() if unit.name == area]
    return unit_subject(named[0].code if len(named) == 1 else area)


def _of_unit(unit: Unit, units: Mapping[str, Unit], cards: Mapping[str, AccountCard]) -> Reporter:
    """Return a unit with its accounts: those it supervises, its own, those of units below it, and those of its area.

    An area counts only for the one competent office that stands for it on its tier.
    """
    names = {other.name for other in units.values() if unit in line_of(other.code, units)}
    offices = Counter((u.area, u.tier) for u in units.values() if u.kind == "competent_office")
    alone = unit.kind == "competent_office" and bool(unit.area) and offices[unit.area, unit.tier] == 1
    accounts = frozenset(
        card.account_id
        for card in _open(cards)
        if card.supervisor == unit.name
        or (not card.supervisor and card.owner in names)
        or (not card.supervisor and alone and (card.area, card.tier) == (unit.area, unit.tier))
    )
    return Reporter(unit_subject(unit.code), unit.name, accounts)


def _of_name(name: str, cards: Mapping[str, AccountCard]) -> Reporter:
    accounts = frozenset(c.account_id for c in _open(cards) if name in (c.area, c.owner, c.supervisor))
    return Reporter(unit_subject(name), name, accounts)


def _open(cards: Mapping[str, AccountCard]) -> Iterable[AccountCard]:
    return (card for card in cards.values() if card.closed_at is None)
