"""The registry as commands see it: finding the account that a person means."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from connectors.sheets.rows import AccountRef
from events.account import AccountMerged, AccountOpened
from events.account_number import NumbersGiven
from events.base import Payload
from events.closeness import distance
from events.codec import Event
from events.facts import RegistryEntry
from events.fields import marked
from events.folding import fold_name, fold_owner
from events.instants import FAR
from events.messages import message
from events.platforms import platform_family, platform_slug
from pipeline.home.claims import known_acts
from pipeline.home.errors import NotFoundError
from pipeline.home.naming import ids_of
from pipeline.home.workspace import Workspace
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at
from projections.registry.identity.handles import former_names, known_accounts
from projections.registry.identity.index import Index, build_index
from projections.registry.identity.naming import (
    SHORTEST_START,
    accounts_beginning,
    accounts_called,
    real_id,
    title,
    titles_close_to,
)
from projections.registry.identity.owners import NO_UNITS, UnitNames
from projections.registry.identity.statement import FormerName, Statement
from projections.registry.identity.twins import Twin, twins
from projections.registry.numbers import account_numbers, written_number

_MOST_LISTED = 3
_ID_START = 14
_SLIPS, _KEPT = 2, 4


class NoSuchAccountError(LookupError):
    """Nobody knows the account that a person named, or more than one is meant."""


class Registry(msgspec.Struct, frozen=True):
    """Every account that was ever opened, closed ones too, as known now."""

    entries: dict[str, RegistryEntry]
    by_name: dict[str, list[str]]  # given id, native id or account id to account ids
    by_title: dict[tuple[str, str], list[str]]  # folded name and family of the platform to account ids
    cards: dict[str, AccountCard] = {}  # everything that the registry says of each account
    former_names: dict[str, tuple[FormerName, ...]] = {}  # names that accounts bore before
    twins: dict[str, list[Twin]] = {}  # accounts registered twice that were merged into each
    numbers: dict[str, str] = {}  # for people, by account id: 0042
    twin_numbers: dict[str, str] = {}  # those that merged twins bear, by account id of the twin

    def find(self, text: str) -> str:
        """Return the account id of what a person writes; raises `NoSuchAccountError`.

        An id, a number for people, a name with platform and owner behind it where that is not enough, or the first
        letters of an id.
        """
        found = (
            self.by_name.get(text)
            or [account for account, number in self.numbers.items() if number == text]
            or accounts_called(text, self.entries)
            or accounts_beginning(text, self.by_name)
        )
        remedy = message("write platform and owner behind the name: 名称（平台，主办单位）")
        return self._only(found, message("name or id {text!r}", text=text), remedy, text, text)

    def resolve(self, ref: AccountRef) -> str:
        """Return the account id that a row of a sheet is about; raises `NoSuchAccountError`."""
        if ref.given_id:
            found = self.by_name.get(ref.given_id, [])
            if len(found) > 1 and ref.platform:
                found = [a for a in found if a.startswith(platform_slug(ref.platform) + ":")]
            return self._only(
                found,
                message("id {given_id!r}", given_id=ref.given_id),
                message("write the platform too"),
                ref.name or "",
                ref.given_id,
            )
        called = message("name {name!r} on {platform!r}", name=ref.name, platform=ref.platform)
        return self._only(self.titled(ref), called, message("write the owner or the id too"), ref.name or "")

    def titled(self, ref: AccountRef) -> list[str]:
        """Return the accounts whose name and platform a row gives, however they are written; the closer ones alone.

        Of several, those of the owner in the row go first, then those written the same way.
        """
        found = self.by_title.get(title_key(ref.name or "", ref.platform or ""), [])
        if len(found) > 1 and ref.owner:
            found = [a for a in found if fold_owner(self.entries[a].owner) == fold_owner(ref.owner)]
        return [a for a in found if self.entries[a].name == ref.name] or found if len(found) > 1 else found

    def index(self, page: Iterable[Statement] = (), units: UnitNames = NO_UNITS) -> Index:
        """Return every known account by its handles, for the rows of a page."""
        return build_index(known_accounts(self.cards, self.former_names, self.twins), page, units)

    def title(self, account_id: str) -> str:
        """Write an account for people; an id that nobody knows stays as it is."""
        entry = self.entries.get(account_id)
        return title(entry) if entry is not None else account_id

    def _only(self, found: list[str], called: str, remedy: str, name: str, given_id: str = "") -> str:
        """Return the one account that was found; those that come close are looked for by name and by id."""
        if len(found) == 1:
            return found[0]
        if found:
            listed = "、".join(self._distinct_titles(found)[:_MOST_LISTED])
            raise NoSuchAccountError(
                message(
                    "{said} means {found_count} accounts: {shown}; {remedy}",
                    said=called,
                    found_count=len(found),
                    shown=listed,
                    remedy=remedy,
                )
            )
        near = [*self._with_slips_in(given_id), *titles_close_to(name, self.entries, _MOST_LISTED)]
        closest = "、".join(list(dict.fromkeys(near))[:_MOST_LISTED])
        nearest = (
            message("; the nearest: {closest}", closest=closest) if closest else message("; import it first")
        )
        raise NoSuchAccountError(
            message("no account with {said} in the registry{nearest}", said=called, nearest=nearest)
        )

    def _with_slips_in(self, given_id: str) -> list[str]:
        """Return the accounts of which an id is this one but for a slip or two of the pen, as people read them.

        Its beginning or its end has to be right, so that not every id of a nation is compared letter by letter.
        """
        if len(given_id) < SHORTEST_START:
            return []
        start, end = given_id[:_KEPT], given_id[-_KEPT:]
        alike = (i for i in self.by_name if i.startswith(start) or i.endswith(end))
        near = sorted(i for i in alike if distance(given_id, i, _SLIPS) <= _SLIPS and real_id(i))
        return [f"{self.title(account)} {known}" for known in near for account in self.by_name[known]]

    def _distinct_titles(self, accounts: list[str]) -> list[str]:
        """Write accounts for people, those of one title with the first letters of their ids."""
        titles = [self.title(a) for a in accounts]
        ids = [a.partition(":")[2] for a in accounts]
        return [
            name if titles.count(name) == 1 else f"{name} {native[:_ID_START]}…"
            for name, native in zip(titles, ids, strict=True)
        ]


def numbers_now(workspace: Workspace) -> dict[str, str]:
    """Return the numbers for people as they are written, by account id."""
    given = account_numbers(known_acts(workspace.known, (NumbersGiven.type,)))
    return {account: written_number(number) for account, number in given.items()}


def registry_now(workspace: Workspace) -> Registry:
    """Read the registry as known now."""
    known = workspace.known.read(ACCOUNT_TYPES)
    cards = cards_at(known, FAR)
    entries = {account_id: card.entry() for account_id, card in cards.items()}
    opened = [k for k in known if isinstance(k.event.data, AccountOpened)]
    by_name: dict[str, set[str]] = defaultdict(set)
    for k in opened:
        for name in ids_of(k.event):
            by_name[name].add(k.event.subject)
    by_title: dict[tuple[str, str], list[str]] = defaultdict(list)
    for account_id, entry in entries.items():
        by_title[title_key(entry.name, entry.platform)].append(account_id)
    merged = twins(workspace.known.read((AccountMerged.type,)))
    written = numbers_now(workspace)
    merged_now = [twin for of_it in merged.values() for twin in of_it]
    for twin in merged_now:
        for name in (*twin.ids, *filter(None, [written.get(twin.subject)])):
            by_name[name].add(twin.into)
        called = by_title[title_key(twin.name, twin.platform)]
        called.extend({twin.into} - set(called))
    names = {name: sorted(ids) for name, ids in by_name.items()}
    numbers = {account: number for account, number in written.items() if account in entries}
    of_twins = {twin.subject: written[twin.subject] for twin in merged_now if twin.subject in written}
    return Registry(entries, names, dict(by_title), cards, former_names(known), merged, numbers, of_twins)


def title_key(name: str, platform: str) -> tuple[str, str]:
    """Return what a name on a platform is compared by."""
    return fold_name(name), platform_family(platform)


def find_alone(workspace: Workspace, text: str) -> str:
    """Return the account id of an argument, as `find_account` does, for who asks nothing else of the registry.

    Where one account alone says anything of the text, and it is an id of it, nothing of the others is read.
    """
    return workspace.account_of_id(text) or find_account(registry_now(workspace), text)


def title_alone(workspace: Workspace, account_id: str) -> str:
    """Write an account for people as `Registry.title` does; nothing is read of the others."""
    card = cards_at(workspace.known.read(ACCOUNT_TYPES, subjects=(account_id,)), FAR).get(account_id)
    return title(card.entry()) if card is not None else account_id


def find_account(registry: Registry, text: str) -> str:
    """Return the account id of an argument of a command; raises `NotFoundError`."""
    try:
        return registry.find(text)
    except NoSuchAccountError as e:
        raise NotFoundError(marked(e)) from None


def file_names(registry: Registry, opened: Iterable[Event[Payload]] = ()) -> dict[str, str]:
    """Return the account that a file of each name shows, with those that are about to be opened.

    A name that means more than one account is left out.
    """
    ids = {name: set(found) for name, found in registry.by_name.items()}
    for event in opened:
        for name in ids_of(event):
            ids.setdefault(name, set()).add(event.subject)
    return {name: found.pop() for name, found in ids.items() if len(found) == 1}
