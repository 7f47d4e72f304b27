"""The page of a day in rows, the same for the terminal and for a workbook: names and never ids."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from events.days import chinese_day
from events.instants import SHANGHAI
from pipeline.office.emergencies.desk import WAITS_FOR
from pipeline.office.today.picture import NeedView, Today
from projections.patrol.forecast import Standing
from projections.registry.emergencies import EmergencyState

_WARNED = {"operator": "运维人员", "leader": "分管领导", "supervisor": "主管单位"}
_HELD = {
    "snooze": "已暂缓提醒至{until:%-m月%-d日}",
    "mute": "已静音至{until:%-m月%-d日}",
    "claim": "单位称已发布，需检查核实",
}
URGENT_HEADERS = ("账号", "情形", "待办", "发现时间", "编号")
WAITS = {
    "objection": "异议待决定",
    "application": "备案申请待审批",
    "rectification": "整改逾期未答复",
    "unreached": "整改提醒无人收到",
    "supervision": "督导文书逾期未答复",
    "work_order": "上级工单待答复",
    "finding": "问题待答复",
    "suspicion": "疑似线索待确认",
    "wording": "疑似表述错误待核",
    "site": "网站线索待确认",
    "report": "自查报告待报送",
    "public_report": "公众纠错待办理",
    "intake": "数据报送未写完",
    "plan": "数据报送待确认入库",
}
CAME_IN = {
    "intakes": "数据报送",
    "findings": "新记录问题",
    "applications": "备案申请",
    "objections": "异议",
    "reports": "自查报告",
}


class Section(msgspec.Struct, frozen=True):
    """A part of the page: the accounts that stand so."""

    name: str
    title: str
    standings: tuple[Standing, ...]
    headers: tuple[str, ...]


_ACCOUNT = ("编号", "主办单位", "账号名称", "平台")
SECTIONS = (
    Section(
        "需更新账号",
        "需更新账号（{until:%-m月%-d日}前到期）",
        (Standing.FAILS,),
        (*_ACCOUNT, "剩余", "到期", "最新发布", "最近检查", "联系人", "备注"),
    ),
    Section(
        "已超期账号",
        "已超期账号",
        (Standing.OVER,),
        (*_ACCOUNT, "超期", "到期", "最新发布", "最近检查", "联系人", "备注"),
    ),
    Section(
        "待核实账号",
        "待核实账号（未取得监测依据，需先检查）",
        (Standing.UNPROVEN, Standing.NO_ANCHOR),
        (*_ACCOUNT, "超期", "到期", "最新发布", "最近检查", "联系人", "备注"),
    ),
)


def need_rows(section: Section, needs: Sequence[NeedView]) -> list[tuple[str, ...]]:
    """Return the rows of a section for a terminal, which leave the year off."""
    return [
        (
            need.number or "",
            need.owner,
            need.name,
            need.platform,
            _days(need),
            "" if _is_unheard_of(need) else _day(need.fails_at),
            _post(need),
            _short(need.last_look_at),
            need.contact or "无",
            "；".join(_notes(need, section)),
        )
        for need in needs
    ]


def need_values(section: Section, needs: Sequence[NeedView]) -> list[tuple[str | date | None, ...]]:
    """Return the rows of a section for a file, with days and moments as such."""
    return [
        (
            need.number or "",
            need.owner,
            need.name,
            need.platform,
            _days(need),
            None if need.fails_at is None or _is_unheard_of(need) else chinese_day(need.fails_at),
            moment_or_day(need.newest_post_at, by_day=need.newest_post_by_day) or "无",
            need.last_look_at,
            need.contact or "无",
            "；".join(_notes(need, section)),
        )
        for need in needs
    ]


def moment_or_day(at: datetime | None, *, by_day: bool) -> date | None:
    """Return a moment of which the day alone is known as that day."""
    return chinese_day(at) if at is not None and by_day else at


def came_in_rows(found: Today) -> list[tuple[str, str]]:
    """Return what came in."""
    since = f"{found.since.astimezone(SHANGHAI):%-m月%-d日}以来"
    return [(f"{CAME_IN[one.what]}（{since}）", str(one.count)) for one in found.came_in]


def waiting_rows(found: Today) -> list[tuple[str, str, date | None, str]]:
    """Return what waits, and since which day."""
    return [
        (WAITS[one.what], one.about, None if one.since is None else chinese_day(one.since), one.number)
        for one in found.waiting
    ]


def urgent_rows(found: Today) -> list[tuple[str, str, str, datetime, str]]:
    """Return the open emergencies: about whom, what it is, what it waits for, since when, and by which id."""
    return [
        (one.about, one.problem, WAITS_FOR[EmergencyState(one.state)], one.since, one.emergency_id[:8])
        for one in found.urgent
    ]


def _days(need: NeedView) -> str:
    days_left = need.days_left
    if days_left is None or _is_unheard_of(need):
        return ""
    if days_left <= 0:
        return "今天" if days_left == 0 else f"{-days_left}天"
    return f"{days_left}天"


def _is_unheard_of(need: NeedView) -> bool:
    """Tell an account of which nobody saw anything: the days since its opening say nothing."""
    return need.newest_post_at is None and need.last_look_at is None


def _day(at: datetime | None) -> str:
    if at is None:
        return ""
    day = chinese_day(at)
    return f"{day.month}月{day.day}日"


def _short(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def _post(need: NeedView) -> str:
    if need.newest_post_at is None:
        return "无"
    if need.newest_post_by_day:
        return f"{chinese_day(need.newest_post_at):%m-%d}"
    return _short(need.newest_post_at)


def _notes(need: NeedView, section: Section) -> list[str]:
    notes = []
    if need.look_is_old and Standing.FAILS in section.standings:
        notes.append("需先检查")
    if need.standing is Standing.NO_ANCHOR:
        notes.append("开设时间不详")
    if need.last_look_at is None:
        notes.append("尚未检查")
    if need.held and need.held_until is not None:
        notes.append(_HELD[need.held].format(until=need.held_until.astimezone(SHANGHAI)))
    elif need.level:
        whom = _WARNED.get(need.warned, "")
        notes.append(f"已提醒{whom}" if need.reached else f"应提醒{whom}，未发送")
    return notes
