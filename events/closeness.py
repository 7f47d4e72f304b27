"""How near two short texts are: typing errors are one character wrong, missing, too many, or two in the wrong order."""


def distance(one: str, other: str, limit: int) -> int:
    """Return how many characters are put in, left out, changed or swapped with the next; `limit` + 1 for more."""
    if max(len(set(one) - set(other)), len(set(other) - set(one)), abs(len(one) - len(other))) > limit:
        return limit + 1
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
