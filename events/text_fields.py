"""Putting other texts in the place of those that people typed into an event, wherever in it they stand."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from events.account import COLUMNS_READ
from events.free_text import SAID, kind_of_account_text
from events.said import BY_FIELD, Said, text_places
from events.text_references import is_gone

S = TypeVar("S", bound=msgspec.Struct)
Swap = Callable[[str, str], str]
"""From the name of a field and a text that stands in it to what stands there instead."""

_DIGITS = "0123456789"
_KEPT = (Said.TEXT, Said.SHOWN)


def with_texts(struct: S, swap: Swap) -> S:
    """Return a struct of an event with other texts; names, terms, ids and empty texts stay.

    The same one if nothing changes.
    """
    changed: dict[str, Any] = {}
    for field, kind in _fields(type(struct)):
        value = getattr(struct, field)
        if value:
            if type(value) is str:  # most are, and a look asks for many
                new = swap(field, value) if kind in _KEPT else value
            else:
                new = _swapped(value, field, kind, swap)
            if new is not value:
                changed[field] = new
    return replace(struct, **changed) if changed else struct


@cache
def _fields(struct: type[msgspec.Struct]) -> tuple[tuple[str, Said | str | None], ...]:
    """Return the fields in which texts may stand, with what they are; None: structs may lie below."""
    of_struct = SAID.get(struct, {})
    kinds = ((field, of_struct.get(field)) for field in text_places(struct))
    return tuple((field, kind) for field, kind in kinds if kind in (None, *_KEPT, BY_FIELD))


def _swapped(value: Any, field: str, kind: Said | str | None, swap: Swap) -> Any:
    match value:
        case str():
            return swap(field, value) if kind in _KEPT and value else value
        case Mapping() if kind == BY_FIELD:
            new = {key: _swapped(inner, key, kind_of_account_text(key), swap) for key, inner in value.items()}
        case Mapping() if kind is Said.TEXT:
            new = {}
            for key, inner in value.items():
                if key in COLUMNS_READ:
                    new[key] = inner
                else:
                    heading = _free(swap(field, key), new)
                    new[heading] = _swapped(inner, field, kind, swap)
        case tuple():
            new_items = tuple(_swapped(inner, field, kind, swap) for inner in value)
            return new_items if any(a is not b for a, b in zip(new_items, value, strict=True)) else value
        case msgspec.Struct():
            return with_texts(value, swap)
        case _:
            return value
    return new if new != value else value


def _free(heading: str, taken: Mapping[str, Any]) -> str:
    """Return a heading under which nothing stands yet: those that are gone are all called alike."""
    found, n = heading, 1
    while found in taken:
        n += 1
        found = f"{heading}{n}"
    return found


def says_the_same(stated: Any, known: Any) -> bool:
    """Compare what a fact says with what is known; a text that is gone there agrees with any."""
    if isinstance(known, str):
        return stated == known or (isinstance(stated, str) and stated != "" and is_gone(known))
    if isinstance(known, Mapping):
        return isinstance(stated, Mapping) and len(stated) == len(known) and _same_cells(stated, known)
    if isinstance(known, tuple):
        return (
            isinstance(stated, tuple) and len(stated) == len(known) and all(map(says_the_same, stated, known))
        )
    if isinstance(known, msgspec.Struct):
        names = known.__struct_fields__
        return type(stated) is type(known) and all(
            says_the_same(getattr(stated, name), getattr(known, name)) for name in names
        )
    return bool(stated == known)


def new_cells(stated: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Return the cells that say something else than what is known; where a heading is gone, any other may be it."""
    some_gone = any(map(_is_gone_heading, known))
    return {
        heading: cell
        for heading, cell in stated.items()
        if not (says_the_same(cell, known[heading]) if heading in known else some_gone)
    }


def _same_cells(stated: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    if any(map(_is_gone_heading, known)):
        return True  # nobody can tell which cell is which
    return stated.keys() == known.keys() and all(says_the_same(stated[key], known[key]) for key in known)


def _is_gone_heading(heading: str) -> bool:
    return is_gone(heading.rstrip(_DIGITS))
