"""The longest piece of markup in an XML part, found while the part streams by."""

import re

MAX_TAG = 1 << 20
"""No office program writes a longer one; parsers keep a whole tag, and turn each attribute into an object."""

_ASIDE = re.compile(rb"<(?:!--(?:.*?-->)?|\?(?:.*?\?>)?|!\[CDATA\[(?:.*?\]\]>)?)", re.DOTALL)
_OPENINGS = frozenset({b"<!--", b"<?", b"<![CDATA["})
_TAG = re.compile(rb"""<[^"'>]*+(?:(?:"[^"]*+"|'[^']*+')[^"'>]*+)*+>""")  # a value may hold “>”


class TagLengths:
    """Watches the pieces of one part; a tag of up to MAX_TAG passes, one longer by a piece never does."""

    def __init__(self) -> None:
        self._open = b""  # of a tag, comment or instruction that began and has not ended

    def too_long(self, piece: bytes) -> bool:
        """Tell whether one goes on over this piece and is too long by now."""
        self._open = _unfinished(self._open + piece)
        return len(self._open) > MAX_TAG


def _unfinished(xml: bytes) -> bytes:
    """Return the last markup where its end is not there yet; “<” stands in no value, so that it is the last one."""
    after = 0
    for aside in _ASIDE.finditer(xml):
        if aside[0] in _OPENINGS:
            return xml[aside.start() :]
        after = aside.end()
    last = xml.rfind(b"<", after)
    return b"" if last < 0 or _TAG.match(xml, last) else xml[last:]
