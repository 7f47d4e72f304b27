"""Channels of people: destinations are ids, and an address is asked for at the moment of sending."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Literal

from connectors.notify.channel import AddressBook, DeliveryError, Handle, Receipt, Unrenewable
from connectors.notify.counters import Counters, Rate
from connectors.notify.message import Message
from events.messages import message

_NO_ADDRESS = message("the people store has no address of the person for this channel")


class OfPeople(Unrenewable):
    """A channel of people: whoever routes says whom it tells; its own count keeps it below what a person may get."""

    handle: Handle

    def __init__(self, name: str, book: AddressBook, counters: Counters, rates: Sequence[Rate]) -> None:
        self.name = name
        self._book = book
        self._counters = counters
        self._rates = rates

    @property
    def reaches(self) -> Literal["group", "people"]:
        """Tell that its destinations are ids of people."""
        return "people"

    def destinations(self, message: Message) -> Sequence[str]:
        """Name nobody: it is not for a channel to say whom a message concerns."""
        del message
        return ()

    def send(self, message: Message, destination: str) -> Receipt:
        """Deliver a message to a person; one without an address here is refused."""
        address = self.address(destination)
        self._counters.take(destination, self._rates, alone=True)
        return self.deliver(message, address)

    def address(self, person_id: str) -> str:
        """Return where a person is reached; raises `DeliveryError` where the store does not say."""
        found = self._book.address(person_id, self.handle)
        if not found:
            raise DeliveryError(_NO_ADDRESS, permanent=True, unknown=False, attempts=0, alone=True)
        return found

    @abstractmethod
    def deliver(self, message: Message, address: str) -> Receipt:
        """Deliver a message to an address, as `Channel.send` promises."""
