"""What tells of a person in a text: a mobile number, or a name of the people store (design promise 11)."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from connectors.people.mobile import holds_mobile

LONG_NAME = 3
"""Characters from which a name is known by itself; a shorter one only beside a word for a post."""
_DROPPED = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me", "Pd", "Pc"})
_MIDDLE_DOTS = frozenset(".·•‧・")
_BETWEEN_NAMES = re.compile(r"[、,;/|&+]")
_NOTE = re.compile(r"[(\[<].*?(?:[)\]>]|$)")
_BESIDE = r"[^\w]*"


class Mention(msgspec.Struct, frozen=True):
    """A person in a text, for whoever typed it: `masked` repeats neither the number nor the name."""

    kind: Literal["mobile", "name"]
    masked: str


class _Words(msgspec.Struct, frozen=True):
    posts: tuple[str, ...]
    offices: tuple[str, ...]


class Names:
    """Names of people to be found in texts, in any width, spacing or form of their characters."""

    def __init__(self, names: Iterable[str]) -> None:
        folded = {name for text in names for name in _names_in(text)}
        words = _words()
        self._latin = [_latin(name) for name in folded if name.isascii() and len(name) >= LONG_NAME]
        others = {n for n in folded if not n.isascii() and not n.endswith(words.offices)}
        self._long = frozenset(n for n in others if len(n) >= LONG_NAME)
        self._sizes = sorted({len(name) for name in self._long})
        short = sorted(map(re.escape, (n for n in others if len(n) == LONG_NAME - 1)))
        posts = "|".join(sorted(map(re.escape, words.posts), key=len, reverse=True))
        name = f"({'|'.join(short)})"
        self._beside = (
            re.compile(f"{name}{_BESIDE}副?(?:{posts})|(?:{posts}){_BESIDE}{name}") if short else None
        )

    def first_in(self, text: str) -> str | None:
        """Return the first name that a text holds, folded; None where it holds none."""
        folded = fold(text)
        for size in self._sizes:
            for begin in range(len(folded) - size + 1):
                if folded[begin : begin + size] in self._long:
                    return folded[begin : begin + size]
        found = self._beside.search(folded) if self._beside else None
        if found is not None:
            return found[1] or found[2]
        if self._latin:
            plain = unicodedata.normalize("NFKC", text).casefold()
            latin = next(filter(None, (pattern.search(plain) for pattern in self._latin)), None)
            return latin[0] if latin else None
        return None


def mention_in(text: str, names: Names | None, *, numbers: bool = True) -> Mention | None:
    """Return what tells of a person in a text, None where nothing does; `names` None: only numbers are looked for."""
    if numbers and holds_mobile(text):
        return Mention("mobile", "1" + "*" * 10)
    name = names.first_in(text) if names is not None else None
    return Mention("name", name[0] + "*" * (len(name) - 1)) if name else None


def fold(text: str) -> str:
    """Return a text as names are compared: plain width, simplified, without case, spaces, dashes and middle dots."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_folded)


class _Folded(dict[int, str]):
    """Each character by itself as names are compared, whatever stands beside it; looked at once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in _MIDDLE_DOTS or unicodedata.category(character) in _DROPPED:
            folded = ""
        else:
            folded = character if character.isascii() else _simplified()(character)
        self[code] = folded
        return folded


_folded = _Folded()


@cache
def _simplified() -> Callable[[str], str]:
    from opencc import OpenCC  # noqa: PLC0415 (slow to import, needed where there are names alone)

    return OpenCC("t2s").convert


@cache
def _words() -> _Words:
    raw = (resources.files("infra") / "people" / "words.toml").read_bytes()
    return msgspec.toml.decode(raw, type=_Words)


def _names_in(text: str) -> set[str]:
    """Return the names that one cell holds, folded: several with signs between, notes in brackets left out."""
    plain = _NOTE.sub("", unicodedata.normalize("NFKC", text))
    names = set()
    for part in _BETWEEN_NAMES.split(plain):
        words = part.split()
        names.add(fold(part))
        if all(len(word) > 1 and not word.isascii() for word in words):
            names.update(map(fold, words))
    with_posts = {name: _without_post(name) for name in names}
    people = {name: bare for name, bare in with_posts.items() if bare}  # a post alone is nobody
    return {each for pair in people.items() for each in pair if len(each) >= LONG_NAME - 1}


def _without_post(name: str) -> str:
    """Return a name without the post that was written behind it; one character alone is no name."""
    post = next((p for p in sorted(_words().posts, key=len, reverse=True) if name.endswith(p)), "")
    return name.removesuffix(post).removesuffix("副") if post else name


def _latin(name: str) -> re.Pattern[str]:
    return re.compile(r"(?<![a-z])" + r"[\W_]*".join(map(re.escape, name)) + r"(?![a-z])")
