"""What the checks of the registry look at, and what they say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

from events.known import Known
from events.platforms import platform_slug
from projections.registry.cards import AccountCard
from projections.registry.filing_case import FilingCase
from projections.registry.units import Unit, units_by_name


class CheckParameters(msgspec.Struct, frozen=True):
    """Thresholds that no document gives; our assumptions."""

    similar_accounts: int = 3
    """From how many similar accounts on (this one is given: 162号 annex 3, 集约整合 1)."""

    similar_share: float = 0.3
    """Two purposes are similar when they share this part of their pairs of characters; a blank one is like any."""

    inner_offices_since: date = date(2020, 1, 1)
    """Accounts of inner offices opened from this day on are hits: the first whole year of 162号."""

    low_posts: int = 3
    """An account with at most this many posts in `low_days` is little used."""

    low_days: int = 90
    unkept_days: int = 60
    """An account whose silence is proven for longer is unkept."""

    awaiting_days: int = 14
    """An account that is to be cancelled fails by a silence of more (two weeks: 杨凌示范区 bulletin of 2025-04-11)."""

    papers_since: date = date(2024, 7, 1)
    """Accounts opened from this day on are asked for their papers: the day from which the rules of 2024 hold."""

    grace_days: int = 1
    """Days after its closing in which the last post of an account, its stop notice, may still come."""


class PostFigures(msgspec.Struct, frozen=True):
    """Posts and looks of one account up to the moment of the check."""

    newest_post_at: datetime | None = None
    recent_posts: int = 0  # live posts of the last `low_days`
    covered: bool = False  # posts of the last `low_days` are known without a gap
    proven_until: datetime | None = None  # silence is proven up to here


class Sighting(msgspec.Struct, frozen=True):
    """An account that somebody saw, or that posts and looks tell of."""

    account_id: str
    name: str
    platform: str
    owner: str
    link: str
    seen_at: datetime | None
    how: str  # in Chinese, for people


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a check found, with its reason."""

    check: str
    clause: str  # document and clause that it rests on
    accounts: tuple[str, ...]  # account ids, the first is the one to act on
    unit: str = ""  # name of the owner
    reason: str  # in Chinese, for people
    evidence: tuple[UUID, ...] = ()  # ids of facts


class RegistryView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the checks look at, as of one moment."""

    at: datetime
    cards: Mapping[str, AccountCard]  # closed ones too
    units: Mapping[str, Unit]
    cases: tuple[FilingCase, ...] = ()
    account_facts: tuple[Known, ...] = ()  # account.opened, changed, closed, stop_noticed, documented
    figures: Mapping[str, PostFigures] = {}  # by account id
    sightings: tuple[Sighting, ...] = ()

    def open_cards(self) -> list[AccountCard]:
        """Return the accounts that are open, by id."""
        return [c for _, c in sorted(self.cards.items()) if c.closed_at is None]

    def closed_cards(self) -> list[AccountCard]:
        """Return the accounts that are closed, by id."""
        return [c for _, c in sorted(self.cards.items()) if c.closed_at is not None]

    def owners(self) -> dict[str, Unit]:
        """Return the units by name, without the names that several bear: accounts name their owner by it."""
        return {name: same[0] for name, same in units_by_name(self.units).items() if len(same) == 1}


def by_owner_and_platform(cards: Iterable[AccountCard]) -> dict[tuple[str, str], list[AccountCard]]:
    """Group accounts with a known owner by it and their platform; kinds of WeChat accounts are one platform."""
    groups: dict[tuple[str, str], list[AccountCard]] = defaultdict(list)
    for card in cards:
        if card.owner:
            groups[card.owner, platform_slug(card.platform)].append(card)
    return dict(groups)


def named(cards: Iterable[AccountCard]) -> str:
    """Write accounts for people: 名称（平台）、…"""
    return "、".join(f"{card.name}（{card.platform}）" for card in cards)
