"""Pages of policy interpretation, and of what is handed in for the yearly assessment, as their sheets are taken."""

import re
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Literal

from connectors.papers.paper import Reason, Record
from connectors.sheets.assessment import read_assessment
from connectors.sheets.errors import SheetErrors
from connectors.sheets.interpretations import InterpretationRow, read_interpretations
from connectors.sheets.kinds import ASSESSMENT, INTERPRETATIONS
from events.fields import marked
from events.interpretation import DocumentPublished
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
_FORMS = re.compile(r"[、，,；;/+]|和|及")
_NOT_APPRAISED = frozenset({"否", "未纳入", "没有", "×"})


def plan_interpretations(building: Building, of: PageOf) -> None:
    """Plan a list of documents and their interpretations; a row may name several forms."""
    rows: dict[int, list[InterpretationRow]] = {}
    wrong: dict[int, Reason] = {}
    told = [(item, cells_of(item.record, _INTERPRETATION)) for item in of.items]
    forms = [
        [form for part in _FORMS.split(cells.get("form", "")) if (form := part.strip())] for _, cells in told
    ]
    for turn in zip_longest(*(each or [""] for each in forms)):
        filled = [
            Filled(item, {**cells, "form": form}, item.needs)
            for (item, cells), form in zip(told, turn, strict=True)
            if form is not None
        ]
        read, refused = read_filled(INTERPRETATIONS, filled, read_interpretations)
        wrong |= refused
        for number, row in read.items():
            rows.setdefault(number, []).append(row)
    for item, _ in told:
        number = item.at.row
        why = wrong.get(number) or _take_interpretations(building, of, item, rows.get(number, []))
        fate: Fate = "taken" if why is None else "refused"
        building.note(item.at, of.page, item.record, fate, needs=item.needs, why=why)


def _take_interpretations(
    building: Building, of: PageOf, item: Item, rows: Sequence[InterpretationRow]
) -> Reason | None:
    """Note what a row tells; returns why it is refused."""
    try:
        events = interpretation_events(Path(of.page.title), rows, building.year.documents)
    except SheetErrors as errors:
        return Reason("row_unfit", {"problem": errors.errors[0].told()})
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
