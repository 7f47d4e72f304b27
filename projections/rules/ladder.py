"""Deadlines of a silence: when each step of a ladder falls due, a function of its beginning and the calendar."""

from datetime import date, timedelta

import msgspec

from events.instants import DAY_US, EPOCH, HOUR_US, SHANGHAI_US
from projections.rules.calendar import Days
from projections.rules.ladder_steps import WEEKDAYS, Step
from projections.rules.rulebook import Rulebook, rulebook_of
from projections.rules.rulesets import Limits, Ruleset

MORNING_HOURS = 9
_EPOCH = date(1970, 1, 1)
_ONE_DAY = timedelta(days=1)
_HAND_DAYS = 4
_BACK_DAYS = 60
"""How far back patrols and working days are looked for; no rest lasts so long."""
_UNBOUND_DAYS = 36_500
"""The limit of whom no line binds: further off than anybody plans."""
NEVER = 1 << 62
"""A due time that no clock reaches."""


class _Plan(msgspec.Struct, frozen=True, gc=False):
    """Deadlines of all silences that began on one day, before or after nine."""

    due: tuple[int, ...]  # of each step; NEVER: it does not apply, or is the limit
    unannounced_year: int


class Ladder:
    """The steps of one ruleset, with their deadlines computed in microseconds; `of` leads to those of others."""

    def __init__(self, rules: Ruleset | Rulebook) -> None:
        self._rulebook = rulebook_of(rules)
        ruleset = self._rulebook.default
        self._others: dict[str, Ladder] = {}
        self.ruleset = ruleset.folding
        self.steps: tuple[Step, ...] = ruleset.ladder
        self.limit_us = ruleset.freshness.limit_days * DAY_US
        self.look_max_age_us = ruleset.freshness.look_max_age_hours * HOUR_US
        self._warn_max_age_us = ruleset.freshness.warn_max_age_hours * HOUR_US
        self._warning_days: dict[int, int] = {}
        self._limit_days = ruleset.freshness.limit_days
        self._patrol_days = frozenset(WEEKDAYS.index(day) for day in ruleset.patrol_days)
        self._by_calendar = any(s.patrol is not None or s.workday is not None for s in self.steps)
        self._mornings = tuple(
            None if step.day is None else step.day * DAY_US + MORNING_HOURS * HOUR_US for step in self.steps
        )  # after the midnight that the day of the newest post began with
        self._plans: dict[int, _Plan] = {}

    def of(self, label: str, account_class: str = "") -> "Ladder":
        """Return the ladder of an account that a ruleset rules; blank, or not here: this one.

        Whoever is of a class that the line of silence does not bind is warned of nothing.
        """
        if account_class and not self._rulebook.of(label).freshness.binds(account_class):
            return _UNBOUND
        if not label:
            return self
        ladder = self._others.get(label)
        if ladder is None:
            ruleset = self._rulebook.of(label)
            ladder = self if ruleset is self._rulebook.default else Ladder(ruleset)
            self._others[label] = ladder
        return ladder

    @property
    def is_unbound(self) -> bool:
        """Whether no line binds who is on it, so that no limit is shown."""
        return self is _UNBOUND

    def has(self, label: str) -> bool:
        """Tell whether a ruleset that a fact names is known here."""
        return self._rulebook.has(label)

    def steps_as(self, other: "Ladder") -> bool:
        """Tell whether every silence goes through the same steps at the same times as on another ladder."""
        return (
            self.steps,
            self.limit_us,
            self.look_max_age_us,
            self._warn_max_age_us,
            self._patrol_days,
        ) == (
            other.steps,
            other.limit_us,
            other.look_max_age_us,
            other._warn_max_age_us,  # noqa: SLF001 (another of its kind)
            other._patrol_days,  # noqa: SLF001 (another of its kind)
        )

    def deadline(self, anchor: int, step: int) -> int:
        """Return when a step falls due after a silence that began at `anchor`, NEVER where it does not apply.

        Day n is 09:00 Asia/Shanghai on the n-th day after the day of the newest post; a step that would come at or
        after the limit comes at the last 09:00 before it. The limit itself is passed only by more than 14 days.
        """
        if self._by_calendar and not self.steps[step].is_limit:
            return self._plan(anchor).due[step]
        return self._after_days(anchor, self._mornings[step])

    def next_due(self, anchor: int, level: int) -> int:
        """Return when the first step above `level` that applies falls due, NEVER behind the last."""
        if not self._by_calendar:
            step = level + 1
            return NEVER if step >= len(self.steps) else self._after_days(anchor, self._mornings[step])
        for step in range(level + 1, len(self.steps)):
            due = self.deadline(anchor, step)
            if due < NEVER:
                return due
        return NEVER

    def warns_until(self, looked_at: int, *, by_hand: bool) -> int:
        """Return up to when a look may carry a warning before the limit.

        A person looks on working days: such a look holds to the end of the next one, and four days at most.
        """
        if not by_hand:
            return looked_at + self._warn_max_age_us
        day = (looked_at - 1 + SHANGHAI_US) // DAY_US
        end = self._warning_days.get(day)
        if end is None:
            days, number = Days(), day + 1
            while number < day + _HAND_DAYS and not days.is_workday(_EPOCH + number * _ONE_DAY):
                number += 1
            end = self._warning_days[day] = (number + 1) * DAY_US - SHANGHAI_US
        return min(end, looked_at + _HAND_DAYS * DAY_US)

    def unannounced_year(self, anchor: int) -> int:
        """Return the year that deadlines of a silence reach into though its holidays are not announced, 0: none."""
        return self._plan(anchor).unannounced_year if self._by_calendar else 0

    def _after_days(self, anchor: int, morning: int | None) -> int:
        limit = anchor + self.limit_us
        if morning is None:
            return limit
        due = (anchor - 1 + SHANGHAI_US) // DAY_US * DAY_US - SHANGHAI_US + morning
        if due >= limit:
            due -= ((due - limit) // DAY_US + 1) * DAY_US
        return due

    def _plan(self, anchor: int) -> _Plan:
        """Return the deadlines of a silence; those of one day share them, but for the side of nine it began on."""
        day, into_day = divmod(anchor - 1 + SHANGHAI_US, DAY_US)  # a day ends with its 24:00
        after_nine = into_day >= MORNING_HOURS * HOUR_US
        plan = self._plans.get(2 * day + after_nine)
        if plan is None:
            last = day + self._limit_days - (not after_nine)  # day of the last 09:00 before the limit
            plan = self._plans[2 * day + after_nine] = self._reckon(anchor, day, last)
        return plan

    def _reckon(self, anchor: int, first: int, last: int) -> _Plan:
        """Reckon deadlines, days as numbers since the epoch.

        A step never falls due before a lower one. One that would fall on the day of the newest post does not apply.
        """
        days, latest = Days(), 0
        due = []
        for step, morning in zip(self.steps, self._mornings, strict=True):
            at = (
                self._counted_back(step, last, days) if morning is None else self._after_days(anchor, morning)
            )
            if at < _morning_of(first + 1):
                at = NEVER
            elif at < NEVER:
                at = latest = max(at, latest)
            due.append(at)
        return _Plan(tuple(due), days.unannounced_year)

    def _counted_back(self, step: Step, last: int, days: Days) -> int:
        """Return the morning of the n-th last patrol or working day up to the last day before the limit."""
        wanted = step.patrol or step.workday
        if wanted is None or not days.is_kind(_EPOCH + last * _ONE_DAY, step.where):
            return NEVER
        for number in range(last, last - _BACK_DAYS, -1):
            day = _EPOCH + number * _ONE_DAY
            if days.is_workday(day) and (step.patrol is None or day.weekday() in self._patrol_days):
                wanted -= 1
                if wanted == 0:
                    return _morning_of(number)
        return NEVER


def _morning_of(number: int) -> int:
    return number * DAY_US + MORNING_HOURS * HOUR_US - SHANGHAI_US


_UNBOUND = Ladder(
    Ruleset(
        name="unbound",
        version=1,
        title="",
        effective_from=EPOCH,
        documents=(),
        freshness=Limits(limit_days=_UNBOUND_DAYS, look_max_age_hours=72),
        rules=(),
    )
)
