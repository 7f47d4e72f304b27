"""Nearness of two names: what a slip of the pen, of the ear or of the input method makes of one.

All names here are folded. Near is never the same: whoever finds a near name asks.
"""

from collections.abc import Set as AbstractSet
from functools import lru_cache

from events.closeness import distance

_NUMBERS = frozenset("0123456789〇零一二两三四五六七八九十百千")
_DIRECTIONS = frozenset("东南西北中上下左右前后内外")
_DISTINCTIVE = _NUMBERS | _DIRECTIONS
_LONGER_BY = 2
"""How many characters one name may have more than another one that it contains."""


def near(one: str, other: str) -> bool:
    """Tell two different names of which one may be the other, written wrongly.

    Three to five characters: one slip; six and more: two. Or they sound alike, or one is the other with up to two
    characters more.
    """
    shorter, longer = sorted((one, other), key=len)
    slips = 0 if len(shorter) < 3 else 1 if len(shorter) < 6 else 2
    return one != other and (
        (slips > 0 and distance(one, other, slips) <= slips)
        or (len(shorter) > 1 and shorter in longer and len(longer) - len(shorter) <= _LONGER_BY)
        or sounds_alike(one, other)
    )


def sounds_alike(one: str, other: str) -> bool:
    """Tell names that are read alike, character by character, whatever the tones; of several readings one is enough."""
    return len(one) == len(other) > 1 and all(
        left == right or readings(left) & readings(right) for left, right in zip(one, other, strict=True)
    )


def differ_tellingly(one: str, other: str, places: AbstractSet[str] = frozenset()) -> bool:
    """Tell names that differ in a word that tells accounts apart: a digit, a number, a direction, a place.

    `places` are folded names of areas and units, short ones too. A place tells names apart where each has one that the
    other lacks, or where one name has it more; a mistyped place is none, and tells nothing.
    """
    left, right = _core(one, other)
    if [c for c in left if c in _DISTINCTIVE] != [c for c in right if c in _DISTINCTIVE]:
        return True
    if not left or not right:
        return bool(_held(left or right, places))
    here, there = _held(one, places), _held(other, places)
    return bool(here - there and there - here)


def _core(one: str, other: str) -> tuple[str, str]:
    """Return both names without what they begin and end with alike."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    end = 0
    while end < min(len(one), len(other)) and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[: len(one) - end], other[: len(other) - end]


def _held(name: str, places: AbstractSet[str]) -> set[str]:
    """Return the places that a name holds."""
    if not places:
        return set()
    parts = (name[i:j] for i in range(len(name)) for j in range(i + 2, len(name) + 1))
    return {part for part in parts if part in places}


@lru_cache(maxsize=16_384)
def readings(character: str) -> frozenset[str]:
    """Return the readings of a character in Hanyu pinyin without tones; its own form for what has none."""
    from pypinyin import Style, pinyin  # noqa: PLC0415 (its dictionary takes a third of a second, seldom needed)

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="default")
    return frozenset(found[0]) if found else frozenset((character,))
