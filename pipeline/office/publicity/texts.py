"""Texts of the pages for the public: those of the program, or those that the office has approved instead."""

import string
from importlib import resources

import msgspec

from events.closeness import nearest
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.public_settings import Public


class PublicTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every text by its name in infra/publicity/texts.toml."""

    genuine: str
    genuine_note: str
    counterfeit: str
    counterfeit_note: str
    handed_over: str
    stopped: str
    stopped_note: str
    unlisted: str
    unlisted_note: str
    licence: str
    report_hint: str
    contact_hint: str
    received: str
    privacy: str

    def fill(self, name: str, **values: str) -> str:
        """Return a text with what stands in its braces."""
        text: str = getattr(self, name)
        return text.format_map(values)

    @property
    def privacy_paragraphs(self) -> list[str]:
        """The privacy notice, a paragraph a line."""
        return [line.strip() for line in self.privacy.splitlines() if line.strip()]


_MAY_NAME = {"genuine_note": {"owner"}, "stopped_note": {"owner"}, "handed_over": {"authorities"}}


def public_texts(settings: Public) -> PublicTexts:
    """Return the texts of a home; raises `UsageError` naming a text that is unknown, blank, or has other braces."""
    text = (resources.files("infra.publicity") / "texts.toml").read_bytes()
    texts = msgspec.toml.decode(text, type=PublicTexts)
    for name, text_given in settings.texts.items():
        if name not in texts.__struct_fields__:
            raise UsageError(
                message(
                    "[public.texts] {name} is no text of the pages for the public{nearest}",
                    name=name,
                    nearest=nearest(name, texts.__struct_fields__),
                )
            )
        if not text_given.strip() or not _fits(text_given, _MAY_NAME.get(name, set())):
            raise UsageError(
                message(
                    "[public.texts] {name}: write a text, in braces nothing but {fields}",
                    name=name,
                    fields="、".join(sorted(_MAY_NAME.get(name, ()))) or "–",
                )
            )
    return msgspec.structs.replace(texts, **settings.texts)


def _fits(text: str, may_name: set[str]) -> bool:
    """Tell whether a text names nothing else in braces: an attribute of a value would show what is not meant."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return False
    return all(
        name is None or (name in may_name and not spec and not conversion)
        for _, name, spec, conversion in parts
    )
