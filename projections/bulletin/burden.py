"""A document against the rules that lighten burdens: its length, and words that seem to break a clause.

What is found is advice: whether a clause is broken a person decides, and nothing is refused for it.
"""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from events.messages import Message, message

Of = Literal["general", "single"]
"""A document of more matters, or of one alone."""

_ENDS = re.compile(r"[。；！？;!?\n]+")
_EXCERPT = 60


class Length(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a document may be."""

    of: Of
    article: str
    most: int  # characters


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words by which a sentence seems to break a clause: one of each list, and none of `unless`."""

    code: str
    article: str
    says: str
    all: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...] = ()


class Assumption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the rules leave open, or what was not read."""

    name: str
    why: str


class BurdenRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The clauses that a document is held against."""

    document: str
    length: tuple[Length, ...]
    words: tuple[Words, ...]
    assumptions: tuple[Assumption, ...] = ()


class Advice(msgspec.Struct, frozen=True):
    """What a person may want to change, with the clause; `excerpt` is the sentence."""

    code: str
    article: str
    text: Message
    excerpt: str = ""


def parse_burden(text: bytes) -> BurdenRules:
    """Read the clauses as they are written down."""
    return msgspec.toml.decode(text, type=BurdenRules)


def burden_advice(rules: BurdenRules, text: str, of: Of) -> list[Advice]:
    """Return what is to be heeded of a document's text, its length first, then sentence by sentence."""
    return [*_lengths(rules, text, of), *_sentences(rules, text)]


def characters(text: str) -> int:
    """Return the length of a text without its spaces."""
    return sum(not c.isspace() for c in text)


def _lengths(rules: BurdenRules, text: str, of: Of) -> Iterator[Advice]:
    count = characters(text)
    for rule in rules.length:
        if rule.of == of and count > rule.most:
            yield Advice(
                "length",
                rule.article,
                message(
                    "{document} {article}: the text has {count} characters, at most {most}",
                    document=rules.document,
                    article=rule.article,
                    count=count,
                    most=rule.most,
                ),
            )


def _sentences(rules: BurdenRules, text: str) -> Iterator[Advice]:
    for sentence in filter(None, (part.strip() for part in _ENDS.split(text))):
        plain = "".join(sentence.split())
        for rule in rules.words:
            if all(any(word in plain for word in words) for words in rule.all) and not any(
                word in plain for word in rule.unless
            ):
                yield Advice(
                    rule.code,
                    rule.article,
                    message(
                        "{document} {article}: {says}",
                        document=rules.document,
                        article=rule.article,
                        says=rule.says,
                    ),
                    sentence if len(sentence) <= _EXCERPT else f"{sentence[:_EXCERPT]}…",
                )
