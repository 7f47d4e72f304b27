"""A list of units that somebody hands in."""

from datetime import UTC, datetime

from connectors.sheets.units import read_units
from pipeline.home.actor import Actor
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.sheet_imports import Imported, ImportSheet, take_rows
from pipeline.office.units import unit_events, unit_tree


def import_units(workspace: Workspace, asked: ImportSheet, actor: Actor) -> Imported:
    """Bring the tree of units to what a sheet lists; raises `SheetError`."""
    rows = read_units(asked.path)
    events = unit_events(asked.path, rows, unit_tree(workspace), registry_now(workspace), datetime.now(UTC))
    return take_rows(workspace, rows, events, actor)
