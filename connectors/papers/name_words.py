"""What stands in the cell of a name beside the name: quotes around it, a former name, a platform."""

import re

import msgspec

from connectors.papers.paper import Platform
from connectors.papers.platform_words import exact_platform
from connectors.papers.vocabulary import Vocabulary
from events.folding import fold

_BRACKET = re.compile(r"(?<=.)\s*[(（\[【]([^()（）\[\]【】]+)[)）\]】]\s*$")
_FORMER = re.compile(
    r"(?:原名称?|曾用名称?|更名前(?:为|名称)?|旧名|原(?=[“\"「《：:]))\s*(?:为|是|叫)?\s*[：:]?\s*(?P<name>.+)"
)
_QUOTED = re.compile(r"(?:“([^“”]+)”|\"([^\"]+)\"|《([^《》]+)》|「([^「」]+)」|【([^【】]+)】)")
_SHORTEST = 2  # characters before a platform at the end of a name


class NameRead(msgspec.Struct, frozen=True):
    """A name as the account bears it, and what stood beside it."""

    name: str
    platform: Platform | None = None  # in a bracket
    former: str = ""


def read_name(text: str, words: Vocabulary) -> NameRead:
    """Take quotes around the whole name off, and brackets behind it that tell of a platform or of a former name.

    澜川城管（头条号） and 澜川云（原“澜川文旅”） hold their names; another bracket is part of the name.
    """
    name, platform, former = text, None, ""
    while (bracket := _BRACKET.search(name)) is not None:
        told, was = exact_platform(bracket[1], words), _FORMER.fullmatch(bracket[1].strip())
        if (told is None or platform is not None) and (was is None or former):
            break
        platform = platform if told is None else told
        former = former if was is None else _unquoted(was["name"].strip())
        name = name[: bracket.start()].rstrip()
    return NameRead(_unquoted(name), platform, former)


def platform_at_end(name: str, words: Vocabulary) -> Platform | None:
    """Return the platform that a name ends with, 澜川城管微博; the name may be so called, and stays."""
    folded = fold(name)
    for word, platform in words.platforms.items():
        if folded.endswith(word) and word in words.name_ends and len(folded) - len(word) >= _SHORTEST:
            return platform
    return None


def _unquoted(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    return text if quoted is None else next(part for part in quoted.groups() if part).strip()
