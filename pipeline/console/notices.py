"""What the next page says of an act that was done, by the code that its address bears (`visit.go(…, done="code")`).

One line a code, by area. A code that is not here is refused when somebody goes on with it, so none reaches a page.
"""

NOTICES = {
    # of every area
    "saved": "已保存。",
    "removed": "已撤销。",
    "sent": "已提交。",
    # the frame
    "large": "已按您的设置显示。",
    # 备案
    "filing-applied": "已提交备案申请。",
    "filing-opinion": "已登记审核意见。",
    "filing-forwarded": "已登记转报。",
    "filing-withdrawn": "已撤回备案申请。",
    # 重点关注
    "focus-entered": "已列入重点关注，登记的情况自即日起生效。",
    "focus-left": "已撤回，名单不再计入这条情况。",
    # 单位与人员
    "unit-saved": "单位已登记。",
    "person-saved": "人员已登记。",
    "person-erased": "已删除该人员的姓名和号码，账号的监测不受影响。",
    "erasing-asked": "已提出删除，由另一名工作人员同意后办理。",
    # 检查
    "round-announced": "检查通知已登记。",
    "round-drawn": "已抽样，样本不再改动。",
    "round-sheets": "检查单已分发，可下载或网上填写。",
    "round-sheet-read": "检查单已收下。",
    "round-served": "已登记告知，答复期自告知之日起算。",
    "round-proposed": "已提请签发人同意，同意后定稿。",
    "round-frozen": "已定稿，结果不再改动。",
    "round-revised": "已作修订，原结果保留。",
    "round-unchanged": "定稿后没有影响结果的新情况，未作修订。",
    "round-closed": "已办结。",
    "round-cancelled": "已取消，名称可重新使用。",
    # 问题与异议
    "finding-recorded": "问题已登记，由另一人复核。",
    "finding-rechecked": "复核意见已登记。",
    "finding-withdrawn": "已核减。",
    "objection-raised": "异议已提交。",
    "objection-proposed": "处理意见已登记，由签发人决定。",
    "objection-decided": "已作出决定。",
    # 两人办理
    "rule-waived": "已改为一人办理，每次办理都会注明。",
    "rule-restored": "已恢复两人办理。",
    # 规则
    "ruleset-proposed": "已提出启用，由签发人同意后生效。",
    "ruleset-adopted": "已启用，自下一次检查起适用。",
}


def notice_of(code: str) -> str:
    """Return what a page says of a code, empty for one that nobody gave."""
    return NOTICES.get(code, "")
