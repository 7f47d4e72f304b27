"""Texts of people as documents can hold them."""

import re

MARKS = ("\uf8f0", "\uf8f1", "\uf8f2")
"""Of the private use area: what writers of documents put around figures, so no other text may have them."""

_NOT_PRINTED = re.compile(f"[{''.join(MARKS)}\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def printable(text: str) -> str:
    """Return a text without control characters and marks; names in sheets and feeds do have them."""
    return _NOT_PRINTED.sub("", text)
