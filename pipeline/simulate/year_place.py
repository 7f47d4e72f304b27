"""Place files of a year: what the units of a roster did in it; inputs of a simulated year and no result of it."""

from datetime import date
from importlib import resources
from typing import Literal

import msgspec

from events.assessment import AssessedKind
from events.filing import FilingKind
from events.instants import UtcDatetime
from events.messages import joined, message
from events.upper_check import CheckLevel, FailureCause
from pipeline.home.errors import UsageError
from pipeline.simulate.place import Input
from projections.year.schemes import AssessedUnit

PLATFORMS = (
    *("微信订阅号", "新浪微博", "抖音", "移动客户端", "今日头条", "快手", "视频号"),
    *("百家号", "企鹅号", "哔哩哔哩"),
)
_SUFFIX = ".assessed.toml"
_Quarters = tuple[date, date, date, date]


class YearBulletin(Input, frozen=True):
    """The bulletin of a round over the accounts on which something was found."""

    round: str
    title: str
    check_point: UtcDatetime
    quarter: str
    ruleset: str
    basis: tuple[str, ...]
    rule: str
    note: str
    number: str
    issued_on: date
    deadline: date


class UpperCheck(Input, frozen=True):
    """A check from above; it passed where it has no cause."""

    level: CheckLevel
    on: date
    document: str
    account: int = 1
    cause: FailureCause | None = None


class Filed(Input, frozen=True):
    """What took effect on an account, when it was filed, and what came with it."""

    kind: FilingKind
    on: date
    filed_on: date
    account: int = 1
    section: str = ""  # of a change: the new one
    applied_on: date | None = None  # of an opening
    notice: bool = False  # of a closing: the account said that it stops
    posts_on: date | None = None  # of a closing: it posted all the same


class HandedIn(Input, frozen=True):
    """A row that the unit hands in for its assessment."""

    measure: str
    on: date
    document: str
    count: int = 1
    review: Literal["accepted", "refused", "waiting"] = "accepted"
    withdrawn: bool = False  # after its review


class UnitPlan(Input, frozen=True):
    """What a unit did otherwise than the others."""

    name: str
    accounts: int = 1
    platforms: tuple[str, ...] = ()  # in the place of `accounts`: one each
    unchecked: tuple[tuple[int, ...], ...] = ((), (), (), ())  # accounts that it did not check, by quarter
    missing: tuple[int, ...] = ()  # quarters that it did not report at all
    reported_on: _Quarters | None = None
    covers_year: bool = True
    upper: tuple[UpperCheck, ...] = ()
    filings: tuple[Filed, ...] = ()
    left_out: int = 0  # accounts that patrol saw and no registry had
    found: bool = False  # something was found on its first account, and the bulletin asks
    answered_on: date | None = None
    notes: tuple[HandedIn, ...] = ()

    @property
    def running(self) -> tuple[str, ...]:
        """Return the platforms of its accounts, those opened in the year last."""
        new = sum(filed.kind == "opened" for filed in self.filings)
        return self.platforms or PLATFORMS[: self.accounts + new]


class YearPlace(Input, frozen=True):
    """A year to simulate."""

    name: str
    year: int
    city_area: str
    office: str
    scheme: str
    check_point: UtcDatetime
    opened_on: date
    checked_on: _Quarters
    reported_on: _Quarters
    bulletin: YearBulletin
    units: tuple[UnitPlan, ...]

    def plan(self, unit: AssessedUnit) -> UnitPlan:
        """Return what a unit did."""
        return next((p for p in self.units if p.name == unit.name), UnitPlan(name=unit.name))


TIERS: dict[AssessedKind, str] = {
    "zone": "区镇",
    "town": "区镇",
    "street_office": "城市管理办事处",
    "department": "市级部门和单位",
    "line": "市级部门和单位",
    "other": "市级部门和单位",
}


def year_names() -> list[str]:
    """Return the years that can be simulated."""
    files = (resources.files("infra") / "places").iterdir()
    return sorted(f.name.removesuffix(_SUFFIX) for f in files if f.name.endswith(_SUFFIX))


def load_year_place(name: str) -> YearPlace:
    """Read the place file of a year; raises `UsageError` for an unknown name."""
    if name not in year_names():
        raise UsageError(
            message(
                "no place {name!r}; there are: {place_names}",
                name=name,
                place_names=joined(", ", year_names()),
            )
        )
    file = resources.files("infra") / "places" / f"{name}{_SUFFIX}"
    try:
        return msgspec.toml.decode(file.read_bytes(), type=YearPlace)
    except msgspec.MsgspecError as e:
        raise UsageError(message("{origin}: {error}", origin=file.name, error=e)) from None
