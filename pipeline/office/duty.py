"""The duty table 值班表: taken from a sheet, and listed; the log of facts knows nothing of it."""

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import msgspec

from connectors.people.duty import DutyTable
from connectors.people.person import Duty
from connectors.people.roles import role_title
from connectors.sheets.day_spans import Known
from connectors.sheets.duty_sheet import read_duty_sheet
from connectors.sheets.notes import Note
from pipeline.home.folder import Home
from pipeline.home.people import called, open_people
from projections.rules.calendar import days_off


class DutyImported(msgspec.Struct, frozen=True):
    """What became of a duty table."""

    rows: int
    units: int
    notes: tuple[Note, ...]


class DutyView(msgspec.Struct, frozen=True):
    """A turn of duty, by ids: no names."""

    unit: str
    first_day: date
    last_day: date
    role: str  # title
    person_id: str
    substitute_id: str


def import_duty(home: Home, path: Path, by: str | None, today: date) -> DutyImported:
    """Take a duty table, all or none; it stands in the place of what was told for its units and days.

    `today` tells the year of days that name none.

    Persons are named as in the sheet of people. Raises `SheetError` and `PeopleError`.
    """
    with closing(open_people(home)) as store:
        ids = store.ids_by_name(called("people duty import", by))
        rows = read_duty_sheet(path, ids, Known(today, days_off))
        DutyTable(store).replace(
            [Duty(r.unit, r.first_day, r.last_day, r.person, r.substitute) for r in rows]
        )
    return DutyImported(len(rows), len({row.unit for row in rows}), rows.notes)


def list_duty(home: Home, first: date, days: int) -> list[DutyView]:
    """Return who is on duty on a day and those after it, by id and role: nobody is read by it."""
    with closing(open_people(home)) as store:
        found = DutyTable(store).between(first, first + timedelta(days=days - 1))
        roles = {person_id: role_title(role) for _, role, person_id in store.ids()}
    return [
        DutyView(d.unit, d.first_day, d.last_day, roles.get(d.person_id, ""), d.person_id, d.substitute_id)
        for d in found
    ]
