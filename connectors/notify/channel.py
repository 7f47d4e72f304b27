"""The contract of a channel: one way on which messages reach people, and what is known once it was tried."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, Protocol

import msgspec

from connectors.notify.message import Message

Handle = Literal["wecom", "dingtalk", "feishu", "mail", "mobile"]
"""Under what a person can be reached: an id of a vendor, an address, a number."""

OWN_CHANNELS = frozenset({"console", "file"})
"""Those that every home has: what stands on them reached nobody yet."""

FailureOutcome = Literal["refused", "again", "unknown"]
"""What a failed delivery means: never, later, or nobody knows whether it was taken."""


class AddressBook(Protocol):
    """Where people can be reached; a reading of the people store, which logs it one line a message."""

    def address(self, person_id: str, handle: Handle) -> str | None:
        """Return the handle of a person, None where the store has none."""
        ...


class Receipt(msgspec.Struct, frozen=True):
    """What a channel answered to a message that it took; neither field names an address."""

    reference: str = ""  # the vendor's id of the message, by which it can be renewed; "": it cannot be
    unreached: tuple[
        str, ...
    ] = ()  # whom of a group the vendor named as not reached, as the settings name them


class DeliveryError(Exception):
    """A message that did not, or perhaps did not, reach a channel.

    `reason` may be stored in the log: it names neither address nor secret of the channel, nor a person. `permanent`:
    the same message will be refused again. `unknown`: one of the `attempts` may have been taken although nothing
    says so; both are true where a doubtful attempt was followed by a refusal. `wait_s` is how long the other side asked
    to be left alone, None: it said nothing. `alone`: the failure concerns this destination, not the channel.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        unknown: bool,
        attempts: int = 1,
        wait_s: float | None = None,
        alone: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.unknown = unknown
        self.attempts = attempts
        self.wait_s = wait_s
        self.alone = alone

    @property
    def outcome(self) -> FailureOutcome:
        """Tell what the failure means; a refusal after a doubtful attempt is a refusal."""
        if self.permanent:
            return "refused"
        return "unknown" if self.unknown else "again"


class Channel(Protocol):
    """One way on which messages reach people; used from one thread without an event loop.

    A channel of a *group* has one destination, be it a file, a robot in a chat or an endpoint: itself, by its name.
    To a channel of *people* destinations are ids of people; it asks an `AddressBook` under which address they are
    reached, and whoever routes says whom it tells. A destination stands in the log.

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

    @property
    def reaches(self) -> Literal["group", "people"]:
        """Is its one destination itself, or are its destinations ids of people."""
        ...

    @property
    def renewable_for(self) -> timedelta | None:
        """How long a message can be renewed by `renew`; None: never."""
        ...

    def destinations(self, message: Message) -> Sequence[str]:
        """Return whom this channel tells by itself: a group its own name, a channel of people mostly nobody."""
        ...

    def send(self, message: Message, destination: str) -> Receipt:
        """Deliver a message to one of its destinations; raises `DeliveryError`."""
        ...

    def renew(self, message: Message, destination: str, reference: str) -> Receipt:
        """Put a message in the place of the one that was delivered under a reference; raises `DeliveryError`.

        The reference of the receipt counts from then on. Refused means that the old message stays: send a new one.
        """
        ...


class Unrenewable(ABC):
    """A channel whose messages stay as they were delivered."""

    name: str
    replays = False

    @property
    def renewable_for(self) -> timedelta | None:
        """Tell that nothing can be renewed here."""
        return None

    def renew(self, message: Message, destination: str, reference: str) -> Receipt:
        """Refuse: nothing can be renewed here."""
        del message, destination, reference
        raise DeliveryError("the channel cannot renew a message", permanent=True, unknown=False, alone=True)


class OneDestination(Unrenewable):
    """A channel of a group: it has one destination, itself."""

    @property
    def reaches(self) -> Literal["group", "people"]:
        """Tell that it is of a group."""
        return "group"

    def destinations(self, message: Message) -> Sequence[str]:
        """Name the channel itself, whatever the message."""
        del message
        return (self.name,)

    def send(self, message: Message, destination: str) -> Receipt:
        """Deliver a message; raises `DeliveryError`."""
        del destination
        return self.deliver(message) or Receipt()

    @abstractmethod
    def deliver(self, message: Message) -> Receipt | None:
        """Deliver a message, as `Channel.send` promises; None where there is nothing to say of it."""
