"""The sheets of an invented city whose office only looks, each taken in as it is."""

from pathlib import Path
from typing import Any

from tests.pipeline.program import asked

FOLDER = Path(__file__).parents[3] / "fixtures" / "weekly"
LEDGER, CORRECTED, *OTHERS = sorted(path.name for path in FOLDER.glob("*.xlsx"))
WEEKS = {name[5:9]: name for name in OTHERS if name[3:5] == "周报"}
"""Weekly sheets by month and day."""
WRONG_WEEK, MERGED, STATUS, SLIPS, ONE_MISSING = (
    next(name for name in OTHERS if name.startswith(number)) for number in ("90", "93", "95", "98", "99")
)
RULES = ("--ruleset", "jiangsu-kunshan-2019-162")
LAST_LOOK = ("--check-point", "2026-08-17T09:00:00+08:00", *RULES)
"""The check point at which the last looks were made, so that weeks end where looks do."""
EVENING = ("--check-point", "2026-08-17T18:00:00+08:00", *RULES)


def planned(home: Path, name: str, received: str, *words: object) -> dict[str, Any]:
    """Return the plan of a sheet."""
    return asked(home, "intake", FOLDER / name, "--received", received, *words)


def taken(home: Path, name: str, received: str, *words: object) -> dict[str, Any]:
    """Take a sheet in, with the default of each question."""
    plan = planned(home, name, received, *words)["plan"]
    return asked(home, "intake", "confirm", plan, "--accept-defaults")


def take_ledger(home: Path) -> dict[str, Any]:
    """Take the ledger in, on the day it bears."""
    return taken(home, LEDGER, "2026-07-01")


def take_week(home: Path, day: str) -> dict[str, Any]:
    """Take the weekly sheet of a day in, on that day."""
    return taken(home, WEEKS[day], f"2026-{day[:2]}-{day[2:]}")
