"""Filings in words that people read."""

from projections.registry.filing_case import CaseState

KINDS = {"opened": "开设", "changed": "变更", "stopped": "关停", "cancelled": "注销"}
STATES = {
    CaseState.APPLIED: "待批",
    CaseState.REFUSED: "不同意",
    CaseState.APPROVED: "已批准",
    CaseState.FILED: "已备案",
    CaseState.FORWARDED: "已报送",
}
SYSTEMS = {"provincial": "全省系统", "national": "全国系统"}
FIELDS = {
    "name": "账号名称",
    "owner": "主办单位",
    "supervisor": "主管单位",
    "tier": "层级",
    "area": "地区",
    "description": "功能定位",
    "link": "账号链接",
    "section": "管理科室",
    "operator": "运维机构",
    "verified_as": "认证主体",
    "given_id": "平台账号",
}
"""What a filing tells of an account, and a change can be about."""
