"""Where the quota of a source is too small: how many accounts it will not look at in time, and which for certain."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from events.days import chinese_day
from events.instants import from_micros
from pipeline.patrol.carrying import SourceOutlook
from projections.patrol.account_line import AccountLine
from projections.patrol.needs import Reason

REASONS: Mapping[Reason, str] = {
    Reason.NEVER_LOOKED: "尚未检查",
    Reason.CLAIMED: "单位称已发布，待核实",
    Reason.LIMIT_PASSED: "已到期，核实是否更新",
    Reason.LAST_STEP: "临近到期，末次提醒前核实",
    Reason.ROUND: "检查时点已到，待核实",
    Reason.OVER_LIMIT: "已超期，核实是否恢复更新",
    Reason.WARNED: "已提醒，核实是否更新",
    Reason.FIRST_STEP: "三个工作日内到期，提醒前核实",
    Reason.STEP: "即将提醒，提醒前核实",
    Reason.HINTED: "有线索称有新发布，待核实",
    Reason.DAILY: "重点关注，每日监测",
    Reason.KEY_PERIOD: "重要时段，加密监测",
    Reason.CANARY: "每日更新账号，核实来源是否正常",
    Reason.WEEK_AT_RISK: "更新较多，避免漏记某周更新",
    Reason.POSTS_AT_RISK: "更新较多，避免漏记发文",
    Reason.LONG_AGO: "较长时间未检查",
    Reason.NO_ANCHOR: "未见发布内容，开设时间不详",
}
"""Why somebody looks at an account, for people."""


class LateView(msgspec.Struct, frozen=True):
    """An account that its source will not look at in time."""

    account_id: str
    name: str
    platform: str
    owner: str
    reason: Reason
    due_at: datetime


class ShortQuota(msgspec.Struct, frozen=True):
    """A source with too little quota."""

    source: str
    number: int  # of accounts that it will look at too late, with a margin
    least: int
    most: int
    accounts: tuple[LateView, ...]  # for certain; people look at them, or another log-in does


def short_quotas(
    outlooks: Iterable[SourceOutlook], lines: Mapping[str, AccountLine]
) -> tuple[ShortQuota, ...]:
    """Return the sources with too little quota, and of the accounts among these lines those that are certain."""
    return tuple(
        ShortQuota(
            outlook.source,
            outlook.number,
            outlook.least,
            outlook.most,
            tuple(
                _view(lines[late.plan.account_id], late.plan.reason, late.plan.deadline)
                for late in outlook.late
                if late.plan.account_id in lines
            ),
        )
        for outlook in outlooks
    )


def short_quota_words(short: ShortQuota, until: datetime) -> str:
    """Say how many accounts a source will not look at in time."""
    day = chinese_day(until)
    certain = f"，其中可确定的 {short.least} 个已转入人工巡查清单" if short.least else ""
    return (
        f"来源 {short.source} 额度不足：至{day.month}月{day.day}日约 {short.number} 个账号"
        f"（{short.least} 至 {short.most} 个）不能按时巡查{certain}"
    )


def late_rows(shorts: Iterable[ShortQuota]) -> list[tuple[str, str, str, str, datetime, str]]:
    """Return the accounts that will certainly not be looked at in time."""
    return [
        (late.owner, late.name, late.platform, REASONS[late.reason], late.due_at, short.source)
        for short in shorts
        for late in short.accounts
    ]


LATE_HEADERS = ("主办单位", "账号名称", "平台", "原因", "最迟", "来源")


def _view(line: AccountLine, reason: Reason, deadline: int) -> LateView:
    return LateView(line.account_id, line.name, line.platform, line.owner, reason, from_micros(deadline))
