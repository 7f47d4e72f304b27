"""The directory that the public sees: accounts with their owners, and the four answers about any other.

Nothing of posts, scores or findings is in it, nothing of people, and no id of the program. What is counted is what is
listed, so no figure tells of an account that has no row.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

import msgspec

from events.days import chinese_day
from events.folding import fold, fold_name, fold_owner
from events.platforms import platform_family
from events.printable import printable
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.counterfeits import list_counterfeits
from pipeline.office.own_office import office_now
from pipeline.office.publicity.links import link_key, web_link
from pipeline.office.scope import area_of
from pipeline.office.units import unit_tree
from projections.registry.cards import AccountCard
from projections.registry.counterfeits import AUTHORITIES, Counterfeit, CounterfeitState
from projections.registry.units import units_by_name

MOST_ASKED = 100
"""Characters of a question; more of them are cut off."""

MOST_ANSWERS = 20
_OUT = frozenset({CounterfeitState.SUSPECTED, CounterfeitState.CLEARED})
"""Cases of which the public learns nothing: nobody has checked them, or there was nothing."""


class PublicAccount(msgspec.Struct, frozen=True, gc=False):
    """An account as the public sees it."""

    number: str  # 0042; empty: it has none yet, and no page
    name: str
    platform: str
    owner: str
    area: str
    link: str  # of the net, else empty
    open: bool
    closed_on: date | None = None


class PublicCounterfeit(msgspec.Struct, frozen=True, gc=False):
    """An account that the office found to be none of the city; without a link, for nobody should follow it."""

    name: str
    platform: str
    verified_on: date | None
    handed_to: tuple[str, ...]  # 网信, 公安: those that were told, and no other
    link_key: str = ""  # what links are compared by; never shown


class Directory(msgspec.Struct, frozen=True):
    """What is public of a city on a day."""

    on: date
    office: str
    accounts: tuple[PublicAccount, ...]  # open ones first, by number
    counterfeits: tuple[PublicCounterfeit, ...]
    example: bool = False  # nothing of it exists

    @property
    def open_accounts(self) -> list[PublicAccount]:
        """Those that are run today."""
        return [account for account in self.accounts if account.open]

    def find(self, number: str) -> PublicAccount | None:
        """Return the account of a number, None where there is none."""
        return next((a for a in self.accounts if a.number == number), None) if number else None

    def areas(self) -> list[str]:
        """Return the areas of open accounts in the order of the directory."""
        return list(dict.fromkeys(a.area for a in self.open_accounts if a.area))

    def platforms(self) -> list[str]:
        """Return the platforms of open accounts, the most frequent first."""
        counted = Counter(a.platform for a in self.open_accounts if a.platform)
        return [name for name, _ in sorted(counted.items(), key=lambda one: (-one[1], one[0]))]


class Narrowing(msgspec.Struct, frozen=True):
    """Which rows of the directory somebody asks for; empty: all."""

    words: str = ""
    area: str = ""
    platform: str = ""


class Answer(StrEnum):
    """What 账号核验 says of an account."""

    GENUINE = "genuine"
    COUNTERFEIT = "counterfeit"
    STOPPED = "stopped"
    UNLISTED = "unlisted"


class Verified(msgspec.Struct, frozen=True):
    """One account that a question may mean."""

    answer: Answer
    name: str
    platform: str
    owner: str = ""
    number: str = ""
    link: str = ""
    on: date | None = None  # verified to be a counterfeit, or closed
    handed_to: tuple[str, ...] = ()


def public_directory(workspace: Workspace, now: datetime) -> Directory:
    """Return what is public at a moment, as known now."""
    registry = registry_now(workspace)
    by_name = units_by_name(unit_tree(workspace))
    accounts = [
        _account(card, registry.numbers.get(card.account_id, ""), area_of(card, by_name), now)
        for card in registry.cards.values()
        if card.opened_at is None or card.opened_at <= now
    ]
    accounts.sort(key=lambda a: (not a.open, not a.number, a.number, a.name, a.platform))
    cases = [_counterfeit(c) for c in list_counterfeits(workspace, now) if c.state not in _OUT]
    described = office_now(workspace)
    office = workspace.home.settings.public.publisher or described.name
    return Directory(chinese_day(now), printable(office), tuple(accounts), tuple(cases), described.example)


def narrowed(directory: Directory, asked: Narrowing) -> list[PublicAccount]:
    """Return the open accounts that somebody asks for."""
    words = fold(asked.words[:MOST_ASKED])
    return [
        a
        for a in directory.open_accounts
        if (not asked.area or a.area == asked.area)
        and (not asked.platform or a.platform == asked.platform)
        and (not words or words in fold(a.name) or words in fold(a.owner))
    ]


def verify(directory: Directory, question: str) -> list[Verified]:
    """Return what is known of the accounts that a question may mean; empty: none is listed, which is not "fake".

    A link means the account that bears it; other words the accounts whose name they are, else those of which name or
    owner hold them. Names that are the same come first.
    """
    question = question.strip()[:MOST_ASKED]
    wanted, link = fold_name(question), link_key(question)
    if not wanted:
        return []
    if link:
        found = [_of_account(a) for a in directory.accounts if a.link and link_key(a.link) == link]
        return [*found, *(_of_case(c) for c in directory.counterfeits if c.link_key == link)][:MOST_ANSWERS]
    owner = fold_owner(question)
    same: list[Verified] = []
    like: list[Verified] = []
    for case in directory.counterfeits:
        _sort_in(_of_case(case), wanted, fold_name(case.name), same, like)
    for account in directory.accounts:
        name = fold_name(account.name)
        if name != wanted and owner and owner in fold_owner(account.owner):
            like.append(_of_account(account))
        else:
            _sort_in(_of_account(account), wanted, name, same, like)
    return _genuine_first(same) + _genuine_first(like)[: max(0, MOST_ANSWERS - len(same))]


def counted(accounts: Iterable[PublicAccount]) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many accounts there are by platform and by area, which anybody can count in the directory."""
    accounts = list(accounts)
    platforms = Counter(platform_family(a.platform) or a.platform or "其他" for a in accounts)
    areas = Counter(a.area or "未注明" for a in accounts)
    return _most_first(platforms), dict(areas)


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _sort_in(found: Verified, wanted: str, name: str, same: list[Verified], like: list[Verified]) -> None:
    if name == wanted:
        same.append(found)
    elif wanted in name:
        like.append(found)


