"""What a text of an event is, as far as it matters to whoever writes facts: `free_text.py` says it of each field."""

from datetime import datetime
from enum import Enum
from types import NoneType
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID

import msgspec


class Said(Enum):
    """What a text is."""

    TEXT = "text"  # people type it freely: it lies in the text store, the fact holds a reference
    SHOWN = (
        "shown"  # a platform shows it to everybody: it lies there, too, and nobody here can word it otherwise
    )
    TERM = "term"  # a term that folds, lists and sheets compare, a title, or words that the office publishes
    NAME = "name"  # of an account or a unit
    ID = "id"  # number, handle or address on a platform or in another office
    OWN = "own"  # one of our words, a hash, an id that we made


TEXT, SHOWN, TERM, NAME, ID, OWN = Said.TEXT, Said.SHOWN, Said.TERM, Said.NAME, Said.ID, Said.OWN

BY_FIELD = "by field"
"""A mapping from fields of an account to their values, which are what the field is."""

_NO_TEXT = frozenset({bool, int, float, datetime, UUID, NoneType})


def text_places(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the fields of a struct whose declared types may hold text: in most nothing need be looked for."""
    return tuple(field.name for field in msgspec.structs.fields(struct) if _may_hold_text(field.type))


def _may_hold_text(declared: Any) -> bool:
    if get_origin(declared) is Annotated:
        return _may_hold_text(declared.__origin__)
    inner = get_args(declared)
    return any(map(_may_hold_text, inner)) if inner else declared not in _NO_TEXT
