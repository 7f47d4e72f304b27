"""How an explanation is printed."""

from collections.abc import Mapping
from typing import Any

from events.instants import SECOND_US, from_micros
from pipeline.cli.fields import deduction_fields
from pipeline.cli.output import minutes, print_json, print_rows, say
from pipeline.office.columns import Column, any_of, ident, minute, number, text, word
from pipeline.scores.explain import Explanation
from pipeline.scores.scoring import Question
from pipeline.scores.words import FRESHNESS, UNKNOWN_REASONS, VERDICTS, what_settles

_WEEKS = {"updated": "有更新", "missed": "无更新", "not_judged": "无法认定", "not_counted": "不计"}


def print_explanation(
    explanation: Explanation, question: Question, behind: int, rules: Mapping[str, str], *, as_json: bool
) -> None:
    """Print why an account has its verdict; `rules` has the names of rules by code."""
    facts, row = explanation.facts, explanation.row
    deductions = [deduction_fields(d) for d in row.deductions]
    findings = [
        {
            "finding_id": str(f.id),
            "rule": f.rule,
            "severity": f.severity,
            "count": f.count,
            "found_at": f.found_at,
        }
        for f in facts.findings
    ]
    head: dict[str, Any] = {
        "account_id": facts.given_id,
        "subject": facts.account_id,
        "name": facts.name,
        "owner": facts.owner,
        "platform": facts.platform,
        "check_point": question.period.check_point,
        "known_at": question.known_at,
        "behind": behind,
        "quarter": question.period.label,
        "ruleset": question.ruleset.label,
        "verdict": str(row.verdict),
        "reason": row.reason,
        "freshness": str(row.freshness),
        "points": row.points,
        "newest_post_at": row.newest_post_at,
        "whole_days_silent": row.whole_days_silent,
        "opened_at": facts.opened_at,
        "proven_until": facts.proven_until,
        "last_trusted_look_at": facts.last_trusted_look_at,
        "covered_from": from_micros(facts.covered[-1][0] * SECOND_US) if facts.covered else None,
        "weeks_not_judged": row.weeks_not_judged,
        "settled_by": list(explanation.settled_by),
    }
    if as_json:
        lists = {
            "posts": explanation.posts,
            "gaps": explanation.gaps,
            "looks": explanation.looks,
            "weeks": explanation.weeks,
        }
        print_json({**head, "deductions": deductions, "findings": findings, **lists})
        return
    labels = {
        "name": "账号名称 name",
        "platform": "平台 platform",
        "subject": "账号 account",
        "owner": "主办单位 owner",
        "verdict": "结果 verdict",
        "reason": "原因 reason",
        "freshness": "更新状态 freshness",
        "points": "得分 points",
        "whole_days_silent": "未更新天数 whole days silent",
        "proven_until": "静默已证实至 silence proven until",
        "covered_from": "内容已知自 posts known from",
        "ruleset": "规则 ruleset",
        "known_at": "知悉时间 known at",
        "behind": "此后另有 recorded since",
    }
    reasons = {**UNKNOWN_REASONS, **rules}
    in_words = {
        **head,
        "verdict": VERDICTS[row.verdict],
        "freshness": FRESHNESS[row.freshness],
        "reason": reasons.get(row.reason, row.reason),
    }
    print_rows(
        [{"what": label, "value": in_words[key]} for key, label in labels.items()],
        as_json=False,
        columns={"what": "项目", "value": "内容"},
    )
    sections: list[tuple[str, list[dict[str, Any]], tuple[Column, ...]]] = [
        (
            "扣分与否决 deductions",
            deductions,
            (
                word("rule", "指标", rules),
                number("count", "次"),
                number("points", "扣分"),
                text("clause", "依据"),
            ),
        ),
        (
            "问题 findings",
            [{**finding, "short": str(finding["finding_id"])[:8]} for finding in findings],
            (
                ident("short", "问题ID"),
                word("rule", "指标", rules),
                number("count", "次"),
                minute("found_at", "发现时间"),
            ),
        ),
        (
            "最近内容 newest posts",
            explanation.posts,
            any_of({"published": "发布时间", "post_id": "ID", "void_from": "失效自"}),
        ),
        (
            "一周以上的间隔 gaps of more than a week",
            explanation.gaps,
            any_of({"from": "自", "until": "至", "whole_days": "天数"}),
        ),
        (
            "最近巡检 newest looks",
            explanation.looks,
            any_of({"looked_at": "时间", "source": "来源", "failed": "失败", "lag_s": "滞后秒"}),
        ),
        (
            "各周 weeks, newest first",
            [_week_for_people(week) for week in explanation.weeks],
            any_of(
                {
                    "from": "自",
                    "until": "至",
                    "posted": "有更新",
                    "judged": "认定",
                    "not_known": "无人知晓的时段",
                }
            ),
        ),
    ]
    for title, rows, columns in sections:
        if rows:
            say("")
            print_rows(rows, as_json=False, columns=columns, title=title)
    if explanation.settled_by:
        weeks = "近28天的更新次数" if row.weeks_not_judged is None else f"{row.weeks_not_judged}周"
        say(f"\n无法认定 not judged: {weeks}，不扣分。可以认定的办法：{what_settles(explanation.settled_by)}")


def _week_for_people(week: dict[str, Any]) -> dict[str, Any]:
    spans = [f"{minutes(span['from'])} 至 {minutes(span['until'])}" for span in week["not_known"]]
    return {**week, "judged": _WEEKS[week["judged"]], "not_known": "，".join(spans)}
