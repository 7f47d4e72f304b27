"""Chinese wording of messages: short, polite, and each says what its reader is to do."""

import re
from datetime import datetime, timedelta

from events.alert import RECTIFICATION, AlertCleared, AlertRaised, AlertWithdrawn
from events.days import chinese_day
from events.instants import SHANGHAI
from events.patrol import SourceImpaired, SourceRecovered, SourceRestored, SourceStalled

NAME_LIMIT = 60  # characters; longer names of sheets are cut
_DAY = timedelta(days=1)
_EVENING = 18
REQUEST = "请按职责发布；确无更新需要的，可申请整合或关停。"
"""What is asked: no post for its own sake (国办发〔2018〕123号; rules against burdens of 2023 and 2024)."""

_DAY_LEVEL = re.compile(r"day-(\d+)", re.ASCII)
_LEVEL_NAMES = {
    "limit": "超期提醒",
    "red": "红色提醒（需立即更新）",
    "yellow": "黄色提醒（需及时更新）",
    "blue": "蓝色提醒（休息日需更新）",
    "before-holiday": "节前提醒",
    "emergency": "应急处置通知",
}
_ALSO_ASKED = {
    "blue": "更新时限落在休息日，请安排好休息日的更新。",
    "before-holiday": "更新时限落在假期内，请在放假前发布更新。",
}
"""What a step asks beyond the request of every alert."""


def one_line(text: str) -> str:
    """Return a name fit for a message: one line, no control or invisible characters, at most 60 characters.

    Names come from sheets and feeds; an escape sequence in one must not reach the terminal of an office.
    """
    clean = "".join(c for c in " ".join(text.split()) if c.isprintable())
    return clean if len(clean) <= NAME_LIMIT else clean[: NAME_LIMIT - 1] + "…"


def clock_time(at: datetime) -> str:
    """Write an instant for people, to the minute, in Chinese time."""
    local = at.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"


def level_name(level: str) -> str:
    """Return what people call a step of the ladder; a step of another kind keeps its own name."""
    if found := _DAY_LEVEL.fullmatch(level):
        return f"第{found[1]}天提醒"
    return _LEVEL_NAMES.get(level) or one_line(level)


def raised_text(alert: AlertRaised, name: str, owner: str, at: datetime, limit_at: datetime) -> str:
    """Write an alert to an owner unit, as of the moment `at` for which it was raised.

    The first line says which account, how many days, until which day, and what to do; the minute below it is the
    evidence. The silence may have begun with the opening of the account as well as with a post, so "no new content
    since" is said, not "newest post". A step at or after the limit speaks of a limit that was passed, an
    earlier one never does.
    """
    limit_days = (limit_at - alert.anchor_at) // _DAY
    passed = alert.deadline >= limit_at
    headline = "超期提醒" if passed else "更新提醒"
    when = asked_until(limit_at, at, passed=passed)
    text = (
        f"{_replay(alert.replay)}【{headline}】{_address(owner)}账号“{name}”"
        f"已{silent_days(alert.anchor_at, at)}天未更新{when}。{REQUEST}\n"
        f"依据：自{clock_time(alert.anchor_at)}起未见新内容，截至{clock_time(at)}"
    )
    text += f"；超过{limit_days}天未更新的，检查时可能被单项否决。" if passed or at < limit_at else "。"
    text += _ALSO_ASKED.get(alert.level, "")
    if alert.unannounced_year:
        text += f"（{alert.unannounced_year}年的节假日安排尚未公布，本提醒仅按周末推算。）"
    return f"{text}\n如近期已有更新，或账号已关停，请告知巡查人员核实，谢谢。"


def silent_days(since: datetime, at: datetime) -> int:
    """Return how many whole days a silence lasts."""
    return (at - since) // _DAY


def asked_until(limit_at: datetime, at: datetime, *, passed: bool) -> str:
    """Write until which day an update is asked for, behind the days of a silence.

    Of a limit before six in the evening the day before, so that whoever posts on the day that is named is in time.
    """
    if passed:
        return f"，已于{day_text(limit_at)}超过更新时限"
    if at >= limit_at:
        return ""
    today, named = chinese_day(at), limit_at
    if limit_at.astimezone(SHANGHAI).hour < _EVENING and chinese_day(limit_at) > today:
        named -= _DAY
    if chinese_day(named) > today:
        return f"，请于{day_text(named)}前（含当日）发布"
    by = f"{limit_at.astimezone(SHANGHAI):%H:%M}前" if chinese_day(limit_at) == today else "内"
    return f"，请于今日（{day_text(named)}）{by}发布"


def day_text(at: datetime) -> str:
    """Write a day for people, in Chinese time."""
    local = at.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日"


def cleared_text(cleared: AlertCleared, name: str, owner: str, at: datetime) -> str:
    """Write that an alert is over; the event does not say whether by a post or by the account's closing."""
    ended = "的登记已撤销" if cleared.unregistered else "已恢复更新或已关停"
    return (
        f"{_replay(cleared.replay)}【提醒解除】{_address(owner)}账号“{name}”{ended}，"
        f"此前的{level_name(cleared.level)}于{clock_time(at)}解除，无需再处理，谢谢配合。"
    )


