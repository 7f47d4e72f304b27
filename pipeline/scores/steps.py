"""How far a question about everybody has come, for who waits for the answer."""

from collections.abc import Callable
from enum import IntEnum


class Step(IntEnum):
    """What is done now, in the order in which it is done."""

    WAITING = 0
    REGISTRY = 1
    POSTS = 2
    LOOKS = 3
    ACCOUNTS = 4


OnStep = Callable[[Step], None]


def untold(_: Step) -> None:
    """Tell nobody."""
