"""What the changelog says of a channel: what became of each delivery, and how far a partition was told."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from connectors.log.deliveries import Delivery, Outcome
from pipeline.voice.notifier import CardKey, Position
from projections.voice.cards import Card

State = tuple[str, bytes]

_SEPARATOR = "\x00"
_CARD = f"card{_SEPARATOR}"
"""What stands before destination and unit of a card; no id of a message begins so."""

_pack = msgspec.msgpack.Encoder().encode
_unpack_position = msgspec.msgpack.Decoder(Position).decode
_unpack_card = msgspec.msgpack.Decoder(Card).decode
_unpack_outcome = msgspec.msgpack.Decoder(Outcome).decode


class Notified(msgspec.Struct, frozen=True):
    """What a channel was told of a partition."""

    position: Position | None  # None: the channel is new
    outcomes: dict[Delivery, Outcome]
    cards: dict[CardKey, Card] = {}  # what each person was told, as far as this partition keeps it


def key_prefix(channel: str) -> str:
    """Return what the keys of a channel begin with; a message and its destination follow, or nothing."""
    return f"{channel}{_SEPARATOR}"


def read_notified(channel: str, stored: Mapping[str, bytes]) -> Notified:
    """Read the states of a channel; those of others may stand among them."""
    prefix = key_prefix(channel)
    mine = {key.removeprefix(prefix): value for key, value in stored.items() if key.startswith(prefix)}
    position = mine.pop("", None)
    cards = {key: mine.pop(key) for key in list(mine) if key.startswith(_CARD)}
    return Notified(
        _unpack_position(position) if position is not None else None,
        {_delivery(channel, key): _unpack_outcome(value) for key, value in mine.items()},
        {_card_key(key): _unpack_card(value) for key, value in cards.items()},
    )


def outcome_state(delivery: Delivery, outcome: Outcome) -> State:
    """Return the state that remembers what became of a delivery.

    A destination that is called as the channel is left out, as in states from before there were others.
    """
    key = f"{key_prefix(delivery.channel)}{delivery.message_id}"
    if delivery.destination != delivery.channel:
        key += f"{_SEPARATOR}{delivery.destination}"
    return key, _pack(outcome)


def card_state(channel: str, key: CardKey, card: Card) -> State:
    """Return the state that remembers what a person was told of a unit."""
    return f"{key_prefix(channel)}{_CARD}{_SEPARATOR.join(key)}", _pack(card)


def position_state(channel: str, position: Position) -> State:
    """Return the state that remembers how far a channel was told."""
    return key_prefix(channel), _pack(position)


def _card_key(key: str) -> CardKey:
    destination, _, unit = key.removeprefix(_CARD).partition(_SEPARATOR)
    return destination, unit


def _delivery(channel: str, key: str) -> Delivery:
    message_id, _, destination = key.partition(_SEPARATOR)
    return Delivery(UUID(message_id), channel, destination or channel)
