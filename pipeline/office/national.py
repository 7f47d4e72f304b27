"""The sheet of the national system: written of the registry, and compared with it when it comes back."""

from datetime import datetime
from pathlib import Path

import msgspec

from connectors.sheets.national import read_national, write_national
from connectors.sheets.notes import Note
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.accounts import cards_known
from projections.registry.national import Reconciliation, national_entries, reconcile_national


class NationalSheet(msgspec.Struct, frozen=True):
    """A sheet of the national system, and the moment of the registry that it is about."""

    path: Path
    at: datetime


class Compared(msgspec.Struct, frozen=True):
    """What came of comparing the registry with a sheet."""

    found: Reconciliation
    notes: tuple[Note, ...]


def export_national(workspace: Workspace, asked: NationalSheet) -> int:
    """Write the registry as the national system lists it, closed accounts too; returns how many accounts."""
    if asked.path.suffix.lower() != ".xlsx":
        raise UsageError(message("{path} is no .xlsx; name the file by it", path=asked.path))
    entries = national_entries(cards_known(workspace, asked.at).values())
    write_national(asked.path, entries)
    return len(entries)


def compare_national(workspace: Workspace, asked: NationalSheet) -> Compared:
    """Compare the registry with a sheet of the national system; raises `SheetError`."""
    theirs = read_national(asked.path)
    ours = national_entries(cards_known(workspace, asked.at).values())
    return Compared(reconcile_national(ours, theirs), theirs.notes)
