"""Bodies of batches: a JSON array, or a JSON object a line; each row is read alone."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.office.observations import MOST_ROWS, HintTold, Observation, Unreadable

T = TypeVar("T")

MOST_BYTES = 4 << 20
JSON, LINES = "application/json", "application/x-ndjson"
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_rows = msgspec.json.Decoder(list[msgspec.Raw])
_observation: msgspec.json.Decoder[Observation] = msgspec.json.Decoder(Observation)
_hint = msgspec.json.Decoder(HintTold)


class WrongTypeError(Exception):
    """A body of a type that this route does not take."""


def read_batch(body: bytes, content_type: str) -> list[Observation | Unreadable]:
    """Return the rows of a body, those that cannot be read among them.

    Raises `WrongTypeError`, and `UsageError` for a body that is no list of rows, or one that is too long.
    """
    return [_read(row, _observation.decode) for row in _rows_of(body, content_type)]


def read_hints(body: bytes, content_type: str) -> list[HintTold | Unreadable]:
    """Return the hints of a body, which may be a single one as webhooks send it; raises as `read_batch` does."""
    alone = body.lstrip()[:1] == b"{" and _kind(content_type) == JSON
    return [_read(row, _hint.decode) for row in ([body] if alone else _rows_of(body, content_type))]


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _rows_of(body: bytes, content_type: str) -> list[bytes]:
    kind = _kind(content_type)
    if kind == JSON:
        rows = _array(body)
    elif kind == LINES:
        rows = [line for line in body.split(b"\n", MOST_ROWS + 1) if line.strip()]
    else:
        raise WrongTypeError
    if len(rows) > MOST_ROWS:
        raise UsageError(message("a batch has at most {most} rows; send several", most=MOST_ROWS))
    return rows


def _array(body: bytes) -> list[bytes]:
    try:
        return [bytes(row) for row in _rows.decode(body)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise UsageError(
            message("the body is no JSON array of rows; see {page}", page="/openapi.json")
        ) from None


def _read(row: bytes, decode: Callable[[bytes], T]) -> T | Unreadable:
    try:
        return decode(row)
    except (msgspec.ValidationError, msgspec.DecodeError) as e:
        place = _PLACE.search(str(e))
        problem = message("cannot be read: {error}", error=_PLACE.sub("", str(e))[:200])
        return Unreadable(place[1] if place else "", problem)
    except (UnicodeDecodeError, RecursionError):
        return Unreadable("", message("is no JSON in UTF-8"))


def row_schemas() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the schemas of a row and of a hint, and the components that they name."""
    (row, hint), components = msgspec.json.schema_components(
        [Observation, HintTold], ref_template="#/components/schemas/{name}"
    )
    return row, hint, components
