"""Ladders as data: the steps by which an account is warned before its limit, and named ladders of places."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from events.messages import joined, message

Positive = Annotated[int, msgspec.Meta(gt=0)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step of the ladder of alerts; with neither day nor patrol nor workday it is the limit itself.

    Patrols and working days are counted back from the last morning (09:00 +08:00) before the limit, beginning with
    the day of that morning, and `where` asks what kind of day it is: on a step that does not fit, nobody is warned.
    """

    level: str
    audience: str = ""
    day: Positive | None = None  # the n-th day after the day of the newest post
    patrol: Positive | None = None  # the n-th last patrol before the limit
    workday: Positive | None = None  # the n-th last working day before the limit
    where: Literal["any", "workday", "rest", "holiday"] = "any"

    @property
    def is_limit(self) -> bool:
        return self.day is None and self.patrol is None and self.workday is None


class Assumption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A parameter that the documents leave open, with the value we took and why."""

    name: str
    value: int | float | str | bool
    why: str


class NamedLadder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ladder that a home may put in the place of its ruleset's own; released ones are never edited."""

    name: str
    version: Positive
    title: str
    source: str  # who does it so, and in which document it stands
    steps: tuple[Step, ...]
    patrol_days: tuple[Weekday, ...] = ()
    assumptions: tuple[Assumption, ...] = ()

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.name}@{self.version}"


def step_faults(
    steps: Sequence[Step], patrol_days: Sequence[Weekday], limit_days: int | None = None
) -> list[str]:
    """Return what is wrong with the steps of a ladder, each as a sentence; of none at all, nothing."""
    faults: list[str] = []
    if steps and sum(step.is_limit for step in steps) != 1:
        faults.append(message("a ladder has exactly one step without a day, the limit"))
    days = [step.day for step in steps if step.day is not None]
    too_late = limit_days is not None and any(day > limit_days for day in days)
    if days != sorted(set(days)) or too_late:
        faults.append(message("the days of the ladder rise and do not pass the limit"))
    if steps and not steps[-1].is_limit:
        faults.append(message("the limit is the last step of a ladder"))
    levels = [step.level for step in steps]
    if twice := sorted({level for level in levels if levels.count(level) > 1}):
        faults.append(
            message(
                "level {twice} of the ladder stands twice; a level names one step", twice=joined(", ", twice)
            )
        )
    for step in steps:
        if sum(n is not None for n in (step.day, step.patrol, step.workday)) > 1:
            faults.append(
                message("step {level} has more than one of day, patrol and workday", level=step.level)
            )
        if step.where != "any" and (step.is_limit or step.day is not None):
            faults.append(
                message("step {level} says where, which only patrol and workday steps can", level=step.level)
            )
        if step.patrol is not None and not patrol_days:
            faults.append(
                message("step {level} counts patrols, but patrol_days is not set", level=step.level)
            )
    return faults
