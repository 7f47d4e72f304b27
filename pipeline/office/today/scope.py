"""Which accounts a page is about: those of a unit and the units below it, of an area, of a platform."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from events.fields import field
from events.folding import fold, fold_owner
from events.platforms import platform_family
from pipeline.home.errors import UsageError
from projections.patrol.account_line import AccountLine
from projections.registry.identity.nearness import close_to
from projections.registry.units import Unit, line_of, units_by_name

_SHOWN = 3


class Scope(msgspec.Struct, frozen=True):
    """What a person asks for; None: all."""

    unit: str | None = None  # name or code
    area: str | None = None
    platform: str | None = None


def area_of(line: AccountLine, by_name: Mapping[str, Sequence[Unit]]) -> str:
    """Return the area of an account, else that of its owner where the tree of units knows one such unit."""
    owners = by_name.get(line.owner, ())
    return line.area or (owners[0].area if len(owners) == 1 else "")


def within(lines: Iterable[AccountLine], scope: Scope, units: Mapping[str, Unit]) -> list[AccountLine]:
    """Return the accounts of a scope; raises `UsageError` for a unit, area or platform that no account has."""
    kept = list(lines)
    if scope.unit is not None:
        owners = _owners(scope.unit, units)
        kept = _some(kept, [line for line in kept if fold_owner(line.owner) in owners], "unit", scope.unit)
    if scope.area is not None:
        by_name = units_by_name(units)
        wanted = fold(scope.area)
        found = [line for line in kept if fold(area_of(line, by_name)) == wanted]
        kept = _some(kept, found, "area", scope.area, {area_of(line, by_name) for line in kept})
    if scope.platform is not None:
        family = platform_family(scope.platform)
        found = [line for line in kept if family in (platform_family(line.platform), fold(line.platform))]
        kept = _some(kept, found, "platform", scope.platform, {line.platform for line in kept})
    return kept


def _owners(text: str, units: Mapping[str, Unit]) -> set[str]:
    """Return the folded names of a unit and of those below it; of one that is not in the tree, its own."""
    named = {
        code for code, unit in units.items() if text == code or fold_owner(unit.name) == fold_owner(text)
    }
    below = {
        unit.name for unit in units.values() if any(one.code in named for one in line_of(unit.code, units))
    }
    return {fold_owner(name) for name in (*below, text)}


def _some(
    among: Sequence[AccountLine],
    found: list[AccountLine],
    what: str,
    said: str,
    known: Iterable[str] | None = None,
) -> list[AccountLine]:
    if found or not among:
        return found
    names = {line.owner for line in among} if known is None else known
    nearest = "、".join(close_to(said, filter(None, names), _SHOWN))
    remedy = f"; the nearest: {nearest}" if nearest else ""
    raise UsageError(f"no account has {field(what)} {said!r}{remedy}")
