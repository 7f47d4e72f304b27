"""The Chinese of every message: `infra/messages/zh.po`, for whoever shows one. Nothing slow is imported here."""

from functools import cache
from pathlib import Path

from events.messages import Message, in_words

FILE = Path(__file__).parents[2] / "infra" / "messages" / "zh.po"


def in_chinese(text: str) -> str:
    """Return a text in Chinese: a message by its templates, a plain text as it stands in the catalogue."""
    return str(in_words(text, _translated)) if isinstance(text, Message) else _translated(text)


def _translated(template: str) -> str:
    return _catalogue().get(template) or template


@cache
def _catalogue() -> dict[str, str]:
    """Return the Chinese text of each English one."""
    import polib  # noqa: PLC0415 (English needs no catalogue)

    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(FILE))}
