"""Every text of an event that people may have typed, wherever in it the text stands."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from events.base import Payload
from events.codec import Event
from events.free_text import SAID, SUBJECTS, kind_of_account_text
from events.said import BY_FIELD, OWN, TERM, TEXT, Said, text_places


class TypedText(msgspec.Struct, frozen=True):
    """One text of an event: `field` is the path to it, and `said` what it is."""

    field: str
    said: Said
    text: str


def texts_of(event: Event[Payload]) -> Iterator[TypedText]:
    """Give every text of an event that people may have typed; words of our own are left out."""
    data = event.data
    subject = SUBJECTS.get(type(data))
    if subject is not None:
        yield TypedText("subject", subject, event.subject.partition(":")[2])
    yield from _texts_in(data, "")


def _texts_in(struct: msgspec.Struct, path: str) -> Iterator[TypedText]:
    for field, kind in _fields(type(struct)):
        value = getattr(struct, field)
        if type(value) is str:  # most are, and a look asks for many
            if value and isinstance(kind, Said):
                yield TypedText(f"{path}{field}", kind, value)
        elif value:
            yield from _texts(value, f"{path}{field}", kind)


@cache
def _fields(struct: type[msgspec.Struct]) -> tuple[tuple[str, Said | str | None], ...]:
    """Return the fields that hold more than words of our own, with what they are."""
    said = SAID.get(struct, {})
    kinds = ((field, said.get(field)) for field in text_places(struct))
    return tuple((field, kind) for field, kind in kinds if kind is not OWN)


def _texts(value: Any, path: str, kind: Said | str | None) -> Iterator[TypedText]:
    match value:
        case str():
            if isinstance(kind, Said):
                yield TypedText(path, kind, value)
        case Mapping():
            for key, inner in value.items():
                by_field = kind == BY_FIELD
                if not by_field and isinstance(kind, Said):
                    yield TypedText(path, kind, key)
                yield from _texts(inner, f"{path}.{key}", kind_of_account_text(key) if by_field else kind)
        case tuple() | list():
            for inner in value:
                yield from _texts(inner, path, kind)
            if kind in (TEXT, TERM) and len(value) > 1 and all(isinstance(inner, str) for inner in value):
                yield TypedText(path, kind, "。".join(value))  # a number may have been cut into words
        case msgspec.Struct():
            yield from _texts_in(value, f"{path}.")
