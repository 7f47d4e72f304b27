"""How near two short texts are: typing errors are one character wrong, missing, too many, or two in the wrong order.

Whoever looks something up by what a person wrote, and does not find it, answers with the nearest that there are.
"""

from collections.abc import Iterable

from events.folding import fold
from events.messages import message

_LOOKED_AT = 200
_MOST = 3
_FAR = 0.6
"""As a share of the longer word: beyond it nobody meant that one."""


def distance(one: str, other: str, limit: int) -> int:
    """Return how many characters are put in, left out, changed or swapped with the next; `limit` + 1 for more."""
    if max(len(set(one) - set(other)), len(set(other) - set(one)), abs(len(one) - len(other))) > limit:
        return limit + 1
    one, other = _where_they_differ(one, other)
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        above, before, row = before, row, [i]
        for j, right in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(before) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def _where_they_differ(one: str, other: str) -> tuple[str, str]:
    """Return two texts without the beginning and the end that they share: these cost nothing."""
    shorter = min(len(one), len(other))
    begin = 0
    while begin < shorter and one[begin] == other[begin]:
        begin += 1
    end = 0
    while end < shorter - begin and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[begin : len(one) - end], other[begin : len(other) - end]


def close_to(text: str, names: Iterable[str], count: int) -> list[str]:
    """Return the names that come closest to a text, the closest first; those that share no character are left out."""
    letters = set(text)
    shared = sorted(((len(letters & set(name)), name) for name in set(names)), reverse=True)
    some = [name for common, name in shared[:_LOOKED_AT] if common]
    return sorted(some, key=lambda name: (_farness(text, name), name))[:count]


def _farness(one: str, other: str) -> float:
    """Return the distance as a share of the longer name; a name that holds the other is nearer than its length says."""
    longer = max(len(one), len(other))
    apart = distance(one, other, longer)
    return (apart / 2 if one in other or other in one else apart) / longer


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown word, “; the nearest: A、B、C”; empty where nothing comes close."""
    by_fold = {fold(name): name for name in known if name}
    folded = fold(word)
    closest = "、".join(
        by_fold[name] for name in close_to(folded, by_fold, _MOST) if _farness(folded, name) <= _FAR
    )
    return message("; the nearest: {closest}", closest=closest) if closest else ""
