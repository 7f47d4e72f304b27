"""Mobile numbers of China in a text, in whatever digits and however they are parted (definitions of `mentions`)."""

import re
import unicodedata

_SEPARATING = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me", "Mc", "Pd", "Pc", "Ps", "Pe", "Sm"})
"""Categories of what may stand between the digits of one number: spaces, what cannot be seen, dashes, brackets."""
_DOTS = frozenset(".·•‧・。*\\'\"`")
_DIGITS, _APART = "0123456789", " "
_LENGTH = 11
_RUN = re.compile(r"[0-9](?:[0-9]| {1,12}(?=[0-9]))*")
_NUMBER = re.compile(r"(?:(?:0{0,2}86)?0?1[3-9][0-9]{9})+")
_THOUSANDS = re.compile(r"(?<![0-9])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")


class _Shapes(dict[int, str]):
    """Characters as a digit, as what may part digits, or as anything else; each is looked at once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        value = unicodedata.numeric(character, None)
        if value is not None and value in range(10):
            shape = _DIGITS[int(value)]
        else:
            parting = character in _DOTS or unicodedata.category(character) in _SEPARATING
            shape = _APART if parting else "x"
        self[code] = shape
        return shape


_shapes = _Shapes()


def holds_mobile(text: str) -> bool:
    """Tell a text with a mobile number: eleven digits from 13 to 19 on, of any script, Chinese numerals too.

    Spaces, dashes, dots, brackets and what cannot be seen may stand between, +86 or 0086 before, letters beside.
    A longer unbroken number is none, as an identity number or the id of a post is.
    """
    if len(text) < _LENGTH:
        return False
    plain = _THOUSANDS.sub("x", unicodedata.normalize("NFKC", text)).translate(_shapes)
    return any(_whole_number(run.split()) for run in _RUN.findall(plain) if len(run) >= _LENGTH)


def mobile_in(text: str) -> str | None:
    """Return the first mobile number of a cell of numbers, as its eleven digits; None where it has none."""
    for part in re.split(r"[、,，;；/|]", unicodedata.normalize("NFKC", text)):
        digits = "".join(part.translate(_shapes).split())
        found = re.search(r"(?:^|[^0-9])(?:0{0,2}86)?(1[3-9][0-9]{9})(?![0-9])", digits)
        if found:
            return found[1]
    return None


def _whole_number(groups: list[str]) -> bool:
    """Tell whether groups of digits that stand side by side make up a number, with nothing of a group left."""
    for begin in range(len(groups)):
        number = ""
        for group in groups[begin:]:
            number += group
            if len(number) >= _LENGTH and _NUMBER.fullmatch(number):
                return True
            if len(number) >= _LENGTH + 5:
                break
    return False
