"""Pages of policy interpretation, and of what is handed in for the yearly assessment, as their sheets are taken."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Literal

from connectors.papers.paper import Reason, Record
from connectors.papers.vocabulary import vocabulary
from connectors.sheets.assessment import read_assessment
from connectors.sheets.errors import SheetErrors
from connectors.sheets.interpretations import InterpretationRow, read_interpretations
from connectors.sheets.kinds import ASSESSMENT, INTERPRETATIONS
from events.days import chinese_day
from events.fields import marked
from events.folding import fold
from events.interpretation import DocumentPublished, document_subject
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.office.assessment.note_sheets import note_row
from pipeline.office.intake.building import Building, Item, PageOf
from pipeline.office.intake.filled_rows import Fields, Filled, cells_of, read_filled, said
from pipeline.office.intake.plan import Draft, Fate
from pipeline.office.interpretation.taking import interpretation_events

_INTERPRETATION: Fields = {
    "number": ("document_number",),
    "title": ("name",),
    "unit": ("drafted_by", "owner"),
    "published": ("document_day", "published_at"),
    "normative": ("normative",),
    "form": ("interpretation_form",),
    "url": ("interpretation_link", "link", "post_link"),
    "interpreted": ("interpreted_at",),
}
_NOTE: Fields = {
    "unit": ("owner",),
    "measure": ("assessment_item",),
    "happened_at": ("event_day",),
    "count": ("count",),
    "document": ("basis_document", "document_number"),
    "note": ("finding_text",),
}
_TICKED = {
    "form_questions": "问答",
    "form_interview": "访谈",
    "form_graphic": "图解",
    "form_audio": "音频",
    "form_h5": "H5",
}
_FORMS = re.compile(r"[、，,；;/+]|和|及")
_NOT_APPRAISED = frozenset({"否", "未纳入", "没有", "×"})


def plan_interpretations(building: Building, of: PageOf) -> None:
    """Plan a list of documents and their interpretations; a row may name several forms, or tick them in columns."""
    rows: dict[int, list[InterpretationRow]] = {}
    wrong: dict[int, Reason] = {}
    stated = [_forms_told(building, of, item) for item in of.items]
    for turn in zip_longest(*(filled for filled in stated)):
        filled = [each for each in turn if each is not None]
        read, refused = read_filled(INTERPRETATIONS, filled, read_interpretations)
        wrong |= refused
        for number, row in read.items():
            rows.setdefault(number, []).append(row)
    for item, forms in zip(of.items, stated, strict=True):
        number = item.at.row
        why = wrong.get(number) or _take_interpretations(building, of, item, rows.get(number, []))
        fate: Fate = "taken" if why is None else "refused"
        building.note(item.at, of.page, item.record, fate, needs=forms[0].needs, why=why)


def _forms_told(building: Building, of: PageOf, item: Item) -> list[Filled]:
    """Return a row of the sheet for each form that a row of a paper tells, one without a form where it tells none."""
    cells, needs = cells_of(item.record, _INTERPRETATION), item.needs
    named = [form for part in _FORMS.split(cells.pop("form", "")) if (form := part.strip())]
    forms = [{"form": form} for form in named]
    for ticked in _ticked(item.record):
        forms.append(ticked)
        if "interpreted" not in ticked and "interpreted" not in cells:
            ticked["interpreted"], asked = _day_of_ticks(building, of, item, cells)
            needs = (*needs, asked)
    return [Filled(item, {**cells, **form}, needs) for form in forms or [{"form": ""}]]


def _ticked(record: Record) -> Iterator[dict[str, str]]:
    """Yield the forms whose columns say that a document has them, with the day or the link that stands there."""
    words = vocabulary()
    for field, form in _TICKED.items():
        text, link = said(record, (field,)), record.links.get(field, "")
        mark, has = words.marks.get(fold(text)), words.meanings["has"].get(fold(text))
        if not text or has == "no" or mark in ("cross", "slash"):
            continue
        if link or text.startswith("http"):
            yield {"form": form, "url": link or text}
        elif mark == "tick" or has == "yes":
            yield {"form": form}
        else:
            yield {"form": form, "interpreted": text}


def _day_of_ticks(building: Building, of: PageOf, item: Item, cells: Mapping[str, str]) -> tuple[str, str]:
    """Return the day of a form that is ticked alone, and the question that it rests on."""
    question = building.asker.ask(
        of.at,
        Reason("interpreted_day_unsaid"),
        field="interpreted_at",
        answers=("sheet_date", "document_day"),
        default="sheet_date",
    )
    building.asker.waits(question, item.at.row)
    if question.settled != "document_day":
        return chinese_day(of.stated_at).isoformat(), question.id
    known = building.year.documents.get(document_subject(cells.get("number", "")))
    return cells.get("published") or (known.published_on.isoformat() if known else ""), question.id


def _take_interpretations(
    building: Building, of: PageOf, item: Item, rows: Sequence[InterpretationRow]
) -> Reason | None:
    """Note what a row tells; returns why it is refused."""
    try:
        events = interpretation_events(Path(of.page.title), rows, building.year.documents)
    except SheetErrors as errors:
        return Reason("row_unfit", {"problem": errors.errors[0].to_message()})
    for event in events:
        if isinstance(event.data, DocumentPublished):
            if event.subject in building.year.documents:
                continue
            building.year.documents[event.subject] = event.data
        building.drafts.append(Draft(item.at, building.standing(event)))
    return None


def plan_assessment(building: Building, of: PageOf) -> None:
    """Plan rows for the yearly assessment; each counts once the office accepts it.

    A unit that is part of the appraisal says nothing that costs a point, so that no fact comes of it.
    """
    filled = []
    for item in of.items:
        cells = {**cells_of(item.record, _NOTE), **_measure(item.record)}
        if cells.get("measure") == "":
            building.note(item.at, of.page, item.record, "taken", needs=item.needs)
        else:
            filled.append(Filled(item, cells, item.needs))
    read, wrong = read_filled(ASSESSMENT, filled, read_assessment)
    by: Literal["unit", "office"] = "office" if building.sender.is_office else "unit"
    for row in filled:
        item, number = row.item, row.item.at.row
        why = wrong.get(number)
        if why is None:
            try:
                event = building.world.assessment_note(note_row(read[number], by=by))
                building.drafts.append(Draft(item.at, building.standing(event)))
            except (NotFoundError, UsageError) as e:
                why = Reason("row_unfit", {"problem": marked(e)})
        fate: Fate = "taken" if why is None else "refused"
        building.note(item.at, of.page, item.record, fate, needs=item.needs, why=why)


def _measure(record: Record) -> dict[str, str]:
    """Return what a row is about where no column says it outright: 市级 under 表彰级别, 否 under 是否纳入绩效考核."""
    if level := said(record, ("praise_level",)):
        return {"measure": f"{level}表彰"}
    if level := said(record, ("ranking_level",)):
        return {"measure": f"{level}排名"}
    if appraised := said(record, ("appraised",)):
        return {"measure": "未纳入绩效考核" if appraised in _NOT_APPRAISED else ""}
    return {}
