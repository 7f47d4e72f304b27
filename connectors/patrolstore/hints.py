"""What the patrol store keeps of hints: accounts that are said to have something new, until two days have gone by."""

from collections.abc import Mapping
from typing import Protocol

from connectors.databases.statements import Statements
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


class SqlHints(Statements):
    """The operations of `HintStore` over the statements that an implementation runs."""

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
