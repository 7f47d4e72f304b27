"""References to texts that people typed: a fact holds one, the text itself lies in the erasable text store.

A reference is a random id with a salted commitment: whoever has the text and its salt can show that the fact meant it,
and nobody can find the text by guessing (definitions, Texts). It stands where the text would, as a string.
"""

import hashlib
import re

import msgspec

PREFIX = "urn:xuncha:text:"
"""Every reference begins so."""

_REFERENCE = re.compile(rf"{PREFIX}([0-9a-f]{{32}}):([0-9a-f]{{64}})")

ERASED = "（已删除）"
"""Stands for a text that was erased."""

NOT_FOUND = "（文字未找到）"
"""Stands for a text that the store of this home does not have: it lies where the fact was written."""


class TextReference(msgspec.Struct, frozen=True):
    """What a fact holds of a text."""

    id: str  # 32 hex, drawn by chance
    commitment: str  # SHA-256 over salt and text

    def __str__(self) -> str:
        return f"{PREFIX}{self.id}:{self.commitment}"


def reference_in(value: str) -> TextReference | None:
    """Return the reference that a value of a text field is, None for a text: facts of before hold the text itself."""
    if not value.startswith(PREFIX):
        return None
    found = _REFERENCE.fullmatch(value)
    return TextReference(found[1], found[2]) if found else None


def commitment(salt: str, text: str) -> str:
    """Return what a fact says of a text: it binds, and without the salt it tells nothing."""
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def is_gone(text: str) -> bool:
    """Tell what stands for a text that nobody has any more, or not here; nothing can be compared with it."""
    return text in (ERASED, NOT_FOUND)
