"""How pages write moments, days and numbers: as people say them, in Chinese time, never as codes."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from events.days import LAST_SECOND, chinese_day
from events.instants import SHANGHAI
from pipeline.access.users import ROLE_TITLES, User

_WEEKDAYS = "一二三四五六日"


def moment(at: datetime | None) -> str:
    """Return 2026-12-18 09:05, the day alone where no time of it was told, empty for none."""
    return "" if at is None else _written(at, "%Y-%m-%d")


def short_moment(at: datetime | None) -> str:
    """Return 12-18 09:05, for tables of the present."""
    return "" if at is None else _written(at, "%m-%d")


def _written(at: datetime, day_format: str) -> str:
    there = at.astimezone(SHANGHAI)
    return f"{there:{day_format}}" if there.time() == LAST_SECOND else f"{there:{day_format} %H:%M}"


def day(at: date | None) -> str:
    """Return 2026年12月18日 of a moment or a day."""
    if at is None:
        return ""
    on = chinese_day(at) if isinstance(at, datetime) else at
    return f"{on.year}年{on.month}月{on.day}日"


def weekday(at: date) -> str:
    """Return 星期五."""
    on = chinese_day(at) if isinstance(at, datetime) else at
    return f"星期{_WEEKDAYS[on.weekday()]}"


def long_moment(at: datetime) -> str:
    """Return 2026年12月15日18时（星期二） as documents write it; midnight is the 24时 of the day before."""
    local = at.astimezone(SHANGHAI)
    if not (local.hour or local.minute):
        before = local - timedelta(minutes=1)
        return f"{day(before)}24时（{weekday(before)}）"
    minutes = f"{local.minute}分" if local.minute else ""
    return f"{day(at)}{local.hour}时{minutes}（{weekday(at)}）"


def dash(value: Any) -> Any:
    """Return a value, and a dash for nothing."""
    return "–" if value is None or value == "" else value


def name_and_roles(user: User) -> str:
    """Return 张三 · 经办人."""
    roles = "、".join(dict.fromkeys(ROLE_TITLES[grant.role] for grant in user.grants))
    return f"{user.name} · {roles}" if roles else user.name


FILTERS: dict[str, Callable[..., Any]] = {
    "moment": moment,
    "short": short_moment,
    "day": day,
    "weekday": weekday,
    "said_moment": long_moment,
    "dash": dash,
    "said_of": name_and_roles,
}
