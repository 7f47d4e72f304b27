"""What the changelog says of a channel: what became of each message, and how far a partition was told."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from connectors.log.deliveries import Outcome

State = tuple[str, bytes]

_pack = msgspec.msgpack.Encoder().encode


class Position(msgspec.Struct, frozen=True, array_like=True):
    """How far a channel was told a partition; kept under the channel's prefix alone."""

    next_offset: int  # the first record with a message that is still to be told
    cut: int = 0  # the old alerts before this offset are told in the summary that was begun; 0: none was


_unpack_position = msgspec.msgpack.Decoder(Position).decode
_unpack_outcome = msgspec.msgpack.Decoder(Outcome).decode


class Notified(msgspec.Struct, frozen=True):
    """What a channel was told of a partition."""

    position: Position | None  # None: the channel is new
    outcomes: dict[UUID, Outcome]


def key_prefix(channel: str) -> str:
    """Return what the keys of a channel begin with; the id of a message follows, or nothing."""
    return f"{channel}\x00"


def read_notified(channel: str, stored: Mapping[str, bytes]) -> Notified:
    """Read the states of a channel; those of others may stand among them."""
    prefix = key_prefix(channel)
    mine = {key.removeprefix(prefix): value for key, value in stored.items() if key.startswith(prefix)}
    position = mine.pop("", None)
    return Notified(
        _unpack_position(position) if position is not None else None,
        {UUID(key): _unpack_outcome(value) for key, value in mine.items()},
    )


def outcome_state(channel: str, message_id: UUID, outcome: Outcome) -> State:
    """Return the state that remembers what became of a message."""
    return f"{key_prefix(channel)}{message_id}", _pack(outcome)


def position_state(channel: str, position: Position) -> State:
    """Return the state that remembers how far a channel was told."""
    return key_prefix(channel), _pack(position)
