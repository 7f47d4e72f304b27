"""Fields that services name, as the labels of the boxes that fill them."""

_LABELS = {
    "at": "监测时间点",
    "known_at": "数据截至",
    "reason": "理由",
    "although": "仍要定稿的理由",
    "description": "功能定位",
    "owner": "主办单位",
    "platform": "平台",
    "name": "名称",
    "area": "地区",
    "unit": "单位",
    "tier": "层级",
    "text": "内容",
    "number": "文号",
    "title": "标题",
    "second": "另一名经办人",
    "evidence": "证据",
    "how": "告知方式",
    "check_point": "监测时间点",
    "checkers": "检查组",
    "checker": "检查组",
    "override": "暂不判定的理由",
    "upheld": "成立",
    "rejected": "不成立",
    "reference": "另案处理编号",
    "note": "说明",
    "rule": "指标",
    "found_at": "发现时间",
    "count": "数量",
    "account": "账号",
    "quarter": "季度",
    "post_link": "内容链接",
    "post_at": "发布时间",
    "sender": "交办单位",
    "hours": "时限（小时）",
    "working_hours": "时限（工作小时）",
    "due_at": "期限",
    "about": "内容",
    "first_quarter": "开始季度",
    "last_quarter": "结束季度",
    "due": "期限",
    "month": "月份",
    "answer": "答复",
    "view_name": "视图名称",
    "office_name": "落款",
}
"""Those that pages show; a field that none shows keeps its plain name, which a test finds."""


def label_of(field: str) -> str:
    """Return the label of a field."""
    return f"“{_LABELS[field]}”" if field in _LABELS else field
