"""Fields that a text names: what somebody fills in, which a command line shows as an option and a web page as a box.

Whoever finds something wrong names the field, `field("post_link")`, and does not know who asks. Whoever shows the text
puts in what its reader knows the field by, `shown(text, name)`. Until then the name stands between marks, so it is not
found by guessing at words.

It is no fact. It lies here because connectors and pipeline both name fields, and `events` is all that both import.
"""

import re
from collections.abc import Callable

_MARKED = re.compile("⟦([a-z_]+)⟧")


def field(name: str) -> str:
    """Return a field as a text names it, between marks."""
    return f"⟦{name}⟧"


def shown(text: str, name: Callable[[str], str]) -> str:
    """Return a text with each field as `name` calls it, without marks.

    It comes behind the language: of a message (`events/messages.py`) this makes a plain text.
    """
    return _MARKED.sub(lambda found: name(found[1]), text)


class FieldsError(Exception):
    """An error whose message may name fields: `str`, and so a log, has their plain names, `marked` keeps the marks."""

    def marked(self) -> str:
        return _as_raised(self)

    def __str__(self) -> str:
        return shown(self.marked(), str)


def marked(error: BaseException) -> str:
    """Return the message of any error with the marks that it has; what shows it, or passes it on, begins with this."""
    return error.marked() if isinstance(error, FieldsError) else _as_raised(error)


def _as_raised(error: BaseException) -> str:
    """Return the very text that an error was raised with, which may know its template; else what it says of itself."""
    text = BaseException.__str__(error) if isinstance(error, FieldsError) else str(error)
    return raised if error.args[:1] == (text,) and isinstance(raised := error.args[0], str) else text
