"""Marks around figures: which words of a rendered text are which figure, until a document holds them for good."""

import re
from collections.abc import Iterator

from events.printable import MARKS

_START, _MIDDLE, _END = MARKS
_MARKED = re.compile(f"{_START}([^{_MIDDLE}]*){_MIDDLE}([^{_END}]*){_END}")


def marked(place: str, text: str) -> str:
    """Return a figure's text with the place that it stands for."""
    return f"{_START}{place}{_MIDDLE}{text}{_END}"


def unmarked(text: str) -> str:
    """Return a text as it is shown."""
    return "".join(words for _, words in split(text))


def split(text: str) -> Iterator[tuple[str, str]]:
    """Yield (place, words) in order; the place is empty for words between figures."""
    at = 0
    for match in _MARKED.finditer(text):
        if match.start() > at:
            yield "", text[at : match.start()]
        yield match[1], match[2]
        at = match.end()
    if at < len(text):
        yield "", text[at:]
