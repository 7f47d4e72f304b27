"""Which accounts a question is about: those of a unit and the units below it, of an area, a tier, a platform."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol, TypeVar

import msgspec

from events.closeness import nearest
from events.fields import field
from events.folding import fold, fold_owner
from events.messages import message
from events.platforms import platform_family, platform_slug
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import Registry
from pipeline.home.workspace import Workspace
from pipeline.office.units import unit_tree
from projections.registry.units import Unit, line_of, units_by_name


class Placed(Protocol):
    """An account as far as a scope asks of it."""

    @property
    def owner(self) -> str: ...
    @property
    def area(self) -> str: ...
    @property
    def tier(self) -> str: ...
    @property
    def platform(self) -> str: ...


K = TypeVar("K")
T = TypeVar("T", bound=Placed)


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where an account belongs, of one that the registry may not know."""

    owner: str
    platform: str
    area: str = ""
    tier: str = ""


class Scope(msgspec.Struct, frozen=True):
    """What a person asks for; None: all."""

    unit: str | None = None  # name or code
    area: str | None = None
    platform: str | None = None  # as anybody writes it, or its short form in ids
    tier: str | None = None
    of_right: bool = False
    """What somebody may see, and not a word that they typed: where no account has it yet, there is nothing to see."""


def area_of(account: Placed, by_name: Mapping[str, Sequence[Unit]]) -> str:
    """Return the area of an account, else that of its owner where the tree of units knows one such unit."""
    owners = by_name.get(account.owner, ())
    return account.area or (owners[0].area if len(owners) == 1 else "")


def within(accounts: Iterable[T], scope: Scope, units: Mapping[str, Unit]) -> list[T]:
    """Return the accounts of a scope; raises `NotFoundError` for a unit, area, tier or platform that no account has.

    Words that some account has, though none has all of them, keep no account.
    """
    among = list(accounts)
    fits = _fits(among, scope, units)
    return [account for account in among if fits(account)]


def keys_within(placed: Mapping[K, Placed], scope: Scope, units: Mapping[str, Unit]) -> AbstractSet[K]:
    """Return the keys of the accounts of a scope; raises as `within`."""
    fits = _fits(list(placed.values()), scope, units)
    return {key for key, account in placed.items() if fits(account)}


def accounts_within(workspace: Workspace, registry: Registry, scope: Scope) -> AbstractSet[str]:
    """Return the ids of the accounts of a scope among all that were ever opened."""
    if scope == Scope():
        return registry.entries.keys()
    return keys_within(registry.entries, scope, unit_tree(workspace))


def _fits(among: Sequence[Placed], scope: Scope, units: Mapping[str, Unit]) -> Callable[[Placed], bool]:
    fits = (
        _of_unit(among, scope.unit, units, demanded=not scope.of_right),
        _of_area(among, scope.area, units, demanded=not scope.of_right),
        _of_tier(among, scope.tier),
        _of_platform(among, scope.platform),
    )
    asked = [one for one in fits if one is not None]
    return lambda account: all(one(account) for one in asked)


def _of_unit(
    among: Sequence[Placed], word: str | None, units: Mapping[str, Unit], *, demanded: bool
) -> Callable[[Placed], bool] | None:
    if word is None:
        return None
    owners = owners_of(word, units)
    names = {account.owner for account in among} | {unit.name for unit in units.values()}
    if demanded:
        _demand_known("unit", word, {fold_owner(n) for n in names} & owners, names, among)
    return lambda account: fold_owner(account.owner) in owners


def _of_area(
    among: Sequence[Placed], word: str | None, units: Mapping[str, Unit], *, demanded: bool
) -> Callable[[Placed], bool] | None:
    if word is None:
        return None
    by_name, wanted = units_by_name(units), fold(word)
    areas = {area_of(account, by_name) for account in among}
    if demanded:
        _demand_known("area", word, {a for a in areas if fold(a) == wanted}, areas, among)
    return lambda account: fold(area_of(account, by_name)) == wanted


def _of_tier(among: Sequence[Placed], word: str | None) -> Callable[[Placed], bool] | None:
    if word is None:
        return None
    tiers, wanted = {account.tier for account in among}, fold(word)
    _demand_known("tier", word, {t for t in tiers if fold(t) == wanted}, tiers, among)
    return lambda account: fold(account.tier) == wanted


def _of_platform(among: Sequence[Placed], word: str | None) -> Callable[[Placed], bool] | None:
    if word is None:
        return None
    family, wanted = platform_family(word), fold(word)

    def fits(account: Placed) -> bool:
        platform = account.platform
        return family in (platform_family(platform), fold(platform)) or wanted == platform_slug(platform)

    platforms = {account.platform for account in among}
    _demand_known("platform", word, [a for a in among if fits(a)], platforms, among)
    return fits


def owners_of(text: str, units: Mapping[str, Unit]) -> set[str]:
    """Return the folded names of a unit and of those below it; of one that is not in the tree, its own."""
    named = {
        code for code, unit in units.items() if text == code or fold_owner(unit.name) == fold_owner(text)
    }
    below = {
        unit.name for unit in units.values() if any(one.code in named for one in line_of(unit.code, units))
    }
    return {fold_owner(name) for name in (*below, text)}


def _demand_known(
    what: str, word: str, found: Iterable[object], known: Iterable[str], among: Sequence[Placed]
) -> None:
    """Refuse a word that no account has; where there are no accounts, every word will do."""
    if any(True for _ in found) or not among:
        return
    raise NotFoundError(
        message(
            "no account has {what_field} {said!r}{nearest}",
            what_field=field(what),
            said=word,
            nearest=nearest(word, known),
        )
    )
