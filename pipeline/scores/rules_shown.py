"""Rulesets and ladders in words that people read: what each rule does, when each step comes."""

from collections.abc import Iterable
from typing import Any

from events.instants import SHANGHAI
from projections.rules.calendar import last_announced_year
from projections.rules.ladder_steps import Assumption, NamedLadder, Step, Weekday
from projections.rules.rulesets import Rule, Ruleset, Weeks

_LINES = {"red": "单项否决", "yellow": "扣分"}
_KINDS = {"full": "全面检查", "red_lines": "单否问题专项检查"}
_AUDIENCES = {"operator": "运维人员", "leader": "分管领导"}
_WHERE = {"rest": "，时限落在休息日时", "workday": "，时限落在工作日时", "holiday": "，时限落在节假日时"}
_DAYS: dict[Weekday, str] = {
    "monday": "周一",
    "tuesday": "周二",
    "wednesday": "周三",
    "thursday": "周四",
    "friday": "周五",
    "saturday": "周六",
    "sunday": "周日",
}


def effect_of(rule: Rule, ruleset: Ruleset) -> str:
    """Return what a rule does to an account."""
    if rule.effect == "record":
        return "仅登记"
    if rule.effect == "fail":
        return "不合格"
    if rule.by == "posts" and ruleset.weeks is not None:
        return f"每周{ruleset.weeks.per_week_points}分，最多{ruleset.weeks.max_points}分"
    if rule.points_each == rule.max_points:
        return f"{rule.points_each}分"
    return f"每次{rule.points_each}分，最多{rule.max_points}分"


def rule_rows(ruleset: Ruleset) -> list[dict[str, Any]]:
    """Return the rules of a ruleset, one a row."""
    return [
        {
            "code": rule.code,
            "line": rule.line,
            "name": rule.name,
            "effect": rule.effect,
            "points_each": rule.points_each,
            "max_points": rule.max_points,
            "clause": rule.clause,
            "by": rule.by,
            "aliases": rule.aliases,
            "line_shown": _LINES[rule.line],
            "effect_shown": effect_of(rule, ruleset),
            "by_shown": "人工" if rule.by == "finding" else "自动",
        }
        for rule in ruleset.rules
    ]


def step_rows(steps: Iterable[Step], limit_days: int | None = None) -> list[dict[str, Any]]:
    """Return the steps of a ladder, one a row."""
    return [
        {
            "level": step.level,
            "when": _when(step, limit_days),
            "audience": _AUDIENCES.get(step.audience, step.audience),
        }
        for step in steps
    ]


def assumption_rows(assumptions: Iterable[Assumption]) -> list[dict[str, Any]]:
    """Return what documents leave open, one a row."""
    return [{"name": a.name, "value": a.value, "why": a.why} for a in assumptions]


def facts_of_ruleset(ruleset: Ruleset, sha256: str) -> dict[str, str]:
    """Return what is said of a ruleset beside its rules, by what people call it."""
    mark = ruleset.pass_mark
    facts = {
        "规则集": ruleset.label,
        "依据": "；".join(ruleset.documents),
        "起用": f"{ruleset.effective_from.astimezone(SHANGHAI):%Y-%m-%d}",
        "判定": "仅单项否决，不计分"
        if mark is None
        else f"有单项否决即不合格、不再计分；否则满分{ruleset.full_points}分，低于{mark}分不合格",
        "更新时限": f"{ruleset.freshness.limit_days}天；证明未更新的巡查不早于监测时间点前"
        f"{ruleset.freshness.look_max_age_hours}小时",
    }
    if ruleset.weeks is not None:
        facts["服务号"] = _service_accounts(ruleset.weeks)
    if ruleset.rounds:
        facts["检查安排"] = "；".join(
            f"{'、'.join(f'{m}月' for m in planned.months)}{_KINDS[planned.kind]}"
            for planned in ruleset.rounds
        )
    if ruleset.roll is not None:
        facts["全年满分名单"] = f"全年历次检查均为{ruleset.roll.points}分（{ruleset.roll.clause}）"
    if ruleset.focus_after_days is not None:
        facts["重点关注名单"] = f"检查时超过{ruleset.focus_after_days}天未更新的纳入"
    if ruleset.ladder_from:
        facts["预警阶梯"] = ruleset.ladder_from
    if _follows_calendar(ruleset.ladder):
        facts["节假日"] = _holidays()
    facts["sha256"] = sha256
    return facts


def facts_of_ladder(ladder: NamedLadder) -> dict[str, str]:
    """Return what is said of a ladder beside its steps, by what people call it."""
    facts = {"预警阶梯": ladder.label, "来源": ladder.source}
    if ladder.patrol_days:
        facts["普查日"] = "、".join(_DAYS[day] for day in ladder.patrol_days) + "（法定节假日除外）"
    if _follows_calendar(ladder.steps):
        facts["节假日"] = _holidays()
    return facts


def _follows_calendar(steps: Iterable[Step]) -> bool:
    return any(step.patrol is not None or step.workday is not None for step in steps)


def _holidays() -> str:
    return f"已知至{last_announced_year()}年；此后的年份尚未公布，仅按周末推算，并在提醒中注明"


def _service_accounts(weeks: Weeks) -> str:
    return (
        f"监测时间点前{weeks.service_account_days}天内更新少于{weeks.service_account_updates}次，"
        f"扣{weeks.service_account_points}分"
    )


def _when(step: Step, limit_days: int | None) -> str:
    if step.is_limit:
        return f"超过{limit_days}天即提醒" if limit_days is not None else "超过更新时限即提醒"
    if step.day is not None:
        return f"最新发布后第{step.day}天09:00，不晚于时限"
    what = "普查日" if step.patrol is not None else "工作日"
    number = step.patrol or step.workday or 1
    back = "最后一个" if number == 1 else f"倒数第{number}个"
    return f"时限前{back}{what}09:00{_WHERE.get(step.where, '')}"
