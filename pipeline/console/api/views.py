"""What a page shows, as JSON: the values that its template was given, and no other."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

import msgspec

from pipeline.console.listing import Listing
from pipeline.office.columns import plain as plain_cell


def view_of(path: str, context: Mapping[str, Any], *, example: bool = False) -> bytes:
    """Return what a template was given, as JSON; that of invented data bears `example`."""
    data = {
        name: value for name, value in ((n, plain(v)) for n, v in context.items()) if value is not _NOTHING
    }
    return msgspec.json.encode({"path": path, **({"example": True} if example else {}), "data": data})


class _Nothing:
    """What has no value for programs: a function, a form."""


_NOTHING = _Nothing()


def plain(value: Any) -> Any:
    """Return a value in the types of JSON; times in ISO 8601 with their zone, codes as they are."""
    for kinds, written in _WRITTEN:
        if isinstance(value, kinds):
            return written(value)
    return _NOTHING


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in ((n, plain(v)) for n, v in values.items()) if one is not _NOTHING}


def _listing(listing: Listing) -> dict[str, Any]:
    """Return a list with the values of its columns, as its export has them."""
    columns = listing.exported
    return {
        "title": listing.title,
        "columns": [{"key": column.key, "title": column.column.title} for column in columns],
        "rows": [{c.key: plain(plain_cell(c.column, row)) for c in columns} for row in listing.rows],
        "found": listing.found,
        "total": listing.total,
        "page": listing.page,
        "pages": listing.pages,
        "sort": ("-" if listing.descending else "") + listing.sort,
        "narrowed_by": dict(listing.query),
    }


def _named_tuple_or_list(value: tuple[Any, ...]) -> Any:
    return _fields(value._asdict()) if hasattr(value, "_asdict") else _several(value)


def _several(value: Iterable[Any]) -> list[Any]:
    return [one for one in map(plain, value) if one is not _NOTHING]


_WRITTEN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (Enum, lambda value: plain(value.value)),
    (str, str),
    ((int, float, type(None)), lambda value: value),
    (date, lambda value: value.isoformat()),
    ((UUID, PurePath), str),
    (Listing, _listing),
    (msgspec.Struct, lambda value: _fields({name: getattr(value, name) for name in value.__struct_fields__})),
    (tuple, _named_tuple_or_list),
    (Mapping, lambda value: _fields({str(plain(key)): one for key, one in value.items()})),
    ((list, AbstractSet), _several),
)
"""How values of a type are written, the narrower types first."""