def _genuine_first(found: Sequence[Verified]) -> list[Verified]:
    order = (Answer.GENUINE, Answer.COUNTERFEIT, Answer.STOPPED)
    return sorted(found, key=lambda one: order.index(one.answer))


def _account(card: AccountCard, number: str, area: str, now: datetime) -> PublicAccount:
    closed = card.closed_at if card.closed_at is not None and card.closed_at <= now else None
    return PublicAccount(
        number=number,
        name=printable(card.name),
        platform=printable(card.platform),
        owner=printable(card.owner),
        area=printable(area),
        link=web_link(card.link),
        open=closed is None,
        closed_on=None if closed is None else chinese_day(closed),
    )


def _counterfeit(case: Counterfeit) -> PublicCounterfeit:
    return PublicCounterfeit(
        name=printable(case.name),
        platform=printable(case.platform),
        verified_on=None if case.verified_at is None else chinese_day(case.verified_at),
        handed_to=tuple(AUTHORITIES[to] for to in AUTHORITIES if to in case.reported),
        link_key=link_key(case.link),
    )


def _of_account(account: PublicAccount) -> Verified:
    return Verified(
        Answer.GENUINE if account.open else Answer.STOPPED,
        account.name,
        account.platform,
        account.owner,
        account.number,
        account.link if account.open else "",
        account.closed_on,
    )


def _of_case(case: PublicCounterfeit) -> Verified:
    return Verified(
        Answer.COUNTERFEIT, case.name, case.platform, on=case.verified_on, handed_to=case.handed_to
    )


def all_verified(directory: Directory) -> list[Verified]:
    """Return the answer about every account that is known: for who has no program to ask."""
    found = [_of_account(a) for a in directory.accounts]
    found += [_of_case(c) for c in directory.counterfeits]
    return sorted(found, key=lambda one: (fold_name(one.name), one.platform, one.number))
