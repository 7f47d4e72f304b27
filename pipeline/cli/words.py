"""Codes that tables show in words; JSON keeps the codes."""

from collections.abc import Mapping

FACTS: Mapping[str, str] = {
    "account.opened": "开设",
    "account.changed": "变更",
    "account.corrected": "更正",
    "account.closed": "关停",
    "account.spotted": "发现账号",
    "account.stop_noticed": "停更公告",
    "account.patrolled": "巡查",
    "patrol.failed": "巡查失败",
    "look.withdrawn": "撤回巡查",
    "look.contradicted": "巡查不符",
    "post.published": "发布",
    "post.deleted": "删除发文",
    "post.withdrawn": "撤回发文",
    "finding.recorded": "问题",
    "finding.withdrawn": "核减",
    "finding.rechecked": "复核",
    "finding.rectified": "整改",
    "self_check.recorded": "自查",
    "report.received": "自查报送",
    "upper_check.recorded": "上级抽查",
    "unit.registered": "单位",
    "unit.changed": "单位变更",
    "unit.ended": "单位撤销",
    "fact.withdrawn": "撤回",
    "source.stalled": "来源停滞",
    "source.recovered": "来源恢复",
    "alert.raised": "提醒",
    "alert.skipped": "越级未发",
    "alert.cleared": "解除",
    "alert.withdrawn": "撤回提醒",
    "score.projected": "预估得分",
    "score.withdrawn": "撤回预估",
}
"""Types of events."""

SEVERITIES: Mapping[str, str] = {"red": "单项否决", "yellow": "扣分"}
