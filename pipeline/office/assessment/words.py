"""What stands in an assessment, in Chinese: kinds of units, outcomes, and each ground as a sentence."""

import re
from collections.abc import Mapping

from events.assessment import Ground
from events.quarters import parse_quarter

KINDS = {
    "zone": "区（管委会）",
    "town": "镇",
    "street_office": "城市管理办事处",
    "department": "部门",
    "line": "条线管理部门",
    "other": "其他单位",
}
OUTCOMES = {"passed": "合格", "failed": "不合格"}
REVIEWS = {"waiting": "待复核", "accepted": "已认可", "refused": "不予认可"}
STAGES = {"drafted": "已起草", "told": "已告知", "final": "已定稿"}
DECISIONS = {"upheld": "成立", "rejected": "不成立"}
BY = {"unit": "单位报送", "office": "办公室登记"}
MEASURES = {
    "faking": "弄虚作假",
    "not_rectified": "整改不到位",
    "similar_accounts": "同一平台3个以上相近账号",
    "closed_not_closed": "报关停未关停或无停更公告",
    "no_application": "新开设未申请",
    "filing_late": "未按时备案",
    "left_out": "漏管账号",
    "no_appraisal": "未纳入绩效考核",
    "praise_city": "市级表彰",
    "praise_province": "省级（含）以上表彰",
    "ranking_city": "市级排名前5",
    "ranking_province": "省级（含）以上排名前5",
}
"""What rows are handed in of."""

_LEVELS = {"state_council": "国务院办公厅", "province": "省级", "city": "市级"}
_FILED = {"opened": "开设", "changed": "变更", "stopped": "关停", "cancelled": "注销"}
_CLOSED = {
    "no_notice": "报关停，没有停更公告的记录",
    "posting": "报关停后仍在发布",
    "both": "报关停后仍在发布，也没有停更公告的记录",
}
_REPORTS = {
    "late": "{day} 报送，期限 {due}",
    "missing": "没有报送，期限 {due}",
    "no_year": "没有包括全年情况",
}
_ANSWERS = {"late": "{day} 才答复", "missing": "没有答复"}
_SENTENCES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "report_late": ("{about}自查整改情况：{how}", _REPORTS),
    "quarter_unchecked": ("{about}没有检查任何账号", {}),
    "share": ("{about}检查账号 {how}", {}),
    "not_covered": ("全年没有检查：{about}", {}),
    "no_account": ("截至 {day} 没有在用账号", {}),
    "upper_serious": ("{day} {how}抽查 {about} 不合格（严重错误）", _LEVELS),
    "upper_other": ("{day} {how}抽查 {about} 不合格（其他原因）", _LEVELS),
    "upper_all_passed": ("{day} {how}抽查 {about} 合格", _LEVELS),
    "not_rectified": ("{about} 的问题应于 {due} 前整改，{how}", _ANSWERS),
    "closed_not_closed": ("{about} {how}（{day}）", _CLOSED),
    "filing_late": ("{about} {how}应于 {due} 前备案，{day} 才备案", _FILED),
    "left_out": ("{day} 发现 {about} 不在监管范围内", {}),
}
_NOTED = "{measure} {count} 起（次），{day} 发生，报送材料已复核"
_MOST_LISTED = 5
_QUARTER = re.compile(r"\d{4}Q[1-4]")
_SHARE = re.compile(r"(\d+)/(\d+)")


def ground_words(ground: Ground, names: Mapping[str, str]) -> str:
    """Write a ground as a sentence; `names` are of accounts by id."""
    measure = MEASURES.get(ground.measure, ground.measure)
    if ground.how == "noted":
        return _NOTED.format(measure=measure, count=ground.count, day=ground.day)
    sentence, ways = _SENTENCES[ground.measure]
    how = ways.get(ground.how, ground.how).format(day=ground.day, due=ground.due)
    how = _SHARE.sub(r"\1 个，共 \2 个", how)
    return sentence.format(about=_about(ground, names), day=ground.day, due=ground.due, how=how)


def _about(ground: Ground, names: Mapping[str, str]) -> str:
    subjects = [
        parse_quarter(one).chinese if _QUARTER.fullmatch(one) else names.get(one, one) for one in ground.about
    ]
    more = f" 等 {len(subjects)} 个" if len(subjects) > _MOST_LISTED else ""
    return "、".join(subjects[:_MOST_LISTED]) + more
