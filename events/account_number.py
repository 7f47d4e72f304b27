"""Numbers of accounts for people (编号): 0042, given once and never to another."""

from typing import ClassVar

from events.claim import Act


class NumbersGiven(Act, frozen=True):
    """Accounts got numbers in this order, from `first` on; the subject is `account-number:<first>`.

    The first number that an account got stays; one that it gets again is nobody's.
    """

    type: ClassVar[str] = "numbers.given"

    first: int
    accounts: tuple[str, ...]  # account ids
