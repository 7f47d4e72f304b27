"""Reader of the duty table: all of a file or none of it, with every bad cell named."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import msgspec

from connectors.sheets.cells import as_moment, as_text
from connectors.sheets.day_spans import Known, Stretch, read_stretches, year_named
from connectors.sheets.errors import BadValueError
from connectors.sheets.fields import RowFields
from connectors.sheets.kinds.duty import DUTY
from connectors.sheets.notes import Rows
from connectors.sheets.reading import read_rows
from connectors.sheets.rows import DutyRow
from events.days import chinese_day
from events.messages import message

LONGEST = timedelta(days=31)
"""Nobody is on duty for longer at a stretch; a longer one is a slip in a date."""

_NAMES = re.compile(r"[、,，;；/／\s]+")


def read_duty_sheet(path: Path, ids: Mapping[tuple[str, str], str], known: Known) -> Rows[DutyRow]:
    """Read who is on duty; `ids` are those of the people store, by unit and name: whoever is not there is refused.

    A cell of days may name a stretch, several of them, or a holiday; one of persons several, each of whom is on duty.
    """
    turns = read_rows(path, DUTY, lambda fields: _duty(fields, ids, known))
    return Rows((turn for row in turns for turn in row), turns.notes)


def _duty(fields: RowFields, ids: Mapping[tuple[str, str], str], known: Known) -> list[DutyRow] | None:
    fields.need("unit", "first_day", "person")
    unit, substitute = fields.text("unit"), fields.text("substitute")
    whole = fields.text("person")
    persons = [whole] if (unit, whole) in ids else [name for name in _NAMES.split(whole) if name]
    for key, name in (*(("person", name) for name in persons), ("substitute", substitute)):
        if unit and name and (unit, name) not in ids:
            fields.refuse(
                key,
                message("is nobody of this unit in the people store"),
                message("put the person into the sheet of people first"),
            )
    stretches = _stretches(fields, known)
    if fields.errors or not stretches:
        return None
    if any(not begin <= end <= begin + LONGEST for begin, end in stretches):
        fields.refuse(
            "last_day" if fields.cell("last_day") is not None else "first_day",
            message("lies before the first day, or more than a month after it"),
            message("give the last day of this turn"),
        )
        return None
    if substitute in persons:
        fields.refuse(
            "substitute", message("is the person on duty"), message("name somebody else, or leave it blank")
        )
        return None
    return [
        DutyRow(fields.number, unit, begin, end, ids[unit, person], ids.get((unit, substitute), ""))
        for begin, end in stretches
        for person in persons
    ]


def _stretches(fields: RowFields, known: Known) -> list[Stretch]:
    """Read the days of a row: from the first to the last, or what its cell of days names."""
    first, last = _days(fields, "first_day", known), _days(fields, "last_day", known)
    if not last or not first:
        return first
    if len(first) > 1 or first[0][0] != first[0][1]:
        fields.refuse("last_day", message("stands beside a stretch of days"), message("clear one of the two"))
    return [(first[0][0], last[-1][1])]


def _days(fields: RowFields, key: str, known: Known) -> list[Stretch]:
    cell = fields.cell(key)
    if cell is None:
        return []
    try:
        day = chinese_day(as_moment(cell, None).at)
    except BadValueError:
        pass
    else:
        return [(day, day)]
    try:
        return read_stretches(as_text(cell), msgspec.structs.replace(known, year=year_named(fields.above)))
    except BadValueError as error:
        fields.refuse(key, error.problem, error.remedy)
        return []
