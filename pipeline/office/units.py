"""Units: sheets become facts, and the tree as commands see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from connectors.sheets.cells import machine
from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.kinds import UNITS
from connectors.sheets.rows import UnitRow
from events import fact_ids
from events.base import Payload
from events.codec import Event
from events.fields import marked
from events.folding import fold_owner
from events.instants import EPOCH, FAR
from events.known import Known
from events.messages import message
from events.sources import SHEETS
from events.unit import UNIT_FIELDS, UnitChanged, UnitEnded, UnitRegistered, unit_subject
from pipeline.home.registry import NoSuchAccountError, Registry
from pipeline.home.workspace import Workspace
from projections.registry.identity.owners import UnitNames, unit_names
from projections.registry.units import UNIT_TYPES, Unit, tree_faults, units_at


def unit_tree(workspace: Workspace, at: datetime = FAR, known_at: datetime = FAR) -> dict[str, Unit]:
    """Return the units that exist at T as known at K, by code."""
    known = workspace.known.read(UNIT_TYPES, known_at)
    return units_at(known, at)


def known_unit_names(workspace: Workspace, registry: Registry) -> UnitNames:
    """Return what the tree says of names of units, as known now."""
    known = workspace.known.read(UNIT_TYPES)
    return unit_names(known, {entry.area for entry in registry.entries.values()})


def unit_events(
    path: Path, rows: Sequence[UnitRow], units: Mapping[str, Unit], registry: Registry, now: datetime
) -> list[Event[Payload]]:
    """Return the events that bring the tree to what a sheet lists; a known unit yields only what changed.

    Raises `SheetErrors` naming every row with an unknown unit above it, an unknown account, or a place in a circle.
    """
    codes = codes_by_name(rows, units)
    errors: list[CellError] = []
    events: list[Event[Payload]] = []
    for row in rows:
        settled = msgspec.structs.replace(
            row,
            parent=code_among(codes, row.parent) or row.parent,
            representative=_account(row, registry, errors),
        )
        events.extend(_row_events(settled, units.get(row.code), now))
    errors.extend(_tree_errors(rows, events, units))
    if errors:
        raise SheetErrors(path, tuple(sorted(errors, key=lambda error: error.row)))
    return events


def codes_by_name(rows: Sequence[UnitRow], units: Mapping[str, Unit]) -> dict[str, str]:
    """Return the code by code and by name as it is compared, where only one unit has it."""
    named: dict[str, set[str]] = {}
    for code, name in (*((u.code, u.name) for u in units.values()), *((r.code, r.name) for r in rows)):
        named.setdefault(fold_owner(name), set()).add(code)
    by_name = {name: codes.pop() for name, codes in named.items() if len(codes) == 1}
    return by_name | {code: code for code in (*units, *(row.code for row in rows))}


def code_among(codes: Mapping[str, str], told: str) -> str | None:
    """Return the code that a cell means, which has a code or a name; None where no unit has it."""
    return codes.get(machine(told)) or codes.get(fold_owner(told))


def _account(row: UnitRow, registry: Registry, errors: list[CellError]) -> str:
    if not row.representative:
        return ""
    try:
        return registry.find(row.representative)
    except NoSuchAccountError as e:
        remedy = message("import the account first, or clear the cell")
        errors.append(_error(row, "representative", row.representative, marked(e), remedy))
        return ""


def _row_events(row: UnitRow, known: Unit | None, now: datetime) -> list[Event[Payload]]:
    subject = unit_subject(row.code)
    events: list[Event[Payload]] = []
    fields = {name: getattr(row, name) for name in UNIT_FIELDS}
    if known is None:
        since = row.since or EPOCH
        events.append(_registered(row.code, since, fields))
    else:
        changes = {name: value for name, value in fields.items() if value and value != getattr(known, name)}
        if changes:
            at = now if row.since is None or row.since <= known.since else row.since
            data = msgspec.structs.replace(UnitChanged(), **changes)
            events.append(Event(fact_ids.unit_changed(subject, at, changes), SHEETS, subject, at, data))
    if row.ended_at is not None:
        event_id = fact_ids.unit_ended(subject, row.ended_at)
        events.append(Event(event_id, SHEETS, subject, row.ended_at, UnitEnded()))
    return events


def _registered(code: str, since: datetime, fields: dict[str, Any]) -> Event[Payload]:
    subject = unit_subject(code)
    event_id = fact_ids.unit_registered(subject, since, fields)
    return Event(event_id, SHEETS, subject, since, UnitRegistered(**fields))


def _tree_errors(
    rows: Sequence[UnitRow], events: Sequence[Event[Payload]], units: Mapping[str, Unit]
) -> list[CellError]:
    """Return what would be wrong with the tree, at the rows that make it so."""
    before = [
        _registered(u.code, u.since, {name: getattr(u, name) for name in UNIT_FIELDS}) for u in units.values()
    ]
    known = [Known(0, offset, offset, event) for offset, event in enumerate([*before, *events])]
    by_code = {row.code: row for row in rows}
    errors = []
    for fault in tree_faults(units_at(known, FAR)):
        row = by_code.get(fault.code) or _ended_parent(fault.code, units, by_code)
        if row is not None:
            value = getattr(row, fault.field) if row.code == fault.code else row.code
            problem = (
                fault.problem
                if row.code == fault.code
                else message("ends while {code} stands below it", code=fault.code)
            )
            field = fault.field if row.code == fault.code else "ended_at"
            errors.append(_error(row, field, value, problem, fault.remedy))
    return errors


def _ended_parent(code: str, units: Mapping[str, Unit], by_code: Mapping[str, UnitRow]) -> UnitRow | None:
    unit = units.get(code)
    return by_code.get(unit.parent) if unit else None


def _error(row: UnitRow, key: str, value: str, problem: str, remedy: str) -> CellError:
    title = UNITS.titles((key,))[0]
    return CellError(row.row, title, "", value, problem, remedy)
