"""Units as a tree, at a moment: city office, competent offices, owner units, operating firms."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from events.closeness import nearest
from events.known import Known
from events.messages import joined, message
from events.unit import UNIT_FIELDS, UNIT_PREFIX, UnitChanged, UnitEnded, UnitKind, UnitRegistered

UNIT_TYPES = ("unit.registered", "unit.changed", "unit.ended")
"""Types of events that the tree follows from."""


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that exists at the moment asked for."""

    code: str
    name: str
    kind: UnitKind
    tier: str = ""
    area: str = ""
    parent: str = ""  # code; empty: no unit above
    duties: tuple[str, ...] = ()
    representative: str = ""  # account id
    since: datetime


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with the place of a unit in the tree."""

    code: str
    field: str  # parent, representative
    problem: str
    remedy: str


def units_at(known: Iterable[Known], at: datetime) -> dict[str, Unit]:
    """Return the units that exist at T by code; a later record wins, a change counts from its own time on."""
    units: dict[str, Unit] = {}
    for k in known:
        event, data = k.event, k.event.data
        code = event.subject.removeprefix(UNIT_PREFIX)
        if event.time > at:
            continue
        if isinstance(data, UnitRegistered):
            fields = {name: getattr(data, name) for name in UNIT_FIELDS}
            units[code] = Unit(code=code, **fields, since=event.time)
        elif isinstance(data, UnitChanged) and code in units:
            changed = {name: v for name in UNIT_FIELDS if (v := getattr(data, name)) is not None}
            units[code] = msgspec.structs.replace(units[code], **changed)
        elif isinstance(data, UnitEnded) and code in units and units[code].since <= event.time:
            del units[code]
    return units


def tree_faults(units: Mapping[str, Unit]) -> list[Fault]:
    """Return what is wrong with a tree: unknown parents, circles, two representative accounts of one area."""
    faults = []
    for unit in units.values():
        if unit.parent and unit.parent not in units:
            known = (*units, *(other.name for other in units.values()))
            problem = message(
                "names a unit above that does not exist ({parent}{nearest})",
                parent=unit.parent,
                nearest=nearest(unit.parent, known),
            )
            faults.append(
                Fault(
                    unit.code, "parent", problem, message("write the code of a unit, or add it to the sheet")
                )
            )
        elif circle := _circle(unit.code, units):
            path = " → ".join((*circle, circle[0]))
            faults.append(
                Fault(
                    unit.code,
                    "parent",
                    message("stands above itself ({shown})", shown=path),
                    message("break the circle at one unit"),
                )
            )
    representatives: dict[str, set[str]] = defaultdict(set)
    for unit in units.values():
        if unit.representative:
            representatives[unit.area].add(unit.representative)
    for unit in units.values():
        others = representatives[unit.area] - {unit.representative} if unit.representative else set()
        if others:
            area = unit.area or message("(no area)")
            problem = message(
                "is one of several representative accounts of {area}, beside {others}",
                area=area,
                others=joined(", ", sorted(others)),
            )
            faults.append(
                Fault(unit.code, "representative", problem, message("keep one account for the area"))
            )
    return faults


def line_of(code: str, units: Mapping[str, Unit]) -> list[Unit]:
    """Return the unit and those above it, the nearest first; stops at a circle or an unknown unit."""
    line: list[Unit] = []
    while (unit := units.get(code)) is not None and unit not in line:
        line.append(unit)
        code = unit.parent
    return line


def walk_tree(units: Mapping[str, Unit]) -> Iterator[tuple[int, Unit]]:
    """Give every unit with its depth, each under the one above it, in the order of codes."""
    below: dict[str, list[Unit]] = defaultdict(list)
    for unit in sorted(units.values(), key=lambda u: u.code):
        below[unit.parent if unit.parent in units else ""].append(unit)
    pending = [(0, unit) for unit in reversed(below[""])]
    while pending:
        depth, unit = pending.pop()
        yield depth, unit
        pending.extend((depth + 1, child) for child in reversed(below[unit.code]))


def units_by_name(units: Mapping[str, Unit]) -> dict[str, tuple[Unit, ...]]:
    """Return the units of each name: accounts name their owner by it."""
    by_name: dict[str, list[Unit]] = defaultdict(list)
    for unit in units.values():
        by_name[unit.name].append(unit)
    return {name: tuple(same) for name, same in by_name.items()}


def representatives(units: Mapping[str, Unit]) -> dict[str, str]:
    """Return the representative account of each area."""
    return {unit.area: unit.representative for unit in units.values() if unit.representative}


def _circle(code: str, units: Mapping[str, Unit]) -> list[str]:
    """Return the circle that a unit is part of, beginning with it; empty where it is part of none."""
    path = [code]
    while (unit := units.get(path[-1])) is not None and unit.parent:
        if unit.parent == code:
            return path
        if unit.parent in path:
            return []
        path.append(unit.parent)
    return []
