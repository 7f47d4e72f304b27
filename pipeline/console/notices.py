"""What the next page says of an act that was done, by the code that its address bears (`visit.go(…, done="code")`).

One line a code, by area. A code that is not here is refused when somebody goes on with it, so none reaches a page.
"""

NOTICES = {
    # of every area
    "saved": "已保存。",
    "removed": "已撤销。",
    # 提升整合关停、上级工单
    "advice-decided": "决定已登记，一年内不再提示该账号。",
    "advice-withdrawn": "决定已撤回，建议恢复。",
    "order-received": "工单已登记。",
    "order-answered": "答复已登记。",
    "order-withdrawn": "已撤回。",
    "sent": "已提交。",
    # the frame
    "large": "已按您的设置显示。",
    # 登录与本人
    "signed-out": "已退出登录。",
    "password-set": "密码已设置，请登录。",
    "password-changed": "密码已更改，其他设备上的登录已退出。",
    "session-ended": "已退出该设备上的登录。",
    "sessions-ended": "其他设备上的登录已全部退出。",
    "codes-on": "一次性验证码已启用。",
    "codes-off": "一次性验证码已停用。",
    "proven": "已确认本人身份，10 分钟内有效。",
    # 用户与接口
    "role-given": "角色已授予。",
    "role-waits": "已提出，由另一名系统管理员同意后生效。",
    "role-agreed": "已同意，角色生效。",
    "role-taken": "角色已收回，立即生效。",
    "user-disabled": "已停用，该用户的登录已全部退出。",
    "user-enabled": "已恢复登录。",
    "user-sessions-ended": "该用户的登录已全部退出。",
    "user-codes-off": "已取消该用户的一次性验证码。",
    "token-revoked": "令牌已吊销，立即失效。",
    # 首次使用
    "office-named": "单位名称已登记。",
    "sample-taken": "示例数据已入库，可随意试用。",
    # 账号
    "acknowledged": "已登记知悉。",
    "snoozed": "已暂缓提醒，到时自动恢复。",
    "muted": "已静音，到期或有更新时自动恢复。",
    "posted": "已登记，等下一次检查核实。",
    "resumed": "已恢复提醒。",
    # 备案
    "filing-applied": "已提交备案申请。",
    "filing-opinion": "已登记审核意见。",
    "filing-filed": "已登记备案，账号台账已更新。",
    "filing-forwarded": "已登记转报。",
    "filing-withdrawn": "已撤回备案申请。",
    # 公众纠错
    "public-report-taken": "已登记。",
    "public-report-closed": "已办结。",
    "public-report-erased": "已删除提交的内容。",
    # 重点关注
    "focus-entered": "已登记风险反馈，更新名单后列入。",
    "focus-updated": "名单已更新。",
    "focus-left": "已撤回这条反馈，因它列入的记录一并作废。",
    # 单位与人员
    "unit-saved": "单位已登记。",
    "person-saved": "人员已登记。",
    "duty-taken": "值班表已登记。",
    "person-kept": "已登记不予删除。",
    "person-erased": "已删除该人员的姓名和号码，账号的监测不受影响。",
    "erasing-asked": "已提出删除，由另一名工作人员同意后办理。",
    # 数据报送
    "plan-changed": "已按改动重新核对。",
    "plan-sent-back": "已退回报送单位。",
    "plan-dropped": "已放弃，没有写入任何内容。",
    "intake-taken": "已确认入库。",
    "intake-taken-before": "此前已入库，没有重复写入。",
    "intake-undone": "已撤销这次报送，恢复此前的情况。",
    "letters-replayed": "已重新读取。",
    "letters-partly-replayed": "已重新读取；有的文件还没有放好，仍待处理。",
    "letter-erased": "已删除其中的内容，只保留曾有一条的记录。",
    "letter-partly-erased": "已从列表删除，但仍有副本未清除，请告知系统管理员。",
    # 数据来源、自查报送、巡查清单
    "suggestion-confirmed": "已确认线索，并作相应登记。",
    "suggestion-dismissed": "已排除线索。",
    "report-taken": "已报送自查结果。",
    "report-withdrawn": "已撤回这份自查。",
    "look-taken": "已登记检查结果。",
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
    # 通报
    "bulletin-drafted": "已起草，文件与评分结果核对一致。",
    "bulletin-checked": "核对一致。",
    "bulletin-submitted": "已送签。",
    "bulletin-signed": "已签发，可以印发。",
    "bulletin-issued": "已登记印发，整改期限自通报起算。",
    "correction-drafted": "更正已起草。",
    "correction-signed": "更正已签发。",
    "correction-issued": "更正已登记印发。",
    # 整改
    "task-answered": "已登记答复。",
    "task-ordered": "已交办。",
    "task-taken-back": "已撤回。",
    # 我的账号
    "alert-known": "已登记知悉。",
    "alert-posted": "已登记发布，下次巡查时核实。",
    "alert-snoozed": "已登记，市政府办公室可以看到理由。",
}


def notice_of(code: str) -> str:
    """Return what a page says of a code, empty for one that nobody gave."""
    return NOTICES.get(code, "")
