"""What a person sees of a stretch of a document."""

import msgspec

from events.messages import message

PLAIN = message("type the text into the cell itself, without it")
"""What to do about an obstacle."""


class Seen(msgspec.Struct, frozen=True):
    """A text as it is shown, and what stands in the way of reading it."""

    text: str
    obstacle: str = ""  # like “a text box”; empty: nothing
    listed: bool = False  # numbers or bullets stand before its paragraphs, and are not in the text
    drawn: bool = False  # a picture or a drawing stands in it or over it
    pictures: tuple[
        str, ...
    ] = ()  # by which `WordDocument.picture` gives those that are kept in the document
