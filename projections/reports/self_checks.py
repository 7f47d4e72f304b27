"""Self-checks of a quarter: who reported when, and how many of its accounts were checked.

昆政办发〔2019〕162号 三(三): a report each quarter, the fourth covers the year; annex 3, 抽查检查: each report after
the last day of the quarter, and a year that does not cover every account, cost points. No assessment is made here.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum

import msgspec

from events.days import chinese_day, day_that_holds, is_told_by
from events.known import Known
from events.quarters import Quarter
from events.report import ReportReceived, SelfCheckRecorded
from projections.reports.reporters import Reporter

REPORT_TYPES = ("report.received", "self_check.recorded")
"""Types of events that the state of reports follows from."""


class Timing(StrEnum):
    """Whether a report came in time."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"  # none by the deadline
    PENDING = "pending"  # none yet, the deadline has not passed


class ReportState(msgspec.Struct, frozen=True, kw_only=True):
    """What a reporter told about a quarter, and in the fourth about the year."""

    subject: str
    name: str
    due: date
    timing: Timing
    received_at: datetime | None  # of the first report
    days_late: int = 0  # of the first report; where it is missing, so far
    accounts: int  # that it answers for at T
    checked: int  # of these, in the quarter
    failed: int  # of these, in its newest self-check of the quarter
    reports: int  # handed in for the quarter; a corrected one counts again
    covers_year: bool | None = None  # whether a report of the fourth quarter says so; None in other quarters
    unchecked: tuple[str, ...] = ()  # accounts without a self-check in the quarter
    unchecked_in_year: tuple[str, ...] = ()  # in the fourth quarter: accounts without one in the whole year

    @property
    def complete(self) -> bool:
        """Whether every account was checked (annex 3: 检查比例 100 %)."""
        return self.checked == self.accounts

    @property
    def share(self) -> str | None:
        """Return 检查比例 in percent, rounded down: annex 3 rewards 70 % and 100 %, and nearly is neither."""
        if not self.accounts:
            return None
        tenths = self.checked * 1000 // self.accounts
        return f"{tenths // 10}.{tenths % 10}%"


def report_states(
    known: Iterable[Known],
    reporters: Sequence[Reporter],
    quarter: Quarter,
    at: datetime,
    due: date | None = None,
) -> list[ReportState]:
    """Return the state of every reporter's quarter at T, in the order of `reporters`.

    `due` stands in place of the rule's last day, as the Suzhou 2023Q1 bulletin sets 15 March. A report counts as
    received on its Chinese day, and all of that day where nothing finer is known; the first one counts for the
    deadline, rows of all of them for what was checked.
    """
    known = [
        k
        for k in known
        if isinstance(k.event.data, ReportReceived | SelfCheckRecorded)
        and is_told_by(k.event.time, at, date_only=k.event.data.date_only)
    ]
    last = due or quarter.last_day
    return [_state(known, reporter, quarter, at, last) for reporter in reporters]


def _state(
    known: Sequence[Known], reporter: Reporter, quarter: Quarter, at: datetime, due: date
) -> ReportState:
    received, covers_year = [], False
    subjects = {reporter.subject, *reporter.areas}
    outcomes: dict[str, tuple[datetime, str]] = {}
    in_year: set[str] = set()
    for k in known:
        event, data = k.event, k.event.data
        if isinstance(data, ReportReceived) and event.subject in subjects:
            if data.quarter == quarter.label:
                received.append(event.time)
                covers_year = covers_year or data.covers_year
        elif isinstance(data, SelfCheckRecorded) and data.unit in subjects:
            if quarter.year_start < event.time <= quarter.end:
                in_year.add(event.subject)
            newer = event.subject not in outcomes or outcomes[event.subject][0] <= event.time
            if quarter.start < event.time <= quarter.end and newer:
                outcomes[event.subject] = event.time, data.outcome
    first = min(received, default=None)
    checked = reporter.accounts & outcomes.keys()
    fourth = quarter.number == 4
    return ReportState(
        subject=reporter.subject,
        name=reporter.name,
        due=due,
        timing=_timing(first, due, at),
        received_at=first,
        days_late=max(((day_that_holds(first) if first else chinese_day(at)) - due).days, 0),
        accounts=len(reporter.accounts),
        checked=len(checked),
        failed=sum(outcomes[account][1] == "failed" for account in checked),
        reports=len(received),
        covers_year=covers_year if fourth else None,
        unchecked=tuple(sorted(reporter.accounts - checked)),
        unchecked_in_year=tuple(sorted(reporter.accounts - in_year)) if fourth else (),
    )


def _timing(received: datetime | None, due: date, at: datetime) -> Timing:
    if received is not None:
        return Timing.LATE if day_that_holds(received) > due else Timing.ON_TIME
    return Timing.MISSING if chinese_day(at) > due else Timing.PENDING