def withdrawn_text(withdrawn: AlertWithdrawn, name: str, owner: str, *, was_end: bool) -> str:
    """Write that a message was wrong, to whoever was told it: an alert, the end of one, or about a source."""
    head = f"{_replay(withdrawn.replay)}【提醒撤回】"
    if not withdrawn.level:
        return f"{head}此前关于采集源“{name}”的通知经核对有误，现予撤回，请勿据此处理。"
    what = f"{head}{_address(owner)}账号“{name}”此前的{level_name(withdrawn.level)}"
    if was_end:
        return f"{what}的解除通知经核对有误，现予撤回；该提醒仍然有效，请尽快发布更新。"
    if withdrawn.cause is not None:
        return f"{what}所依据的巡查结果已不成立，现予撤回；如再次确认未更新，将另行提醒。"
    return f"{what}经核对有误，现予撤回，无需据此处理，敬请谅解。"


def stalled_text(stalled: SourceStalled, name: str) -> str:
    """Write to the people who patrol that a source stopped showing anything new."""
    if stalled.declared:
        return (
            f"{_replay(stalled.replay)}【采集源异常】采集源“{name}”已由市办登记为停滞："
            f"自{clock_time(stalled.since)}起没有任何新内容。\n"
            "请检查该采集源；恢复之前，它的巡查结果不作为账号未更新的依据。"
        )
    if stalled.canaries:
        return (
            f"{_replay(stalled.replay)}【采集源异常】采集源“{name}”自{clock_time(stalled.since)}起没有任何新内容，"
            f"{stalled.accounts}个每日更新的哨兵账号中，按以往规律应有{round(stalled.expected_posts)}个更新。\n"
            "请检查该采集源；恢复之前，它的巡查结果不作为账号未更新的依据。"
        )
    return (
        f"{_replay(stalled.replay)}【采集源异常】采集源“{name}”自{clock_time(stalled.since)}起没有任何新内容，"
        f"按以往规律应有约{round(stalled.expected_posts)}条（共{stalled.accounts}个账号）。\n"
        "请检查该采集源；恢复之前，它的巡查结果不作为账号未更新的依据。"
    )


def recovered_text(recovered: SourceRecovered, name: str, at: datetime) -> str:
    """Write to the people who patrol that a stalled source shows new posts again."""
    if recovered.lifted:
        return (
            f"{_replay(recovered.replay)}【采集源恢复】采集源“{name}”的停滞登记已于{clock_time(at)}撤销"
            f"（自{clock_time(recovered.since)}起）。\n"
            "它的巡查结果仍按正常来源采用；现无需处理。"
        )
    return (
        f"{_replay(recovered.replay)}【采集源恢复】采集源“{name}”于{clock_time(at)}重新取得新内容"
        f"（自{clock_time(recovered.since)}起异常）。\n"
        "异常期间的巡查结果不作为账号未更新的依据；现无需处理。"
    )


def impaired_text(impaired: SourceImpaired, name: str) -> str:
    """Write to the people who patrol that a log-in is refused, or that posts come later than configured."""
    head = f"{_replay(impaired.replay)}【采集源异常】采集源“{name}”"
    if impaired.what == "log_in":
        return (
            f"{head}于{clock_time(impaired.since)}被拒绝登录。\n"
            "请重新登录或更换凭证；恢复之前，依赖该登录的账号无法巡查。"
        )
    hours = -(-impaired.seen_lag_s // 3600)
    return (
        f"{head}展示新内容比设置的更晚：估计约{hours}小时，设置为{impaired.lag_s // 3600}小时。\n"
        "请核实并调大该采集源的滞后（lag）设置，否则可能误判账号未更新。"
    )


def restored_text(restored: SourceRestored, name: str, at: datetime) -> str:
    """Write to the people who patrol that a log-in works, or that posts come in time again."""
    what = "登录已恢复" if restored.what == "log_in" else "展示新内容的时间已恢复正常"
    return (
        f"{_replay(restored.replay)}【采集源恢复】采集源“{name}”{what}（{clock_time(at)}，"
        f"自{clock_time(restored.since)}起异常）。现无需处理。"
    )


def summary_text(count: int, levels: dict[str, int], names: list[str], more: int, *, replay: bool) -> str:
    """Write one message for many alerts that were old when they were raised."""
    by_level = "、".join(f"{level_name(level)}{number}条" for level, number in levels.items())
    rest = f"等，另有{more}个账号未列出" if more else ""
    return (
        f"{_replay(replay)}【提醒汇总】共{count}条较早的提醒：{by_level}。\n"
        f"涉及账号：{'、'.join(names)}{rest}。\n"
        "请通知相关主办单位核实并及时更新，谢谢。"
    )


def unreached_text(name: str, owner: str, level: str, *, nobody: bool) -> str:
    """Write to the city office that an alert reached none of those who had to be told."""
    why = "没有可用的联系方式" if nobody else "各接收人均未送达"
    what = f"整改提醒（账号“{name}”等）" if level == RECTIFICATION else f"账号“{name}”的{level_name(level)}"
    return (
        f"【提醒未送达】{owner or '主办单位不明'}的{what}未能送达：{why}。\n"
        "请电话通知该单位，并核对人员表和值班表。"
    )


def _replay(replay: bool) -> str:
    return "【历史回放】" if replay else ""


def _address(owner: str) -> str:
    return f"{owner}：您单位主办的" if owner else ""
