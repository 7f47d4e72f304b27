"""Texts for people that are put into their language where they are shown.

Whoever finds something wrong writes it in English, `message("no round {name!r}", name=name)`. The result is that
English text, so logs, facts and programs read it as any other; it also keeps the template and what was put in, so that
whoever shows it can look the template up in another language (docs/design.md, Messages).

Pickled, copied or cut, a message is a plain text: only what shows a whole one has to know more.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from events.fields import marked


class Message(str):
    """An English text that knows its template and, by the names in it, what was put in."""

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, values: Mapping[str, Any]) -> Self:
        """Put values into a template; an error among them stands for its message."""
        kept = {k: marked(v) if isinstance(v, BaseException) else v for k, v in values.items()}
        made = super().__new__(cls, template.format(**kept))
        made.template = template
        made.values = kept
        return made

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)

    def within(self, translate: Callable[[str], str]) -> str:
        """Return the text with its template, and those of messages put into it, as `translate` has them."""
        values = {name: in_words(value, translate) for name, value in self.values.items()}
        return translate(self.template).format(**values)


class Joined(Message):
    """Texts one behind the other, each with a template of its own."""

    __slots__ = ("parts", "separator")

    separator: str
    parts: tuple[str, ...]

    def __new__(cls, separator: str, parts: Iterable[str]) -> Self:
        """Join texts as `str.join` does."""
        kept = tuple(parts)
        made = super().__new__(cls, "{text}", {"text": separator.join(kept)})
        made.separator = separator
        made.parts = kept
        return made

    def within(self, translate: Callable[[str], str]) -> str:
        """Return the texts, each in the language."""
        return translate(self.separator).join(in_words(part, translate) for part in self.parts)


def message(template: str, /, **values: object) -> Message:
    """Return an English text that can be told in another language; braces that are meant as such stand doubled."""
    return Message(template, values)


def joined(separator: str, parts: Iterable[str]) -> Message:
    """Return texts one behind the other, each of which can be told in another language."""
    return Joined(separator, parts)


def in_words(value: Any, translate: Callable[[str], str]) -> Any:
    """Return a message in the language of `translate`, and everything else as it is."""
    return value.within(translate) if isinstance(value, Message) else value
