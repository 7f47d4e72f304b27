"""What the patrol store keeps of hints: accounts that are said to have something new, until two days have gone by."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from connectors.databases.migrations import Rows
from events.instants import DAY_US

KEPT_US = 2 * DAY_US
"""After which a hint says nothing any more: the look that it would have pulled forward has come by itself."""

MOST_HINTS = 10_000
"""Accounts of which hints are kept; further ones are not taken, for looks come anyway."""


class HintStore(Protocol):
    """Contract of both implementations of what is kept of hints."""

    def hint(self, hints: Mapping[str, int], now: int) -> set[str]:
        """Keep for each account since when it may have something new, microseconds; returns the accounts taken.

        The latest of an account counts, so the same hint again changes nothing. Too many accounts are not taken.
        """
        ...

    def hints(self, now: int) -> dict[str, int]:
        """Return the hints of the last two days by account."""
        ...


_KEEP_HINT = """
INSERT INTO patrol_hints (account, at, told_at) VALUES (:account, :at, :told_at)
ON CONFLICT (account) DO UPDATE SET at = excluded.at, told_at = excluded.told_at
WHERE patrol_hints.at < excluded.at
"""
_HINTS = "SELECT account, at FROM patrol_hints WHERE at > :oldest ORDER BY account"
_FORGET_HINTS = "DELETE FROM patrol_hints WHERE at <= :oldest"


class SqlHints:
    """The operations of `HintStore` over the statements that an implementation runs."""

    @abstractmethod
    def run(self, statement: str, values: Mapping[str, Any]) -> Rows:
        """Run one statement of the open transaction and return its rows."""

    @abstractmethod
    def run_many(self, statement: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Run one statement of the open transaction for each of many rows."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Take turns with other writers."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[None]:
        """Read without holding up writers."""

    def hint(self, hints: Mapping[str, int], now: int) -> set[str]:
        """See `HintStore`."""
        oldest = {"oldest": now - KEPT_US}
        with self.transaction():
            self.run(_FORGET_HINTS, oldest)
            waiting = {account for account, _ in self.run(_HINTS, oldest)}
            free = MOST_HINTS - len(waiting)
            new = [account for account in hints if account not in waiting][:free]
            taken = (hints.keys() & waiting) | set(new)
            self.run_many(
                _KEEP_HINT,
                [{"account": account, "at": hints[account], "told_at": now} for account in sorted(taken)],
            )
        return taken

    def hints(self, now: int) -> dict[str, int]:
        """See `HintStore`."""
        with self.snapshot():
            return dict(self.run(_HINTS, {"oldest": now - KEPT_US}))
