"""Counts over time: accounts, results, silence, focus list and rectification of each quarter, whole or by part.

docs/figures.md says of each figure what is counted, at which moment, from which rows, and what is left out. Every count
is of accounts, of tasks where it says so; nothing is estimated, and what no round judged is None and not nought.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from events.days import chinese_day
from events.facts import Freshness, Verdict, VerdictRow
from projections.focus.focus_list import FocusEntry
from projections.rounds.deadlines import is_in_time
from projections.rounds.tasks import Task
from projections.rules.digest import pass_rate

By = Literal["", "area", "tier", "platform"]
"""By which part the counts stand; empty: the whole alone."""

SLOW_DAYS = 7
"""Whole days of silence that are told beside the red line, as bulletins tell them."""
REPEATED_WITHIN = timedelta(days=365)
"""The same problem of the same account asked about again within this time is a repeated one."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where an account belongs, and since when until when it is there."""

    area: str
    tier: str
    platform: str
    opened_at: datetime | None  # None: open since before the records
    closed_at: datetime | None = None  # None: open

    def part(self, by: By) -> str:
        """Return the part that an account belongs to; empty where the registry does not say it."""
        return str(getattr(self, by)) if by else ""


class RoundRows(msgspec.Struct, frozen=True):
    """The round that a quarter's results are those of, by its newest run."""

    name: str
    check_point: datetime
    rows: tuple[VerdictRow, ...]


