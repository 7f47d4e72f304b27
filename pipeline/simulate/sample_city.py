"""The city of `xuncha sample`: who exists, what each account posted, and what people saw when they looked each week."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from importlib import resources
from itertools import pairwise

import msgspec

from connectors.sheets.rows import FindingRow
from pipeline.simulate.chance import shuffled
from pipeline.simulate.checkers import Checkers
from pipeline.simulate.place import Place, PlannedRound, load_vocabulary, parse_place
from pipeline.simulate.registry import SimAccount, build_registry
from pipeline.simulate.rhythm import post_times, posting_of

WEEKS = 13
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = ("示甲", "示乙", "示丙", "示丁")
_PHONE_PREFIX = "161"  # given out to no operator
_PHONE_NUMBERS = 10**8


class Seen(msgspec.Struct, frozen=True):
    """What a look at an account says."""

    newest: datetime
    longest_gap_days: int  # between posts since the look before, begun days counted whole


class Person(msgspec.Struct, frozen=True):
    """Who answers for the accounts of a unit; made up."""

    name: str
    phone: str


class SampleCity:
    """An invented city over one quarter; the same seed gives the same city."""

    def __init__(self, seed: int | None = None) -> None:
        self.place = load_sample_place()
        self.seed = self.place.seed if seed is None else seed
        registry = build_registry(self.place, load_vocabulary(), self.seed)
        order = {unit.name: number for number, unit in enumerate(registry.units)}
        self.accounts: list[SimAccount] = sorted(registry.accounts, key=lambda a: order[a.owner])
        self._posting = posting_of(self.place, self.accounts, self.seed)

    @property
    def round(self) -> PlannedRound:
        """The check with which the quarter ends."""
        return self.place.rounds[-1]

    @property
    def looks(self) -> list[datetime]:
        """When people looked at all accounts, the last time at the check point."""
        return [self.round.check_point - _WEEK * weeks for weeks in reversed(range(WEEKS))]

    @property
    def areas(self) -> list[str]:
        """The city's own offices, then each area below it."""
        return [self.place.city_area, *(area.name for area in self.place.areas)]

    def accounts_in(self, area: str) -> list[SimAccount]:
        """Return the accounts of an area, those of one unit beside each other."""
        return [account for account in self.accounts if account.area == area]

    def seen(self, account: SimAccount, at: datetime) -> Seen:
        """Return what a look at an account shows."""
        times = [t for t in self._posts[account.account_id] if t <= at]
        before = [t for t in times if t <= at - _WEEK]
        turns = [*before[-1:], *(t for t in times if t > at - _WEEK), at]
        return Seen(times[-1], max(-((a - b) // _DAY) for a, b in pairwise(turns)))

    def findings(self) -> list[tuple[SimAccount, FindingRow]]:
        """Return what the monitoring firm found in the quarter, by time."""
        by_id = {account.account_id: account for account in self.accounts}
        rows = Checkers(self._posting, (), self.seed).check(self.round, by_id)
        rows.sort(key=lambda row: row.found_at)
        return [(by_id[row.account.given_id or ""], row) for row in rows]

    def person(self, owner: str) -> Person:
        """Return who answers for the accounts of a unit."""
        return self._people[owner]

    @cached_property
    def _posts(self) -> dict[str, list[datetime]]:
        since, until = self.place.records_from, self.round.check_point
        return {a: post_times(how, a, since, until, self.seed) for a, how in self._posting.items()}

    @cached_property
    def _people(self) -> dict[str, Person]:
        owners = dict.fromkeys(account.owner for account in self.accounts)
        return dict(zip(owners, self._invented(), strict=False))

    def _invented(self) -> Iterator[Person]:
        names = shuffled((s + g for s in _SURNAMES for g in _GIVEN), self.seed, "people")
        numbers = shuffled((f"{n:08d}" for n in range(1000, _PHONE_NUMBERS, 1_500_007)), self.seed, "phones")
        for name, number in zip(names, numbers, strict=False):
            yield Person(name, _PHONE_PREFIX + number)


def load_sample_place() -> Place:
    """Read the place file of the invented city."""
    file = resources.files("infra") / "places" / "sample.toml"
    return parse_place(file.read_bytes(), origin=file.name)
