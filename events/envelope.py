"""The envelope of every event: CloudEvents 1.0, structured JSON, and the record that a log makes of it."""

from typing import Literal, Protocol
from uuid import UUID

import msgspec

from events.instants import UtcDatetime


class Envelope(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A CloudEvent whose data has not been read yet; the first of the two steps of decoding.

    Extensions stand beside a fact and are no part of it: neither its id nor any verdict rests on them.
    """

    id: UUID
    source: str  # who says so: a connector, a sheet's sender, a patrol
    type: str  # `post.published`
    subject: str  # account id, or id of a source; the key of the record
    time: UtcDatetime  # when it was true in the world
    dataschema: str  # `urn:xuncha:post.published:1`
    data: msgspec.Raw
    specversion: Literal["1.0"] = "1.0"
    datacontenttype: Literal["application/json"] = "application/json"
    actor: str | msgspec.UnsetType = msgspec.UNSET  # extension: who did it, a person id or the code of a role
    intake: str | msgspec.UnsetType = msgspec.UNSET  # extension: number of the intake that brought it
    basis: str | msgspec.UnsetType = msgspec.UNSET  # extension: file, page and row that it was taken from


class Record(msgspec.Struct, frozen=True, gc=False):
    """What a log gives back: coordinates, the time it took the record, and the bytes."""

    partition: int
    offset: int
    recorded_at: int  # microseconds since the epoch; never falls within a partition
    value: bytes


class Entry(Protocol):
    """A record as a client of a log hands it over, before anything is made of it."""

    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int:
        """Return when the log took it, in milliseconds; it may fall."""
        ...

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