class Quarterly(msgspec.Struct, frozen=True, kw_only=True):
    """What one quarter is counted from."""

    label: str  # 2023Q1
    start: datetime
    end: datetime  # its end, or the moment of asking where it is not over
    accounts: Mapping[str, Place]  # everybody whom the registry knows at `end`, closed ones too
    round: RoundRows | None = None  # None: no frozen round of the whole city


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a quarter, of the whole or of one part."""

    quarter: str
    part: str  # empty: the whole, or accounts of which the registry does not say it
    whole: bool
    accounts: int  # open at the quarter's end
    opened: int
    closed: int
    round: str  # name; empty: none of the whole city is frozen
    checked: int | None
    passed: int | None
    failed: int | None
    unknown: int | None
    pass_rate: str | None  # 92.7%; None: nothing was judged
    silent: int | None  # over the limit at the check point, by proof
    slow: int | None  # not over the limit, and silent for seven whole days or more
    longest_silence: int | None  # whole days
    focus: int  # on the list at the quarter's end
    focus_entered: int
    focus_left: int
    asked: int  # tasks of rectification begun in the quarter
    in_time: int
    late: int  # answered after the last day
    overdue: int  # not answered, the last day has passed
    waiting: int  # not answered, the last day has not passed or none was set
    repeated: int  # of those asked: the same problem of the account was asked about within a year before


def counts_over_time(
    quarters: Iterable[Quarterly],
    stays: Mapping[str, Sequence[FocusEntry]],
    tasks: Sequence[Task],
    at: datetime,
    by: By = "",
) -> list[Count]:
    """Return the figures of each quarter: the whole first, then each part by name.

    `stays` are those of the focus list by account, `tasks` all tasks of rectification. An account that left the scope
    has no place in `accounts` of the quarters and is not counted.
    """
    again = repeated_tasks(tasks)
    today = chinese_day(at)
    counts = []
    for quarter in quarters:
        counts.append(_count(quarter, stays, tasks, again, today, "", whole=True))
        if by:
            parts = {place.part(by) for place in quarter.accounts.values()}
            if quarter.round is not None:
                parts |= {str(getattr(row, by)) for row in quarter.round.rows}
            for part in sorted(parts, key=lambda p: (p == "", p)):
                narrowed = _narrowed(quarter, by, part)
                counts.append(_count(narrowed, stays, tasks, again, today, part, whole=False))
    return counts


def repeated_tasks(tasks: Iterable[Task]) -> frozenset[object]:
    """Return the ids of tasks about a problem of an account that was asked about within a year before."""
    by_problem: dict[tuple[str, str], list[Task]] = defaultdict(list)
    for task in tasks:
        by_problem[task.account_id, task.rule].append(task)
    return frozenset(
        task.id
        for found in by_problem.values()
        for task in found
        if any(other.begun_on < task.begun_on <= other.begun_on + REPEATED_WITHIN for other in found)
    )


def _narrowed(quarter: Quarterly, by: By, part: str) -> Quarterly:
    accounts = {a: place for a, place in quarter.accounts.items() if place.part(by) == part}
    scored = quarter.round
    if scored is not None:
        rows = tuple(row for row in scored.rows if str(getattr(row, by)) == part)
        scored = msgspec.structs.replace(scored, rows=rows)
    return msgspec.structs.replace(quarter, accounts=accounts, round=scored)


def _count(
    quarter: Quarterly,
    stays: Mapping[str, Sequence[FocusEntry]],
    tasks: Iterable[Task],
    again: frozenset[object],
    today: date,
    part: str,
    *,
    whole: bool,
) -> Count:
    places, rows = quarter.accounts, quarter.round.rows if quarter.round is not None else None
    watched = [stay for account in places for stay in stays.get(account, ())]
    first, last = chinese_day(quarter.start), chinese_day(quarter.end)
    begun = [
        t for t in tasks if t.account_id in places and first <= t.begun_on <= last and _within(t, quarter)
    ]
    states = [_state(task, today) for task in begun]
    passed, failed = _rows(rows, _is(Verdict.PASS)), _rows(rows, _is(Verdict.FAIL))
    days = [row.whole_days_silent for row in rows or () if row.whole_days_silent is not None]
    return Count(
        quarter=quarter.label,
        part=part,
        whole=whole,
        accounts=sum(place.closed_at is None for place in places.values()),
        opened=sum(_falls(place.opened_at, quarter) for place in places.values()),
        closed=sum(_falls(place.closed_at, quarter) for place in places.values()),
        round=quarter.round.name if quarter.round is not None else "",
        checked=None if rows is None else len(rows),
        passed=passed,
        failed=failed,
        unknown=_rows(rows, _is(Verdict.UNKNOWN)),
        pass_rate=None if passed is None or failed is None else pass_rate(passed, failed),
        silent=_rows(rows, lambda row: row.freshness is Freshness.STALE),
        slow=_rows(rows, _is_slow),
        longest_silence=max(days, default=None),
        focus=sum(stay.holds(quarter.end) for stay in watched),
        focus_entered=sum(_falls(stay.entered_at, quarter) for stay in watched),
        focus_left=sum(_falls(stay.left_at, quarter) for stay in watched),
        asked=len(begun),
        in_time=states.count("in_time"),
        late=states.count("late"),
        overdue=states.count("overdue"),
        waiting=states.count("waiting"),
        repeated=sum(task.id in again for task in begun),
    )


def _state(task: Task, today: date) -> str:
    """Say how a task stands: an answer on its last day is in time, and so is a recheck that found it put right."""
    settled = task.answered_at or (task.rechecked_at if task.held else None)
    if settled is not None:
        return "in_time" if is_in_time(settled, task.due) else "late"
    return "overdue" if task.due is not None and task.due < today else "waiting"


def _within(task: Task, quarter: Quarterly) -> bool:
    """Tell whether a task begun on the day that ends a quarter belongs to it: 24:00 is the next day's beginning."""
    ends_at_midnight = chinese_day(quarter.end) != chinese_day(quarter.end - timedelta(microseconds=1))
    return not ends_at_midnight or task.begun_on < chinese_day(quarter.end)


def _falls(at: datetime | None, quarter: Quarterly) -> bool:
    return at is not None and quarter.start < at <= quarter.end


def _is(verdict: Verdict) -> Callable[[VerdictRow], bool]:
    return lambda row: row.verdict is verdict


def _is_slow(row: VerdictRow) -> bool:
    return row.freshness is Freshness.FRESH and (row.whole_days_silent or 0) >= SLOW_DAYS


def _rows(rows: Sequence[VerdictRow] | None, fits: Callable[[VerdictRow], bool]) -> int | None:
    return None if rows is None else sum(map(fits, rows))
