"""What checkers find on the accounts of a drawn sample, and what patrol finds outside the registry."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from connectors.sheets.rows import AccountRef, FindingRow
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.simulate.chance import number, shuffled
from pipeline.simulate.place import Found, PlannedRound
from pipeline.simulate.rhythm import Posting

SHEET = Path("check-sheet.csv")
"""What errors about these rows name as their sheet."""

_CHECKERS = "检查组"
_CHECK_DAYS = 9
"""A check takes the days before its check point."""


class Checkers:
    """The checkers of a city over its rounds; they remember on which accounts something was found."""

    def __init__(self, posting: Mapping[str, Posting], outside: Iterable[str], seed: int) -> None:
        self._posting = posting
        self._outside = list(outside)
        self._seed = seed
        self._found: dict[str, set[str]] = {}  # by rule, in the rounds so far
        self._blemished = {account for account, how in posting.items() if not how.regular}

    def check(self, planned: PlannedRound, sample: Iterable[str]) -> list[FindingRow]:
        """Return what is found on the sample of a round, sorted as a sheet; chosen by lot from the sample.

        Raises `UsageError` where the place file has more findings than the sample has accounts for them.
        """
        sample = list(sample)
        rows: list[FindingRow] = []
        again: dict[str, set[str]] = {}  # again, in this round: nobody is told of twice
        now: dict[str, set[str]] = {}
        for found in planned.found:
            chosen = self._choose(planned, found, sample, again.get(found.rule, set()))
            self._blemished.update(chosen)
            now.setdefault(found.rule, set()).update(chosen)
            if found.among == "again":
                again.setdefault(found.rule, set()).update(chosen)
            for account in chosen:
                rows.append(_row(len(rows) + 1, planned, found, account, self._seed))
        for rule, accounts in now.items():
            self._found.setdefault(rule, set()).update(accounts)
        return rows

    def _choose(self, planned: PlannedRound, found: Found, sample: list[str], again: set[str]) -> list[str]:
        among = self._outside if found.among == "outside" else sample
        fitting = [a for a in among if a not in again and self._fits(found, a, planned.check_point)]
        if len(fitting) < found.accounts:
            raise UsageError(
                message(
                    "{name}: {rule} is found on {accounts} accounts, but only {fitting_count} of"
                    " those checked are {among}",
                    name=planned.name,
                    rule=found.rule,
                    accounts=found.accounts,
                    fitting_count=len(fitting),
                    among=found.among,
                )
            )
        return shuffled(fitting, self._seed, planned.name, found.rule)[: found.accounts]

    def _fits(self, found: Found, account: str, check_point: datetime) -> bool:
        if found.among == "again" and account not in self._found.get(found.rule, ()):
            return False
        if found.among in ("publishing", "again"):
            return self._posting[account].publishing(check_point)
        return found.among != "clean" or account not in self._blemished


def _row(n: int, planned: PlannedRound, found: Found, account: str, seed: int) -> FindingRow:
    seconds = _CHECK_DAYS * 86400
    before = timedelta(seconds=3600 + number(seed, planned.name, found.rule, account) % seconds)
    return FindingRow(
        row=n,
        account=AccountRef(account, None, None, None),
        rule=found.rule,
        rule_text=found.rule,
        severity=None,
        count=1,
        found_at=planned.check_point - before,
        date_only=False,
        finder=_CHECKERS,
        note=found.note,
    )
