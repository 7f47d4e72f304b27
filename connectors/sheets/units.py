"""Reader of the sheet of units."""

import re
from pathlib import Path
from typing import cast

from connectors.sheets.fields import RowFields
from connectors.sheets.kinds import UNITS
from connectors.sheets.notes import Rows
from connectors.sheets.reading import read_rows
from connectors.sheets.rows import UnitRow
from connectors.sheets.vocabulary import UNIT_WORDS
from events.messages import message
from events.unit import UnitKind

_PARTING = re.compile(r"[、，,;；|/\s]+")


def read_units(path: Path) -> Rows[UnitRow]:
    """Read the tree of units; a unit may stand once, and may end only after it began."""
    seen: dict[str, int] = {}
    return read_rows(path, UNITS, lambda fields: _unit(fields, seen))


def _unit(fields: RowFields, seen: dict[str, int]) -> UnitRow | None:
    fields.need("code", "name", "kind")
    code, kind = fields.id("code"), fields.choice("kind", UNIT_WORDS)
    since, ended = fields.moment("since"), fields.moment("ended_at")
    if since is not None and ended is not None and ended.at < since.at:
        fields.refuse(
            "ended_at", message("lies before the unit began"), message("correct one of the two times")
        )
    if code is not None:
        first = seen.setdefault(code, fields.number)
        if first != fields.number:
            fields.refuse(
                "code",
                message("is the unit of row {first} again", first=first),
                message("keep one of the two rows"),
            )
    name, representative = fields.text("name"), fields.id("representative")
    if code is None or kind is None:
        return None
    return UnitRow(
        row=fields.number,
        code=code,
        name=name,
        kind=cast(UnitKind, kind),
        tier=fields.text("tier"),
        area=fields.text("area"),
        parent=fields.text("parent"),
        duties=tuple(word for word in _PARTING.split(fields.text("duties")) if word),
        representative=representative or "",
        since=since.at if since else None,
        ended_at=ended.at if ended else None,
    )
