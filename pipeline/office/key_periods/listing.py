"""Key periods for people: from when to when, where, how often somebody looks, and which days have nobody on duty."""

from datetime import date, timedelta
from uuid import UUID

import msgspec

from pipeline.home.folder import Home
from pipeline.home.workspace import Workspace
from pipeline.office.columns import Column, day, number, text, word
from pipeline.office.duty import list_duty
from pipeline.office.key_periods.acts import known_key_periods
from projections.patrol.key_periods import KeyPeriod

STATES = {"coming": "未开始", "running": "进行中", "over": "已结束"}
"""How far a period has come, by code."""

COLUMNS: tuple[Column, ...] = (
    text("name", "名称"),
    day("starts_on", "开始日期"),
    day("ends_on", "结束日期"),
    text("areas", "地区"),
    number("looks_a_day", "每日查看次数"),
    word("state", "情况", STATES),
    number("days_without_duty", "无人值班天数"),
)
"""Columns of the list, for the command line and the page."""


class PeriodView(msgspec.Struct, frozen=True, kw_only=True):
    """A period as a list has it."""

    period_id: UUID
    name: str
    starts_on: date
    ends_on: date
    areas: tuple[str, ...]  # empty: all
    looks_a_day: int
    duty: bool
    state: str
    ended_early: bool
    days_without_duty: int | None  # None: nobody has to be


def list_key_periods(workspace: Workspace, today: date, area: str | None = None) -> list[PeriodView]:
    """Return the periods, the newest first; with an area those that cover it."""
    periods = [
        period
        for period in known_key_periods(workspace)
        if area is None or not period.told.areas or area in period.told.areas
    ]
    return [_view(workspace.home, period, today) for period in reversed(periods)]


class DayView(msgspec.Struct, frozen=True):
    """A day of a period."""

    day: date
    duty: tuple[str, ...]  # units that the duty table names
    begun: bool  # a report of it can be made


def days_of(home: Home, period: KeyPeriod, today: date) -> list[DayView]:
    """Return the days of a period with who is on duty, the first one first."""
    days = _days(period)
    turns = list_duty(home, days[0], len(days)) if days else []
    return [
        DayView(
            day,
            tuple(dict.fromkeys(t.unit for t in turns if t.first_day <= day <= t.last_day)),
            day <= today,
        )
        for day in days
    ]


def days_without_duty(home: Home, period: KeyPeriod) -> list[date]:
    """Return the days of a period on which the duty table names nobody."""
    return [one.day for one in days_of(home, period, date.min) if not one.duty]


def _days(period: KeyPeriod) -> list[date]:
    count = (period.ends_on - period.told.starts_on).days + 1
    return [period.told.starts_on + timedelta(days=n) for n in range(max(0, count))]


def _view(home: Home, period: KeyPeriod, today: date) -> PeriodView:
    declared = period.told
    state = "coming" if today < declared.starts_on else "over" if today > period.ends_on else "running"
    return PeriodView(
        period_id=period.period_id,
        name=declared.name,
        starts_on=declared.starts_on,
        ends_on=period.ends_on,
        areas=declared.areas,
        looks_a_day=declared.looks_a_day,
        duty=declared.duty,
        state=state,
        ended_early=period.ended_early,
        days_without_duty=len(days_without_duty(home, period)) if declared.duty else None,
    )
