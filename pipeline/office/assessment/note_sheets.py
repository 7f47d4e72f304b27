"""Sheets of rows for an assessment: a whole sheet or nothing of it."""

from pathlib import Path
from typing import Literal

import msgspec

from connectors.sheets.assessment import AssessmentRow, read_assessment
from connectors.sheets.errors import CellError, SheetErrors
from events.assessment import AssessmentNoted
from events.codec import Event
from events.days import chinese_day
from events.fields import marked
from events.messages import message
from pipeline.home.actor import Actor
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.assessment.notes import NoteRow, note_event
from pipeline.office.sheet_imports import Imported, take_rows


class ImportNotes(msgspec.Struct, frozen=True):
    """A sheet of rows; each is of the year in which its thing was."""

    path: Path
    scheme: str = ""


def import_notes(workspace: Workspace, asked: ImportNotes, actor: Actor) -> Imported:
    """Take the rows of a sheet; they count once they are accepted. Raises `SheetError`, naming every bad row."""
    rows = read_assessment(asked.path)
    events: list[Event[AssessmentNoted]] = []
    errors: list[CellError] = []
    for row in rows:
        try:
            events.append(note_event(workspace, note_row(row, scheme=asked.scheme), actor))
        except (NotFoundError, UsageError) as e:
            remedy = message("correct the row, or take it out")
            errors.append(CellError(row.row, "单位", "", row.unit, marked(e), remedy))
    if errors:
        raise SheetErrors(asked.path, tuple(errors))
    return take_rows(workspace, rows, events, actor)


def note_row(row: AssessmentRow, *, by: Literal["unit", "office"] = "office", scheme: str = "") -> NoteRow:
    """Return a row of a sheet as it is noted."""
    return NoteRow(
        year=chinese_day(row.happened.at).year,
        unit=row.unit,
        measure=row.measure,
        when=row.happened,
        count=row.count,
        document=row.document,
        note=row.note,
        by=by,
        scheme=scheme,
    )
