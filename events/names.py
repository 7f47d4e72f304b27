"""Names and ids as files, tables and terminals can hold them: why one may not be given to anything new.

What stands in the log already stays readable: ask only where a name is new.
"""

import re
import unicodedata

from events.messages import message

LONGEST_NAME = 100
"""Characters of the name of an account."""

LONGEST_ID = 128
"""Characters of the id of an account; those that platforms give have 64 at most."""

LONGEST_LABEL = 64
"""Characters of the name of a round or of a source."""

_PATH = '\\/:*?"<>|'
_BIDI = {"\u061c", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
_JOINERS = {"\u200c", "\u200d"}  # they make one picture of several
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)


def unfit_name(name: str) -> str:
    """Say why an account can't be called so, empty where it can: people read names, and other names' letters pass."""
    if not name.strip():
        return message("is blank")
    return _too_long(name, LONGEST_NAME) or _unprintable(name, allowed=_JOINERS)


def unfit_id(text: str) -> str:
    """Say why this can't be the id of an account, empty where it can: files are named by ids."""
    return _unfit_for_files(text, LONGEST_ID)


def unfit_label(text: str) -> str:
    """Say why a round or a source can't be called so, empty where it can."""
    return _unfit_for_files(text, LONGEST_LABEL)


def _unfit_for_files(text: str, longest: int) -> str:
    why = _too_long(text, longest) or _unprintable(text, allowed=frozenset())
    if why:
        return why
    if not text:
        why = message("is empty")
    elif found := next((c for c in text if c in _PATH), ""):
        why = message("holds {found}, which no file name may", found=found)
    elif any(map(str.isspace, text)):
        why = message("holds a blank")
    elif text.startswith(".") or text.endswith("."):
        why = message("begins or ends with a dot")
    elif _RESERVED.fullmatch(text.partition(".")[0]):
        why = message("is a name that Windows keeps for a device")
    return why


def _too_long(text: str, longest: int) -> str:
    return (
        message("has {text_count} characters, more than {longest}", text_count=len(text), longest=longest)
        if len(text) > longest
        else ""
    )


def _unprintable(text: str, *, allowed: set[str] | frozenset[str]) -> str:
    """Say which character nobody sees, or which turns the direction of what follows."""
    if text.isascii() and text.isprintable():
        return ""
    for place, char in enumerate(text, 1):
        if char in _BIDI:
            return message(
                "holds a mark that turns the direction of writing (U+{ord:04X}, character {place})",
                ord=ord(char),
                place=place,
            )
        if unicodedata.category(char) in _INVISIBLE and char not in allowed:
            return message(
                "holds a character that is not shown (U+{ord:04X}, character {place})",
                ord=ord(char),
                place=place,
            )
    return ""
