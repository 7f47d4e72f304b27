"""Rows that units and the office hand in for an assessment, their review, and what is taken back of them."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from events import assessment_ids
from events.assessment import AssessmentNoted, AssessmentReviewed
from events.claim import assessment_review
from events.codec import Event
from events.days import chinese_day
from events.evidence import Evidence
from events.fields import field
from events.messages import joined, message
from events.moments import Moment
from events.sources import OFFICE
from events.unit import UNIT_PREFIX, unit_subject
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new, filed_again
from pipeline.home.beginnings import named_by
from pipeline.home.claims import Wanted, claimed, known_acts
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.evidence import keep_file
from pipeline.home.workspace import Workspace
from pipeline.office.assessment.schemes import find_roster
from pipeline.office.assessment.years import scheme_of_year
from pipeline.office.two_persons import marks, require_second
from pipeline.office.withdrawals import compensation
from projections.year.notes import NOTE_TYPES, NoteState, fold_notes
from projections.year.schemes import AssessedUnit, Scheme


class NoteRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row as somebody hands it in."""

    year: int
    unit: str  # code or name of an assessed unit
    measure: str
    when: Moment  # day of the thing
    count: int = 1
    document: str = ""
    note: str = ""
    files: tuple[Path, ...] = ()
    by: Literal["unit", "office"] = "office"
    scheme: str = ""  # empty: as `scheme_of_year`
    evidence: tuple[Evidence, ...] = ()  # kept already, beside `files`


class ReviewNote(msgspec.Struct, frozen=True):
    """Whether the office accepts a row."""

    note: str  # beginning of its id
    accepted: bool
    reason: str = ""


class WithdrawNote(msgspec.Struct, frozen=True):
    """A row that was handed in by mistake; its review falls with it."""

    note: str  # beginning of its id
    reason: str


def assessed_unit(workspace: Workspace, scheme: Scheme, text: str) -> AssessedUnit:
    """Return the assessed unit of a code or name; raises `NotFoundError`."""
    units = find_roster(scheme.roster, workspace.home.path).roster.units
    for unit in units:
        if text.removeprefix(UNIT_PREFIX) in (unit.code, unit.name):
            return unit
    raise NotFoundError(
        message("{text!r} is no unit that is assessed; `xuncha assessment show` lists them", text=text)
    )


def note(workspace: Workspace, asked: NoteRow, actor: Actor) -> NoteState:
    """Take a row; the same again changes nothing. It counts for nothing before it is accepted.

    Raises `UsageError` for a measure that nobody hands in rows of, a day of another year, or a row that nothing speaks
    for; `NotFoundError` for a unit that is not assessed.
    """
    (event,) = filed_again(workspace.known, [note_event(workspace, asked, actor)])
    append_new(workspace, [event])
    workspace.catch_up()
    return next(row for row in list_notes(workspace, asked.year) if row.id == event.id)


def note_event(workspace: Workspace, asked: NoteRow, actor: Actor) -> Event[AssessmentNoted]:
    """Return what a row says as a fact; its files are kept, durable, before it. Raises as `note`."""
    scheme = scheme_of_year(workspace, asked.year, asked.scheme).scheme
    unit = assessed_unit(workspace, scheme, asked.unit)
    document, text = asked.document.strip(), asked.note.strip()
    _require_sense(asked, scheme, document, text)
    workspace.home.texts.refuse({"document": document, "note": text})
    now = datetime.now(UTC)
    evidence = (*asked.evidence, *(keep_file(workspace.home, path, now) for path in asked.files))
    data = AssessmentNoted(
        year=asked.year,
        unit=unit.name,
        measure=asked.measure,
        count=asked.count,
        document=document,
        evidence=evidence,
        note=text,
        by=asked.by,
    )
    subject = unit_subject(unit.code)
    content = (str(data.count), document, text, *sorted({e.sha256 for e in evidence}))
    event_id = assessment_ids.assessment_noted(subject, data.year, data.measure, asked.when.at, content)
    return Event(event_id, OFFICE, subject, asked.when.at, data, actor.origin())


