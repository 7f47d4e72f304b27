"""Grounds and schemes for tests of the yearly assessment."""

from datetime import date
from importlib import resources
from uuid import UUID

from events.assessment import Ground
from projections.year.assessment import QuarterShare, UnitYear
from projections.year.schemes import Roster, Scheme, parse_roster, parse_scheme

DAY = date(2020, 6, 30)


def kunshan() -> Scheme:
    """Return the scheme of 昆政办发〔2019〕162号."""
    return parse_scheme(_text("kunshan-2019-162.toml"), origin="kunshan")


def kunshan_units() -> Roster:
    """Return the units of its annex 1."""
    return parse_roster(_text("kunshan-2019-162.units.toml"), origin="units")


def grounds(measure: str, count: int = 1, begin: int = 0) -> tuple[Ground, ...]:
    """Return so many grounds of a measure, each with a fact of its own."""
    return tuple(Ground(measure=measure, day=DAY, facts=(UUID(int=begin + n + 1),)) for n in range(count))


def share(checked: int, accounts: int, quarter: int = 1) -> QuarterShare:
    """Return what a unit checked in a quarter."""
    about = (f"2020Q{quarter}",)
    return QuarterShare(Ground(measure="share", day=DAY, about=about), checked, accounts)


def year(*told: Ground, shares: tuple[QuarterShare, ...] = (), kind: str = "town") -> UnitYear:
    """Return a unit's year."""
    return UnitYear(unit="KS10", name="某镇人民政府", kind=kind, grounds=told, shares=shares)  # type: ignore[arg-type]


def _text(name: str) -> bytes:
    return (resources.files("infra") / "assessments" / name).read_bytes()
