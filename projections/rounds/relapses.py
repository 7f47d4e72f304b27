"""Problems that came again although the unit put them right (整改后复发), among what a round holds against accounts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from events.days import chinese_day
from events.facts import VerdictRow
from projections.rounds.repeats import YEAR
from projections.rounds.tasks import Task


class Relapse(msgspec.Struct, frozen=True):
    """A problem of an account that an earlier bulletin named, that was put right, and is there again."""

    row: VerdictRow
    rule: str
    before: Task  # the newest that asked for the same
    how: Literal["closed", "answered"]  # closed by a recheck 销号, or answered alone


def relapses_of(rows: Iterable[VerdictRow], tasks: Iterable[Task], check_point: datetime) -> list[Relapse]:
    """Return the problems of rows that a bulletin within a year before named, and that were put right by the check.

    One that still waited then is no relapse: it was never put right. Orders of the office are tasks without a bulletin,
    and count as well.
    """
    on = chinese_day(check_point)
    newest: dict[tuple[str, str], Task] = {}
    for task in sorted(tasks, key=lambda t: (t.begun_on, t.basis, str(t.id))):
        if task.begun_on < on and on - task.begun_on <= YEAR:
            newest[task.account_id, task.rule] = task
    found = []
    for row in rows:
        for rule in dict.fromkeys(deduction.rule for deduction in row.deductions):
            before = newest.get((row.account_id, rule))
            if before is None:
                continue
            closed = before.held and before.rechecked_at is not None and before.rechecked_at <= check_point
            answered = before.answered_at is not None and before.answered_at <= check_point
            if closed or answered:
                found.append(Relapse(row, rule, before, "closed" if closed else "answered"))
    return found
