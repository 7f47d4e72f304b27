"""The registry as commands see it: finding the account that a person means."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from connectors.history.records import accounts_named
from connectors.sheets.rows import AccountRef
from events.account import AccountOpened
from events.base import Payload
from events.codec import Event
from events.facts import RegistryEntry
from events.folding import fold_name, fold_owner
from events.instants import FAR
from events.platforms import platform_slug
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at


class NoSuchAccountError(LookupError):
    """Nobody knows the account that a person named, or more than one is meant."""


class Registry(msgspec.Struct, frozen=True):
    """Every account that was ever opened, closed ones too, as known now."""

    entries: dict[str, RegistryEntry]
    by_name: dict[str, list[str]]  # given id, native id or account id to account ids
    by_title: dict[tuple[str, str], list[str]]  # folded name and platform group to account ids
    cards: dict[str, AccountCard] = {}  # everything that the registry says of each account

    def find(self, text: str) -> str:
        """Return the account id for an id as a sheet or a person writes it; raises `NoSuchAccountError`."""
        return _only(self.by_name.get(text, []), f"id {text!r}")

    def resolve(self, ref: AccountRef) -> str:
        """Return the account id that a row of a sheet is about; raises `NoSuchAccountError`."""
        if ref.given_id:
            found = self.by_name.get(ref.given_id, [])
            if len(found) > 1 and ref.platform:
                found = [a for a in found if a.startswith(platform_slug(ref.platform) + ":")]
            return _only(found, f"id {ref.given_id!r}")
        return _only(self.titled(ref), f"name {ref.name!r} on {ref.platform!r}")

    def titled(self, ref: AccountRef) -> list[str]:
        """Return the accounts whose name and platform a row gives, however they are written; the closer ones alone.

        Of several, those of the owner in the row go first, then those written the same way.
        """
        found = self.by_title.get(title_key(ref.name or "", ref.platform or ""), [])
        if len(found) > 1 and ref.owner:
            found = [a for a in found if fold_owner(self.entries[a].owner) == fold_owner(ref.owner)]
        return [a for a in found if self.entries[a].name == ref.name] or found if len(found) > 1 else found


def registry_now(workspace: Workspace) -> Registry:
    """Read the registry as known now."""
    known = workspace.known.read(ACCOUNT_TYPES)
    cards = cards_at(known, FAR)
    entries = {account_id: card.entry() for account_id, card in cards.items()}
    opened = [k for k in known if isinstance(k.event.data, AccountOpened)]
    by_name: dict[str, set[str]] = defaultdict(set)
    for k in opened:
        for name in _names(k.event):
            by_name[name].add(k.event.subject)
    by_title: dict[tuple[str, str], list[str]] = defaultdict(list)
    for account_id, entry in entries.items():
        by_title[title_key(entry.name, entry.platform)].append(account_id)
    return Registry(entries, {n: sorted(ids) for n, ids in by_name.items()}, dict(by_title), cards)


def title_key(name: str, platform: str) -> tuple[str, str]:
    """Return what a name on a platform is compared by."""
    return fold_name(name), platform_slug(platform)


def find_alone(workspace: Workspace, text: str) -> str:
    """Return the account id of an argument, as `find_account` does, for who asks nothing else of the registry."""
    try:
        return _only(accounts_named(workspace.client, text), f"id {text!r}")
    except NoSuchAccountError as e:
        raise UsageError(str(e)) from None


def find_account(registry: Registry, text: str) -> str:
    """Return the account id of an argument of a command; raises `UsageError`."""
    try:
        return registry.find(text)
    except NoSuchAccountError as e:
        raise UsageError(str(e)) from None


def file_names(registry: Registry, opened: Iterable[Event[Payload]] = ()) -> dict[str, str]:
    """Return the account that a file of each name shows, with those that are about to be opened.

    A name that means more than one account is left out.
    """
    ids = {name: set(found) for name, found in registry.by_name.items()}
    for event in opened:
        for name in _names(event):
            ids.setdefault(name, set()).add(event.subject)
    return {name: found.pop() for name, found in ids.items() if len(found) == 1}


def _names(opened: Event[Payload]) -> tuple[str, ...]:
    if not isinstance(opened.data, AccountOpened):
        return ()
    return opened.subject, opened.subject.partition(":")[2], opened.data.given_id


def _only(found: list[str], what: str) -> str:
    if not found:
        raise NoSuchAccountError(f"no account with {what} in the registry; import it first")
    if len(found) > 1:
        raise NoSuchAccountError(f"{what} means {len(found)} accounts; write one of {', '.join(found[:5])}")
    return found[0]
