"""A channel that shows a test what it was told."""

import time
from collections.abc import Callable, Sequence
from typing import Literal
from uuid import UUID

from connectors.notify.channel import DeliveryError, Receipt
from connectors.notify.message import Message


class Shown:
    """A channel that keeps what it is told, takes its time, and fails when asked to."""

    replays = True
    renewable_for = None

    def __init__(
        self,
        *errors: DeliveryError | None,
        name: str = "shown",
        takes_s: float = 0.0,
        addressed: Callable[[Message], Sequence[str]] | None = None,
    ) -> None:
        self.name = name
        self.messages: list[Message] = []
        self.sent: list[tuple[UUID, str]] = []  # messages, with their destinations
        self._addressed = addressed  # gives the destinations of a message; None: the channel is its own
        self._errors = list(errors)  # of each send, None where it works
        self._takes_s = takes_s

    def destinations(self, message: Message) -> Sequence[str]:
        return self._addressed(message) if self._addressed is not None else (self.name,)

    @property
    def reaches(self) -> Literal["group", "people"]:
        return "group" if self._addressed is None else "people"

    def renew(self, message: Message, destination: str, reference: str) -> Receipt:
        raise NotImplementedError

    def send(self, message: Message, destination: str) -> Receipt:
        time.sleep(self._takes_s)
        error = self._errors.pop(0) if self._errors else None
        if error is None or error.unknown:
            self.messages.append(message)
            self.sent.append((message.id, destination))
        if error is not None:
            raise error
        return Receipt()

    @property
    def ids(self) -> list[UUID]:
        return [m.id for m in self.messages]
