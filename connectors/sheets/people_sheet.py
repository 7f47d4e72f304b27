"""Reader of the sheet of responsible people: all of a file or none of it, with every bad cell named."""

from pathlib import Path

from connectors.people.person import KEPT_FIELDS, PersonGiven
from connectors.people.roles import TITLES
from connectors.sheets.fields import RowFields
from connectors.sheets.kinds.people import PEOPLE
from connectors.sheets.notes import Rows
from connectors.sheets.reading import read_rows
from connectors.sheets.roles import role_of
from connectors.sheets.rows import PersonRow
from events.messages import message


def read_people_sheet(path: Path) -> Rows[PersonRow]:
    """Read who is responsible; a person may stand once in a role of a unit."""
    seen: dict[tuple[str, str, str], int] = {}
    return read_rows(path, PEOPLE, lambda fields: _person(fields, seen))


def _person(fields: RowFields, seen: dict[tuple[str, str, str], int]) -> PersonRow | None:
    fields.need("unit", "role", "name")
    unit, role_text = fields.text("unit"), fields.text("role")
    given = PersonGiven(
        fields.text("name"),
        **{name: fields.text(name) for name in KEPT_FIELDS if fields.cell(name) is not None},
    )
    role = role_of(role_text) if role_text else None
    if role_text and role is None:
        fields.refuse(
            "role", message("is no role"), message("write one of {titles}", titles="、".join(TITLES.values()))
        )
    if fields.errors or role is None:
        return None
    first = seen.setdefault((unit, role, given.name), fields.number)
    if first != fields.number:
        fields.refuse(
            "name",
            message("is the person of row {first} again", first=first),
            message("keep one of the two rows"),
        )
    return PersonRow(fields.number, unit, role, given)
