"""Numbers of accounts for people, as the acts that gave them tell."""

from collections.abc import Iterable

from events.account_number import NumbersGiven
from events.known import Known

_DIGITS = 4


def account_numbers(known: Iterable[Known]) -> dict[str, int]:
    """Return the number of each account; `known` are acts that count, in log order. The first number stays."""
    numbers: dict[str, int] = {}
    for k in known:
        data = k.event.data
        if isinstance(data, NumbersGiven):
            for number, account in enumerate(data.accounts, data.first):
                numbers.setdefault(account, number)
    return numbers


def next_number(known: Iterable[Known]) -> int:
    """Return the first number behind all that were given, to somebody or nobody."""
    ends = [
        k.event.data.first + len(k.event.data.accounts)
        for k in known
        if isinstance(k.event.data, NumbersGiven)
    ]
    return max(ends, default=1)


def written_number(number: int) -> str:
    """Write a number as people do: 0042."""
    return f"{number:0{_DIGITS}}"
