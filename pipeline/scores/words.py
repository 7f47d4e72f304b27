"""Verdicts, freshness and their reasons as people read them; JSON keeps the codes."""

from collections.abc import Mapping, Sequence

from events.facts import Freshness, UnknownReason, Verdict, VerdictRow

VERDICTS: Mapping[str, str] = {Verdict.PASS: "合格", Verdict.FAIL: "不合格", Verdict.UNKNOWN: "无法判定"}
FRESHNESS: Mapping[str, str] = {
    Freshness.FRESH: "更新正常",
    Freshness.STALE: "超期未更新",
    Freshness.UNKNOWN: "无法判定",
}
UNKNOWN_REASONS: Mapping[str, str] = {
    UnknownReason.NEVER_LOOKED: "尚未检查",
    UnknownReason.NOT_LOOKED_SINCE: "到期后未检查，或检查已过期",
    UnknownReason.SOURCE_STALLED: "采集源异常期间的检查不作依据",
    UnknownReason.NOT_PROVEN_YET: "采集源有延迟，尚不能认定",
    UnknownReason.NO_POST_NO_OPENING_DATE: "未见发布内容，开设时间不详",
    UnknownReason.DAMAGED_FEED: "采集内容不完整",
    UnknownReason.EMPTIED: "账号内容列表为空，此前有内容",
    UnknownReason.CONTRADICTED: "最新发布与此前检查不符",
}


def verdict_in_words(row: VerdictRow | None, rules: Mapping[str, str]) -> str:
    """Return a verdict with points and reason; `rules` has the names of rules by code."""
    if row is None:
        return "不在范围"
    points = "" if row.points is None else f" {row.points}分"
    reasons = {**UNKNOWN_REASONS, **rules}
    reason = f"（{reasons.get(row.reason, row.reason)}）" if row.reason else ""
    return f"{VERDICTS[row.verdict]}{points}{reason}"


_SETTLES = {
    "posts": "报送该时段的全部发文，写明起止时间",
    "longest_gap": "在周报中填“最长间隔天数”",
    "updates_28d": "在周报中填“近28天更新次数”",
    "second_look": "今后每周多查看一次",
}


def what_settles(codes: Sequence[str]) -> str:
    """Return in words what would settle weeks that are not judged."""
    return "；".join(_SETTLES[code] for code in codes)
