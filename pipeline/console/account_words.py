"""How pages say of an account how it stands: its mark, the time that is left, and what came of reminders."""

from datetime import datetime

from events.days import chinese_day
from events.instants import SHANGHAI
from pipeline.console.words import weekday
from pipeline.office.standing.standings import WHY, Mark

MARK_WORDS = {
    Mark.OVER: "已超期",
    Mark.RED: "红",
    Mark.BLUE: "蓝",
    Mark.YELLOW: "黄",
    Mark.UNKNOWN: "待核实",
    Mark.OK: "正常",
}
TITLES = {
    Mark.OVER: "已超期",
    Mark.RED: "红 需立即更新",
    Mark.BLUE: "蓝 休息日需更新",
    Mark.YELLOW: "黄 需及时更新",
    Mark.UNKNOWN: "待核实",
    Mark.OK: "更新正常",
}
SUBTITLES = {
    Mark.OVER: "两周内未更新，检查已证实",
    Mark.RED: "今天到期",
    Mark.BLUE: "到期日在休息日",
    Mark.YELLOW: "近几个工作日内到期",
    Mark.UNKNOWN: "未取得监测依据，暂不判定",
    Mark.OK: "两周内有更新",
}
HOW = {
    "stalled": "处理数据来源，或人工检查一次",
    "never": "人工检查一次",
    "no_anchor": "核对开设时间",
    "old": "人工检查一次",
}
"""How it is cleared up, by the code of why nobody knows."""


def mark_name(mark: Mark, why: str = "") -> str:
    """Return the name of the mark in the sprite."""
    return "stall" if why == "stalled" else str(mark)


def mark_words(mark: Mark, why: str = "") -> str:
    """Return the word beside a mark, with why nobody knows."""
    return f"{MARK_WORDS[mark]}（{WHY[why]}）" if why else MARK_WORDS[mark]


def left_in_words(limit_at: datetime | None, now: datetime) -> str:
    """Return 已超 5 天, 今天到期, 剩 3 天; empty where nothing is counted."""
    if limit_at is None:
        return ""
    if limit_at < now:
        days = (now - limit_at).days
        return f"已超 {days} 天" if days else "已超期"
    days = (chinese_day(limit_at) - chinese_day(now)).days
    return f"剩 {days} 天" if days else "今天到期"


def limit_in_words(limit_at: datetime | None, now: datetime) -> str:
    """Return 16:27 of today, 星期六 10:11 within the week, else 12-12 17:05."""
    if limit_at is None:
        return ""
    days = (chinese_day(limit_at) - chinese_day(now)).days
    local = limit_at.astimezone(SHANGHAI)
    if days == 0:
        return f"{local:%H:%M}"
    if 0 < days < len("一二三四五六日"):
        return f"{weekday(limit_at)} {local:%H:%M}"
    return f"{local:%m-%d %H:%M}"
