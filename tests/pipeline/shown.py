"""A channel that shows a test what it was told."""

import time
from uuid import UUID

from connectors.notify.channel import DeliveryError
from connectors.notify.message import Message


class Shown:
    """A channel that keeps what it is told, takes its time, and fails when asked to."""

    replays = True

    def __init__(self, *errors: DeliveryError | None, name: str = "shown", takes_s: float = 0.0) -> None:
        self.name = name
        self.messages: list[Message] = []
        self._errors = list(errors)  # of each send, None where it works
        self._takes_s = takes_s

    def send(self, message: Message) -> None:
        time.sleep(self._takes_s)
        error = self._errors.pop(0) if self._errors else None
        if error is None or error.unknown:
            self.messages.append(message)
        if error is not None:
            raise error

    @property
    def ids(self) -> list[UUID]:
        return [m.id for m in self.messages]
