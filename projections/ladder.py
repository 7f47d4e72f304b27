"""Deadlines of a silence: when each step of a ruleset's ladder falls due."""

from events.instants import DAY_US, HOUR_US
from projections.rulesets import Ruleset, Step

MORNING_HOURS = 9
_SHANGHAI_US = 8 * HOUR_US


class Ladder:
    """The steps of one ruleset, with their deadlines computed in microseconds."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset.label
        self.steps: tuple[Step, ...] = ruleset.ladder
        self.limit_us = ruleset.freshness.limit_days * DAY_US
        self.look_max_age_us = ruleset.freshness.look_max_age_hours * HOUR_US
        self._mornings = tuple(
            None if step.day is None else step.day * DAY_US + MORNING_HOURS * HOUR_US for step in self.steps
        )  # after the midnight that the day of the newest post began with

    def deadline(self, anchor: int, step: int) -> int:
        """Return when a step falls due after a silence that began at `anchor`.

        Day n is 09:00 Asia/Shanghai on the n-th day after the day of the newest post; a step that would come at or
        after the limit comes at the last 09:00 before it. The limit itself is passed only by more than 14 days.
        """
        limit = anchor + self.limit_us
        morning = self._mornings[step]
        if morning is None:
            return limit
        due = (anchor + _SHANGHAI_US) // DAY_US * DAY_US - _SHANGHAI_US + morning
        if due >= limit:
            due -= ((due - limit) // DAY_US + 1) * DAY_US
        return due
