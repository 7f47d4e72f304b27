"""Rows of a mended paper that are rows of the former one: all cells are equal but one."""

from collections.abc import Collection, Mapping

from events.account import AccountOpened
from events.text_fields import says_the_same

_NO_CELLS = frozenset({"people", "given_id", "date_only", "by_month", "extra"})


def same_row(
    opening: AccountOpened, known: Mapping[str, AccountOpened], taken: Collection[str]
) -> str | None:
    """Return the account of the one row of the former paper that differs in at most one cell, None without one."""
    found = [
        subject
        for subject, before in known.items()
        if subject not in taken and len(_differing(before, opening)) <= 1
    ]
    return found[0] if len(found) == 1 else None


def _differing(before: AccountOpened, after: AccountOpened) -> set[str]:
    cells = set(AccountOpened.__struct_fields__) - _NO_CELLS
    return {name for name in cells if not says_the_same(getattr(after, name), getattr(before, name))}
