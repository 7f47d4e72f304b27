"""A channel as somebody adds one: its module, and its entry in the one list. It has a file for each person."""

from collections.abc import Sequence
from pathlib import Path

from connectors.notify.channel import Receipt
from connectors.notify.message import Message
from pipeline.voice.channels import ChannelKind

PEOPLE = ("p1", "p2")


class ToyChannel:
    """Writes messages to a file for each of two people."""

    name = "toy"
    replays = True
    reaches = "people"
    renewable_for = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def destinations(self, message: Message) -> Sequence[str]:
        del message
        return PEOPLE

    def send(self, message: Message, destination: str) -> Receipt:
        with (self._folder / f"toy-{destination}.txt").open("a") as file:
            file.write(f"{message.id}\n")
        return Receipt()

    def renew(self, message: Message, destination: str, reference: str) -> Receipt:
        raise NotImplementedError


TOY = ChannelKind(
    "toy", lambda home: ToyChannel(home.path), secrets=lambda _: {"[toy] key_from": "XUNCHA_TEST_TOY_KEY"}
)


def told(home: Path) -> list[list[str]]:
    """Return the ids that each person was told."""
    files = [home / f"toy-{person}.txt" for person in PEOPLE]
    return [file.read_text().split() if file.exists() else [] for file in files]
