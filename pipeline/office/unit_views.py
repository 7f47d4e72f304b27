"""Units for pages: the tree of a scope in the order of reading, and one unit with what is above and below it."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from connectors.readmodel.port import Wanted
from events.folding import fold, fold_owner
from events.instants import to_micros
from events.messages import message
from pipeline.home.desk import Desk
from pipeline.home.errors import NotFoundError
from pipeline.office.scope import Scope
from pipeline.office.units import unit_tree
from projections.registry.units import Unit, line_of, walk_tree

KINDS = {
    "city_office": "市政府办公室",
    "competent_office": "主管单位",
    "owner": "主办单位",
    "operator": "运维机构",
}


class UnitLine(msgspec.Struct, frozen=True):
    """A unit of the tree."""

    unit: Unit
    depth: int  # 0: nothing of the scope stands above it
    below: int  # units right below it


class UnitView(msgspec.Struct, frozen=True):
    """A unit, those above it from the top, those right below it, and its open accounts."""

    unit: Unit
    above: tuple[tuple[Unit, bool], ...]  # and whether it is of the scope
    below: tuple[Unit, ...]
    accounts: tuple[tuple[str, str, str], ...]  # number (empty: none), name, platform


def list_units(desk: Desk, scope: Scope) -> list[UnitLine]:
    """Return the units of a scope, each behind the one above it."""
    units = _within(unit_tree(desk), scope)
    below = Counter(unit.parent for unit in units.values())
    return [UnitLine(unit, depth, below[unit.code]) for depth, unit in walk_tree(units)]


def find_unit(desk: Desk, scope: Scope, code: str) -> UnitView:
    """Return a unit of a scope by its code; raises `NotFoundError`."""
    everywhere = unit_tree(desk)
    units = _within(everywhere, scope)
    if code not in units:
        raise NotFoundError(message("no unit {code}", code=code))
    unit = units[code]
    wanted = Wanted(owners=[fold_owner(unit.name)], closed_at=None)
    lines = desk.model.lines_where(wanted)
    numbers = desk.model.numbers_of([line.account_id for line in lines])
    now = to_micros(desk.offered())
    accounts = sorted(
        (numbers.get(line.account_id, ""), line.name, line.platform)
        for line in lines
        if line.closed_at is None or line.closed_at > now
    )
    line = reversed(line_of(code, everywhere))
    above = tuple((one, one.code in units) for one in line if one.code != code)
    below = tuple(sorted((u for u in units.values() if u.parent == code), key=lambda u: u.code))
    return UnitView(unit, above, below, tuple(accounts))


def _within(units: Mapping[str, Unit], scope: Scope) -> Mapping[str, Unit]:
    """Return the units of a scope: of an area, or a unit with those below it."""
    if scope.area is not None:
        return {code: u for code, u in units.items() if fold(u.area) == fold(scope.area)}
    if scope.unit is None:
        return units
    wanted = fold_owner(scope.unit)
    named = {code for code, u in units.items() if code == scope.unit or fold_owner(u.name) == wanted}
    return {code: u for code, u in units.items() if any(one.code in named for one in line_of(code, units))}
