"""Documents and interpretations become facts: a sheet is taken as a whole or not at all."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.interpretations import InterpretationRow, read_interpretations
from events import policy_ids
from events.codec import Event
from events.days import last_second
from events.fields import field
from events.interpretation import DocumentPublished, InterpretationPublished, document_subject
from events.messages import message
from events.sources import SHEETS
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.person_free import refuse_people
from pipeline.home.workspace import Workspace
from pipeline.office.sheet_imports import Imported, ImportSheet, take_rows
from pipeline.office.withdrawals import compensation
from projections.policy.interpretation import INTERPRETATION_TYPES

_NEEDED = (("title", "标题"), ("unit", "牵头起草部门"), ("published_on", "发布日期"))


class WithdrawDocument(msgspec.Struct, frozen=True):
    """Take back a document that was entered wrongly, with every interpretation of it; or one form of these."""

    number: str  # 文号
    reason: str
    form: str = ""  # code of a form: only the interpretations in it


class DocumentWithdrawn(msgspec.Struct, frozen=True):
    """What was taken back."""

    number: str
    facts: int


def import_interpretations(workspace: Workspace, asked: ImportSheet, actor: Actor) -> Imported:
    """Take documents and their interpretations; raises `SheetError`.

    A row needs title, department and day only where its document is told for the first time.
    """
    rows = read_interpretations(asked.path)
    known = {
        k.event.subject: k.event.data
        for k in workspace.known.read((DocumentPublished.type,))
        if isinstance(k.event.data, DocumentPublished)
    }
    return take_rows(workspace, rows, interpretation_events(asked.path, rows, known), actor)


def interpretation_events(
    path: Path, rows: Sequence[InterpretationRow], known: dict[str, DocumentPublished]
) -> list[Event[Any]]:
    """Return the events of a sheet; raises `SheetErrors` for a document that nobody told whole."""
    stated: dict[str, DocumentPublished] = {}
    events: list[Event[Any]] = []
    errors: list[CellError] = []
    for row in rows:
        subject = document_subject(row.number)
        document = _document(row)
        if document is not None and subject not in stated:
            stated[subject] = document
            at = last_second(document.published_on)
            events.append(Event(policy_ids.document_published(subject), SHEETS, subject, at, document))
        elif document is None and subject not in stated and subject not in known:
            errors += _unknown(row)
            continue
        first = stated.get(subject) or known[subject]
        if row.form is None or row.interpreted_on is None:
            continue
        if row.interpreted_on < first.published_on:
            errors.append(
                CellError(
                    row.row,
                    "解读日期",
                    "",
                    row.interpreted_on.isoformat(),
                    message("lies before the document was published"),
                    message("correct one of the two days"),
                )
            )
            continue
        data = InterpretationPublished(form=row.form, published_on=row.interpreted_on, url=row.url)
        event_id = policy_ids.interpretation_published(subject, row.form, row.url, row.interpreted_on)
        events.append(Event(event_id, SHEETS, subject, last_second(row.interpreted_on), data))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return events


def _document(row: InterpretationRow) -> DocumentPublished | None:
    """Return the document of a row that tells it whole; a row with less speaks of a document told elsewhere."""
    if not row.title or not row.unit or row.published_on is None:
        return None
    return DocumentPublished(
        number=row.number,
        title=row.title,
        unit=row.unit,
        published_on=row.published_on,
        normative=row.normative,
    )


def _unknown(row: InterpretationRow) -> list[CellError]:
    problem = message("is empty, and nobody told of document {number} before", number=row.number)
    return [
        CellError(row.row, title, "", "", problem, message("fill it in"))
        for name, title in _NEEDED
        if not getattr(row, name)
    ]


def withdraw_document(workspace: Workspace, asked: WithdrawDocument, actor: Actor) -> DocumentWithdrawn:
    """Take back a document with its interpretations, or its interpretations in one form.

    Raises `UsageError` without a reason, `NotFoundError` where nothing of it is known.
    """
    if not asked.reason.strip():
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    refuse_people({"reason": asked.reason})
    subject = document_subject(asked.number)
    facts = [
        k.event
        for k in workspace.known.read(INTERPRETATION_TYPES)
        if k.event.subject == subject
        and k.event.type in INTERPRETATION_TYPES
        and _meant(k.event.data, asked.form)
    ]
    if not facts:
        raise NotFoundError(message("nothing is known of document {number}", number=asked.number))
    append_new(workspace, [compensation(fact, asked.reason, actor) for fact in facts])
    workspace.catch_up()
    return DocumentWithdrawn(asked.number, len(facts))


def _meant(data: object, form: str) -> bool:
    if not form:
        return True
    return isinstance(data, InterpretationPublished) and data.form == form
