"""Which accounts there are, kept for as long as the registry says the same: a batch must not read it anew."""

import threading
from collections import OrderedDict
from collections.abc import Set as AbstractSet
from functools import cached_property

from connectors.history.records import mark_of_types
from connectors.log.port import FACTS
from connectors.sheets.rows import AccountRef
from events.account import AccountMerged
from events.account_number import NumbersGiven
from events.fields import marked
from events.messages import message
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import NoSuchAccountError, Registry, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.observations.rows import RowError, account_ref
from pipeline.office.observations.told import Allowed, NamedAccount
from pipeline.office.scope import Scope, keys_within
from pipeline.office.units import unit_tree
from projections.registry.cards import ACCOUNT_TYPES
from projections.registry.units import UNIT_TYPES, Unit

_TYPES = (*ACCOUNT_TYPES, *UNIT_TYPES, AccountMerged.type, NumbersGiven.type)
_KEPT = 4
_MOST_CHARACTERS = 60


class _Resolved(Registry, frozen=True):
    """A registry of which the accounts are asked by their ids alone, for rows that were looked up before."""

    def resolve(self, ref: AccountRef) -> str:
        return str(ref.given_id)


class Book:
    """The registry at one position, by whatever a row may name an account."""

    def __init__(self, registry: Registry, units: dict[str, Unit]) -> None:
        self.registry = registry
        self.resolved = _Resolved(**{name: getattr(registry, name) for name in registry.__struct_fields__})
        """The same for services, to which a row says an account id."""
        self._units = units
        self._found: dict[NamedAccount, str] = {}

    def subject(self, named: NamedAccount, within: AbstractSet[str] | None) -> str:
        """Return the account id of what a row names, `within` those that may be told of (None: all).

        Raises `RowError`; an account beyond the reach of who asks is one that nobody knows.
        """
        found = self._found.get(named)
        if found is None:
            found = self._look_up(named)
            if len(self._found) < 2 * len(self.registry.entries) + 1000:
                self._found[named] = found
        if within is not None and found not in within:
            raise self._unknown(named)
        return found

    def within(self, allowed: Allowed) -> AbstractSet[str] | None:
        """Return the accounts that a token may tell of, None for all."""
        if not allowed.areas and not allowed.units:
            return None
        scopes = [*(Scope(area=a) for a in allowed.areas), *(Scope(unit=u) for u in allowed.units)]
        found: set[str] = set()
        for scope in scopes:
            try:
                found |= keys_within(self.registry.entries, scope, self._units)
            except NotFoundError:
                continue  # an area or unit without accounts: nothing may be told of
        return found

    def _look_up(self, named: NamedAccount) -> str:
        if named.number:
            account = self._by_number.get(named.number.zfill(4))
            if account is None:
                raise self._unknown(named)
            return account
        try:
            return self.registry.resolve(account_ref(named))
        except NoSuchAccountError as e:
            raise self._refused(named, marked(e)) from None

    @cached_property
    def _by_number(self) -> dict[str, str]:
        return {number: account for account, number in self.registry.numbers.items()}

    def _unknown(self, named: NamedAccount) -> RowError:
        return self._refused(named, message("is no account of the registry, or none of yours"))

    def _refused(self, named: NamedAccount, problem: str) -> RowError:
        given = named.number or named.id or named.name
        return RowError(
            "account", given[:_MOST_CHARACTERS], problem, message("correct it, or report the account")
        )


_books: OrderedDict[tuple[object, ...], Book] = OrderedDict()
_lock = threading.Lock()


def book_of(workspace: Workspace) -> Book:
    """Return the registry of a workspace, read anew where anything was said of accounts or units since."""
    key = (str(workspace.home.path), workspace.log.life(FACTS), *mark_of_types(workspace.client, _TYPES))
    with _lock:
        if (book := _books.get(key)) is not None:
            _books.move_to_end(key)
            return book
    book = Book(registry_now(workspace), unit_tree(workspace))
    with _lock:
        _books[key] = book
        while len(_books) > _KEPT:
            _books.popitem(last=False)
    return book
