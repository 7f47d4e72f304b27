"""What an account remembers of single looks: that they stand, and what people counted at them."""

from typing import TypeVar

from events.instants import DAY_US
from events.looks import Look
from projections.accounts.looks import COVERED_DAYS
from projections.accounts.state import AccountState, CountMark, GapMark

M = TypeVar("M", GapMark, CountMark)
_LOOKED_BY_KEPT = 16


def remember_look(state: AccountState, look_id: bytes) -> None:
    """Remember that a look stands; of many it is no longer told which, and one of them stands for good."""
    if look_id not in state.looked_by:
        state.looked_by = [*state.looked_by, look_id]
    if len(state.looked_by) > _LOOKED_BY_KEPT:
        state.looked, state.looked_by = True, []


def has_taken(state: AccountState, source: str, look_id: bytes) -> bool:
    """Tell whether a look is among the newest of its source: taken again, it changes nothing.

    Where somebody's word waits for a look, even one that comes again is looked at.
    """
    looks = state.looks.get(source)
    if looks is None or state.holds or state.taken_down_at:
        return False
    return any(known.id == look_id for known in looks.recent)


def count_by_hand(state: AccountState, look: Look) -> None:
    """Remember what a person counted, of the last 100 days."""
    oldest = look.at - COVERED_DAYS * DAY_US
    if look.gap_since is not None:
        gap = GapMark(look.gap_since, look.at, look.id.bytes)
        state.gaps = _with(state.gaps, gap, oldest)
    if look.updates is not None:
        count = CountMark(look.at, look.updates, look.id.bytes)
        state.counts = _with(state.counts, count, oldest)


def _with(kept: list[M], mark: M, oldest: int) -> list[M]:
    """Return marks of looks with another one; the first record of a look counts."""
    if any(known.by == mark.by for known in kept):
        return kept
    marks = [known for known in kept if known.at >= oldest]
    marks.append(mark)
    return marks
