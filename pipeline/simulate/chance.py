"""Chance of a simulation: the same seed and the same words give the same choice on any machine."""

import hashlib
import random
from collections.abc import Iterable

_SEPARATOR = "\x1f"


def lot(seed: int, *words: str) -> bytes:
    """Return the lot of some words: 32 bytes."""
    return hashlib.sha256(_SEPARATOR.join((str(seed), *words)).encode()).digest()


def number(seed: int, *words: str) -> int:
    """Return the lot of some words as a number of 64 bits."""
    return int.from_bytes(lot(seed, *words)[:8], "big")


def shuffled(items: Iterable[str], seed: int, *words: str) -> list[str]:
    """Return items in the order of their lots, in whatever order they came."""
    return sorted(items, key=lambda item: (lot(seed, *words, item), item))


def stream(seed: int, *words: str) -> random.Random:
    """Return a generator of its own for some words."""
    return random.Random(lot(seed, *words))  # noqa: S311 (a story, not a secret)
