"""Which accounts to look at when time passes: a heap of due times, one living entry an account."""

import heapq
from collections.abc import Iterator

from projections.accounts.alerts import next_due
from projections.accounts.state import AccountState
from projections.rules.ladder import NEVER, Ladder


class Schedule:
    """Due times of the accounts of a partition; not stored, for each follows from the account's state.

    A post moves a due time later without a word to the heap: an entry that comes too early is looked at again.
    """

    def __init__(self, ladder: Ladder) -> None:
        self._ladder = ladder
        self._due: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []

    def keep(self, state: AccountState, after: int = -1) -> None:
        """See to it that an account comes up when its next step falls due, later than `after` (microseconds)."""
        episode = state.episode
        if episode is None:
            return
        known = self._due.get(state.account_id, NEVER)
        if known <= episode.due:
            return
        due = next_due(state, self._ladder.of(state.ruled_by, state.account_class), after)
        if due < known:
            self._due[state.account_id] = due
            heapq.heappush(self._heap, (due, state.account_id))

    def take_due(self, at: int) -> Iterator[str]:
        """Take out the accounts whose time may have come; `keep` puts them back."""
        heap = self._heap
        while heap and heap[0][0] <= at:
            due, account_id = heapq.heappop(heap)
            if self._due.get(account_id) == due:
                del self._due[account_id]
                yield account_id
