"""An event read in one step, envelope and data together: the common way for bytes of a current schema."""

import functools
import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from events.base import Payload
from events.catalogue import Catalogue
from events.envelope import Envelope

NOT_WHOLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoders raise: for broken bytes, and here also for those of an older or unknown schema."""

_DATA = "data"


class Whole(Protocol):
    """What the step gives; the time is as written, in UTC or not."""

    @property
    def id(self) -> UUID: ...
    @property
    def source(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def time(self) -> datetime: ...
    @property
    def dataschema(self) -> str: ...
    @property
    def data(self) -> Payload: ...
    @property
    def actor(self) -> str | msgspec.UnsetType: ...
    @property
    def intake(self) -> str | msgspec.UnsetType: ...
    @property
    def basis(self) -> str | msgspec.UnsetType: ...


def whole_decoder(catalogue: Catalogue) -> Callable[[bytes], Whole]:
    """Return a decoder over the current schemas of a catalogue, told apart by `dataschema`.

    It reads what the two steps read, to the same values, or raises one of `NOT_WHOLE`: a second `dataschema` that says
    something else, a type that is not that of its schema, and whatever else is odd is left to them.
    """
    shapes = [_shape_of(payload) for payload in catalogue.payloads.values()]
    decode: Callable[[bytes], Whole] = msgspec.json.Decoder(functools.reduce(operator.or_, shapes)).decode
    return decode


def _shape_of(payload: type[Payload]) -> Any:
    """Return the envelope of one schema with its data typed; it has every other field as `Envelope` has it."""
    held = {_DATA: payload, "type": Literal[payload.type]}
    fields: list[Any] = []
    for field in msgspec.structs.fields(Envelope):
        if field.name == "dataschema":
            continue  # the tag
        kind = held.get(field.name, field.type)
        has_default = field.default is not msgspec.NODEFAULT
        fields.append((field.name, kind, field.default) if has_default else (field.name, kind))
    return msgspec.defstruct(
        f"Whole{payload.__name__}",
        fields,
        namespace={"dataschema": payload.schema_uri()},
        tag_field="dataschema",
        tag=payload.schema_uri(),
        frozen=True,
        kw_only=True,
        gc=False,
    )
