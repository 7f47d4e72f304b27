"""Bytes to events and back, in two steps: the envelope, then the data at its newest version; in one where it can be."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import msgspec

from events.base import Payload
from events.catalogue import CATALOGUE, Catalogue
from events.envelope import Envelope
from events.messages import Message
from events.whole import NOT_WHOLE, Whole, whole_decoder

P = TypeVar("P", bound=Payload, covariant=True)  # noqa: PLC0105 (a payload's type, told by its bound)


def _plain(value: Any) -> str:
    """Return the English text of a message: facts hold no templates."""
    if isinstance(value, Message):
        return str(value)
    raise NotImplementedError


_encode = msgspec.json.Encoder(enc_hook=_plain).encode
_decode_envelope = msgspec.json.Decoder(Envelope).decode
_SCHEMA_PREFIX = "urn:xuncha:"
_VERSION_DIGITS = (
    6  # more are no version; Python refuses to read thousands of digits with an error of its own
)
_REASON_LENGTH = 300
_UPCASTER_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Origin(msgspec.Struct, frozen=True, gc=False):
    """Where a fact comes from: beside it, and no part of it (definitions, Actor)."""

    actor: str = ""  # a person id or the code of a role, never a log-in name; empty: not told
    intake: str = ""  # number of the intake that brought it
    basis: str = ""  # file, page and row that it was taken from


NO_ORIGIN = Origin()


class Event(msgspec.Struct, Generic[P], frozen=True, gc=False):
    """A fact or a derived event, typed."""

    id: UUID
    source: str
    subject: str
    time: datetime
    data: P
    origin: Origin = NO_ORIGIN

    @property
    def type(self) -> str:
        return self.data.type


class UnreadableEventError(ValueError):
    """Bytes that are no event of ours: a dead letter; the reason does not repeat megabytes of what was sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason[:_REASON_LENGTH])


class UnknownTypeError(UnreadableEventError):
    """A well-formed event of a type or version that this release does not know; kept, counted, passed over."""


def encode_event(event: Event[Payload]) -> bytes:
    """Return the structured CloudEvents JSON of an event."""
    data, origin = event.data, event.origin
    return _encode(
        Envelope(
            id=event.id,
            source=event.source,
            type=data.type,
            subject=event.subject,
            time=event.time,
            dataschema=data.schema_uri(),
            data=cast("msgspec.Raw", data),  # encoded with the rest
            actor=origin.actor or msgspec.UNSET,
            intake=origin.intake or msgspec.UNSET,
            basis=origin.basis or msgspec.UNSET,
        )
    )


class Codec:
    """Decoders of one catalogue, built once."""

    def __init__(self, catalogue: Catalogue = CATALOGUE) -> None:
        self._catalogue = catalogue
        self._current = {
            (p.type, p.schema_uri()): msgspec.json.Decoder(p).decode for p in catalogue.payloads.values()
        }

    @cached_property
    def whole(self) -> Callable[[bytes], Whole]:
        """Read an event of a current schema in one step; raises one of `NOT_WHOLE` for anything else.

        Made at the first use: a command that reads no event need not wait for it.
        """
        return whole_decoder(self._catalogue)

    def envelope(self, value: bytes) -> Envelope:
        """Read the envelope alone; raises `UnreadableEventError`."""
        try:
            return _decode_envelope(value)
        except NOT_WHOLE as e:
            raise UnreadableEventError(f"no event envelope: {e}") from None

    def data(self, envelope: Envelope) -> Payload:
        """Read the data of an envelope, lifted to its newest version.

        Raises `UnknownTypeError` for a type or a newer version that is not in the catalogue, and
        `UnreadableEventError` for data that does not fit its schema.
        """
        decode = self._current.get((envelope.type, envelope.dataschema))
        try:
            return decode(envelope.data) if decode is not None else self._lifted(envelope)
        except UnreadableEventError:
            raise
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as e:
            raise UnreadableEventError(
                f"data of {envelope.type} does not fit {envelope.dataschema}: {e}"
            ) from None

    def decode(self, value: bytes) -> Event[Payload]:
        """Read an event; its time is turned to UTC.

        What is not of a current schema, or is broken, goes the way of two steps, which tells why.
        """
        try:
            whole = self.whole(value)
        except NOT_WHOLE:
            return self._decode_in_steps(value)
        if whole.time.tzinfo is not UTC:
            return self._decode_in_steps(value)
        return Event(whole.id, whole.source, whole.subject, whole.time, whole.data, origin_of(whole))

    def _decode_in_steps(self, value: bytes) -> Event[Payload]:
        envelope = self.envelope(value)
        try:
            time = envelope.time.astimezone(UTC)
        except OverflowError:
            raise UnreadableEventError(f"time {envelope.time} has no place in the calendar of UTC") from None
        return Event(
            envelope.id, envelope.source, envelope.subject, time, self.data(envelope), origin_of(envelope)
        )

    def _lifted(self, envelope: Envelope) -> Payload:
        payload = self._catalogue.payloads.get(envelope.type)
        if payload is None:
            raise UnknownTypeError(f"type {envelope.type} is not in the catalogue")
        prefix, _, version_text = envelope.dataschema.rpartition(":")
        if prefix != _SCHEMA_PREFIX + envelope.type or not _is_version(version_text):
            raise UnreadableEventError(
                f"dataschema does not belong to type {envelope.type}: {envelope.dataschema}"
            )
        version = int(version_text)
        if version > payload.version:
            raise UnknownTypeError(
                f"{envelope.dataschema} is newer than version {payload.version} known here"
            )
        plain: Any = msgspec.json.decode(envelope.data)
        if not isinstance(plain, dict) or version < 1:
            raise UnreadableEventError(f"data of {envelope.dataschema} is no object of a released version")
        try:
            for step in range(version, payload.version):
                plain = self._catalogue.upcasters[envelope.type, step](plain)
        except _UPCASTER_ERRORS as e:
            raise UnreadableEventError(
                f"data of {envelope.dataschema} cannot be lifted to version {payload.version}: {e!r}"
            ) from None
        return msgspec.convert(plain, payload, str_keys=True)


def origin_of(envelope: Envelope | Whole) -> Origin:
    """Return what the extensions of an envelope say."""
    actor, intake, basis = envelope.actor, envelope.intake, envelope.basis
    if actor is intake is basis is msgspec.UNSET:
        return NO_ORIGIN
    return Origin(*("" if one is msgspec.UNSET else one for one in (actor, intake, basis)))


def _is_version(text: str) -> bool:
    """Tell whether a text is a version as `schema_uri` writes it: plain digits, no leading zero."""
    return text.isascii() and text.isdecimal() and len(text) <= _VERSION_DIGITS and text == str(int(text))


CODEC = Codec()
