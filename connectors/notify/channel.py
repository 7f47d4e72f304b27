"""The contract of a channel: one way on which messages reach people."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Protocol

from connectors.notify.message import Message


class DeliveryError(Exception):
    """A message that did not, or perhaps did not, reach a channel.

    `reason` may be stored in the log: it names neither address nor secret of the channel. `permanent`: the
    same message will be refused again. `unknown`: one of the `attempts` may have been taken although nothing
    says so; both are true where a doubtful attempt was followed by a refusal.
    """

    def __init__(self, reason: str, *, permanent: bool, unknown: bool, attempts: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.unknown = unknown
        self.attempts = attempts


class Channel(Protocol):
    """One way on which messages reach people; used from one thread without an event loop.

    A channel with one destination, be it a file or a group of people, names itself as that; others name people by
    their ids, and find out themselves under which address they are reached. A destination stands in the log.

    `send` blocks until the channel took the message, and tries again by itself where that makes sense.
    Returning means taken, at least once: what was taken survives a crash of this process, but a caller that
    crashes before it notes the delivery doesn't know, and sends again. The id makes that harmless: a channel
    that can see what it has taken takes an id once, the others pass it on for the receiver to see.

    A `DeliveryError` that is not `unknown` says that the message certainly was not taken. It does not promise
    that an unknown one wasn't: send a message again only when its outcome is unknown, after a crash or by
    `unknown`.
    """

    @property
    def name(self) -> str:
        """Name under which deliveries are recorded."""
        ...

    @property
    def replays(self) -> bool:
        """May a message of a replay go here; only where nobody takes it for news."""
        ...

    def destinations(self, message: Message) -> Sequence[str]:
        """Return whom this channel tells a message: ids of people, or its own name; nobody is right, too."""
        ...

    def send(self, message: Message, destination: str) -> None:
        """Deliver a message to one of its destinations; raises `DeliveryError`."""
        ...


class OneDestination(ABC):
    """A channel with one destination, itself."""

    name: str

    def destinations(self, message: Message) -> Sequence[str]:
        """Name the channel itself, whatever the message."""
        del message
        return (self.name,)

    def send(self, message: Message, destination: str) -> None:
        """Deliver a message; raises `DeliveryError`."""
        del destination
        self.deliver(message)

    @abstractmethod
    def deliver(self, message: Message) -> None:
        """Deliver a message, as `Channel.send` promises."""
