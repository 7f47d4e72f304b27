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
    # 公众纠错
    "report-taken": "已登记。",
    "report-closed": "已办结。",
    "report-erased": "已删除提交的内容。",
    # 重点关注
    "focus-entered": "已列入重点关注，登记的情况自即日起生效。",
    "focus-left": "已撤回，名单不再计入这条情况。",
    # 单位与人员
    "unit-saved": "单位已登记。",
    "person-saved": "人员已登记。",
    "person-erased": "已删除该人员的姓名和号码，账号的监测不受影响。",
    "erasing-asked": "已提出删除，由另一名工作人员同意后办理。",
    # 规则
    "ruleset-proposed": "已提出启用，由签发人同意后生效。",
    "ruleset-adopted": "已启用，自下一次检查起适用。",
}


def notice_of(code: str) -> str:
    """Return what a page says of a code, empty for one that nobody gave."""
    return NOTICES.get(code, "")
