"""Results of upper-level checks: handed in as a sheet, listed with what the registry says."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.upper_checks import UpperCheckRow, read_upper_checks
from events import fact_ids
from events.codec import Event
from events.messages import message
from events.sources import SHEETS
from events.upper_check import UpperCheckRecorded
from pipeline.home.actor import Actor
from pipeline.home.registry import Registry, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.registry_imports import resolve_rows, unknown_accounts_refused
from pipeline.office.sheet_imports import Imported, ImportSheet, take_rows


def import_upper_checks(workspace: Workspace, asked: ImportSheet, actor: Actor) -> Imported:
    """Take results of checks by State Council, province or city; raises `SheetError`."""
    with unknown_accounts_refused(lambda: registry_now(workspace)):
        rows = read_upper_checks(asked.path)
    return take_rows(workspace, rows, upper_check_events(asked.path, rows, registry_now(workspace)), actor)


def upper_check_events(
    path: Path, rows: Sequence[UpperCheckRow], registry: Registry
) -> list[Event[UpperCheckRecorded]]:
    """Return the events of a sheet; raises `SheetErrors`.

    One level checks an account once at a time, so a second row of the same check is refused.
    """
    subjects = resolve_rows(path, rows, registry)
    events = []
    errors: list[CellError] = []
    first: dict[UUID, int] = {}
    for row in rows:
        subject = subjects[row.row]
        data = UpperCheckRecorded(
            level=row.level,
            outcome=row.outcome,
            cause=row.cause,
            document=row.document,
            note=row.note,
            date_only=row.date_only,
        )
        event_id = fact_ids.upper_check_recorded(subject, row.level, row.checked_at)
        before = first.setdefault(event_id, row.row)
        if before != row.row:
            problem = message(
                "is the check of row {before} again: same account, level and time", before=before
            )
            errors.append(
                CellError(row.row, "检查层级", "", row.level, problem, message("keep one of the two rows"))
            )
        events.append(Event(event_id, SHEETS, subject, row.checked_at, data))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return events


def list_upper_checks(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every result as known now, by time."""
    entries = registry_now(workspace).entries
    rows = []
    for k in workspace.known.read(("upper_check.recorded",)):
        event, data = k.event, k.event.data
        if not isinstance(data, UpperCheckRecorded):
            continue
        entry = entries.get(event.subject)
        rows.append(
            {
                "account_id": entry.given_id if entry else event.subject,
                "name": entry.name if entry else "",
                "owner": entry.owner if entry else "",
                "level": data.level,
                "checked_at": event.time,
                "outcome": data.outcome,
                "cause": data.cause,
                "document": data.document,
                "note": data.note,
                "subject": event.subject,
            }
        )
    return sorted(rows, key=lambda r: (r["checked_at"], r["subject"], r["level"]))