def review(workspace: Workspace, asked: ReviewNote, actor: Actor) -> NoteState:
    """Accept or refuse a row; the same again changes nothing.

    Who handed it in does not accept it (rule of two persons "approve"). Raises `ConflictError` where it was reviewed
    otherwise, and `UsageError` for a refusal without a reason.
    """
    row = find_note(workspace, asked.note)
    outcome: Literal["accepted", "refused"] = "accepted" if asked.accepted else "refused"
    reason = asked.reason.strip()
    if row.state != "waiting":
        if row.state == outcome:
            return row
        raise ConflictError(
            message("the row was reviewed already; withdraw it, and hand it in again if it was right")
        )
    if outcome == "refused" and not reason:
        raise UsageError(message("{reason} is empty; say why the row does not count", reason=field("reason")))
    workspace.home.texts.refuse({"reason": reason})
    alone = require_second(workspace, "approve", set(workspace.actors_of([row.id]).values()), actor)
    subject = unit_subject(row.unit)
    event_id = assessment_ids.assessment_reviewed(subject, row.id)
    with claimed(workspace, Wanted(assessment_review(row.id), f"{outcome} {row.id}")) as hold:
        data = AssessmentReviewed(note_id=row.id, outcome=outcome, reason=reason, claims=hold.ids)
        event = Event(event_id, OFFICE, subject, datetime.now(UTC), data, actor.origin())
        hold.append([*marks("approve", event_id, actor, alone=alone), event])
    workspace.catch_up()
    return find_note(workspace, str(row.id))


def withdraw_note(workspace: Workspace, asked: WithdrawNote, actor: Actor) -> NoteState:
    """Take a row back, its review with it; a draft that counted it stays, the next one leaves it out."""
    reason = asked.reason.strip()
    if not reason:
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    workspace.home.texts.refuse({"reason": reason})
    row = find_note(workspace, asked.note)
    (fact,) = (k.event for k in workspace.known.read((AssessmentNoted.type,)) if k.event.id == row.id)
    append_new(workspace, [compensation(fact, reason, actor)])
    workspace.catch_up()
    return row


def list_notes(
    workspace: Workspace, year: int | None = None, units: Collection[str] | None = None
) -> list[NoteState]:
    """Return the rows that stand, of a year and of units by code (None: all), those that wait first, then by day."""
    rows = [
        row
        for row in fold_notes(known_acts(workspace.known, NOTE_TYPES))
        if year in (None, row.said.year) and (units is None or row.unit in units)
    ]
    return sorted(rows, key=lambda row: (row.state != "waiting", row.happened_at, row.unit, str(row.id)))


def find_note(workspace: Workspace, text: str) -> NoteState:
    """Return the row whose id begins with a text; raises `NotFoundError`."""
    return named_by(
        list_notes(workspace), text, lambda row: (row.id,), message("row"), "xuncha assessment notes"
    )


def _require_sense(asked: NoteRow, scheme: Scheme, document: str, text: str) -> None:
    noted = scheme.noted()
    if asked.measure not in noted:
        raise UsageError(
            message(
                "{measure!r} is nothing that rows are handed in of; {label} takes: {names}",
                measure=asked.measure,
                label=scheme.label,
                names=joined(", ", noted),
            )
        )
    if chinese_day(asked.when.at).year != asked.year:
        raise UsageError(
            message(
                "{day} is not in {year}; a row is of the year in which the thing was",
                day=chinese_day(asked.when.at),
                year=asked.year,
            )
        )
    if asked.when.at > datetime.now(UTC):
        raise UsageError(message("{day} is still to come", day=chinese_day(asked.when.at)))
    if asked.count < 1:
        raise UsageError(message("{count} is below 1", count=field("count")))
    if not document and not text and not asked.files and not asked.evidence:
        raise UsageError(
            message(
                "nothing speaks for the row; give {document}, {note} or {file}",
                document=field("document"),
                note=field("note"),
                file=field("file"),
            )
        )
