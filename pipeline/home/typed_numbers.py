"""Whole numbers as people type them into a box or an address."""

MOST = 999_999_999
"""More than anybody counts; every store holds it."""


def typed_number(text: str, most: int = MOST) -> int | None:
    """Return the number from 0 to `most` that a text is, in plain or full-width digits; None for any other text."""
    if not text.isdecimal() or len(text) > len(str(MOST)):
        return None
    number = int(text)
    return number if number <= most else None
