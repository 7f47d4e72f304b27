"""Reader of the duty table: all of a file or none of it, with every bad cell named."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from connectors.sheets.fields import RowFields
from connectors.sheets.kinds.duty import DUTY
from connectors.sheets.notes import Rows
from connectors.sheets.reading import read_rows
from connectors.sheets.rows import DutyRow
from events.days import chinese_day
from events.messages import message

LONGEST = timedelta(days=31)
"""Nobody is on duty for longer at a stretch; a longer one is a slip in a date."""


def read_duty_sheet(path: Path, ids: Mapping[tuple[str, str], str]) -> Rows[DutyRow]:
    """Read who is on duty; `ids` are those of the people store, by unit and name: whoever is not there is refused."""
    return read_rows(path, DUTY, lambda fields: _duty(fields, ids))


def _duty(fields: RowFields, ids: Mapping[tuple[str, str], str]) -> DutyRow | None:
    fields.need("unit", "first_day", "person")
    unit, person, substitute = fields.text("unit"), fields.text("person"), fields.text("substitute")
    first, last = fields.moment("first_day"), fields.moment("last_day")
    for key, name in (("person", person), ("substitute", substitute)):
        if unit and name and (unit, name) not in ids:
            fields.refuse(
                key,
                message("is nobody of this unit in the people store"),
                message("put the person into the sheet of people first"),
            )
    if fields.errors or first is None:
        return None
    begin = chinese_day(first.at)
    end = chinese_day(last.at) if last is not None else begin
    if not begin <= end <= begin + LONGEST:
        fields.refuse(
            "last_day",
            message("lies before the first day, or more than a month after it"),
            message("give the last day of this turn"),
        )
        return None
    if person == substitute:
        fields.refuse(
            "substitute", message("is the person on duty"), message("name somebody else, or leave it blank")
        )
        return None
    return DutyRow(fields.number, unit, begin, end, ids[unit, person], ids.get((unit, substitute), ""))
