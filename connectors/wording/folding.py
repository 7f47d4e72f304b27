"""Texts as near matches compare them: plain width, simplified, without case and signs put between; and by sound.

Stops, commas and ends of lines stay: what stands on both sides of one is no word.
"""

import unicodedata
from collections.abc import Callable
from functools import cache

_DROPPED = frozenset(
    {"Zs", "Cc", "Cf", "Mn", "Me", "Pd", "Pc", "Ps", "Pe", "Pi", "Pf", "Po", "Sk", "Sm", "So"}
)
_KEPT = frozenset("。，、；：！？,;:!?\n\u2028\u2029")
_FIRST_SOUND = 0xF0000
"""Where the private characters begin that stand for sounds; texts that hold some themselves lose them."""


def fold(text: str) -> str:
    """Return a text as near matches compare it; each of its characters comes of one of the text."""
    return text.translate(_folded)


def places(text: str) -> list[int]:
    """Return for each character of the folded text where it stands in the text."""
    return [place for place, character in enumerate(text) for _ in _folded[ord(character)]]


def sounds(folded: str) -> str:
    """Return a folded text by its sounds, a character for a character: the commonest reading, without tones."""
    return folded.translate(_sounding)


class _Folded(dict[int, str]):
    """Each character as near matches compare it; looked at once."""

    def __missing__(self, code: int) -> str:
        folded = "".join(map(_one, unicodedata.normalize("NFKC", chr(code)))) if code < _FIRST_SOUND else ""
        self[code] = folded
        return folded


def _one(character: str) -> str:
    if character in _KEPT:
        return character
    if unicodedata.category(character) in _DROPPED:
        return ""
    return character.casefold() if character.isascii() else _simplified()(character)


class _Sounding(dict[int, str]):
    """Each character by the private one of its sound; what has no reading stays as it is."""

    def __init__(self) -> None:
        super().__init__()
        self._syllables: dict[str, str] = {}

    def __missing__(self, code: int) -> str:
        syllable = _reading(chr(code))
        sound = (
            self._syllables.setdefault(syllable, chr(_FIRST_SOUND + len(self._syllables)))
            if syllable
            else chr(code)
        )
        self[code] = sound
        return sound


_folded = _Folded()
_sounding = _Sounding()


def _reading(character: str) -> str:
    from pypinyin import Style, pinyin  # noqa: PLC0415 (its dictionary takes a third of a second, seldom needed)

    found = pinyin(character, style=Style.NORMAL, errors="ignore")
    return found[0][0] if found else ""


@cache
def _simplified() -> Callable[[str], str]:
    from opencc import OpenCC  # noqa: PLC0415 (slow to import)

    return OpenCC("t2s").convert
