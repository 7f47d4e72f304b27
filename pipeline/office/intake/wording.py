"""What people call kinds of pages, fates of rows, fields and answers of a plan."""

from collections.abc import Mapping

from connectors.papers.paper import Doubt, Layout
from connectors.papers.places import line_name
from pipeline.office.intake.building import NEW
from pipeline.office.intake.plan import Address, Question, cell_on_paper
from pipeline.office.intake.reasons import in_words, plain_times
from pipeline.office.intake.settling import LEAVE_OUT
from projections.registry.credentials import PAPERS

KINDS = {
    "accounts": "账号台账",
    "looks": "巡查表",
    "warnings": "预警清单",
    "counts": "发布统计",
    "findings": "问题清单",
    "self_check": "自查表",
    "answers": "整改反馈",
    "applications": "备案申请",
    "filings": "备案登记",
    "people": "人员名单",
    "units": "单位名单",
    "posts": "发文清单",
    "sites": "网站名录",
    "site_columns": "栏目名录",
    "site_looks": "网站检查表",
    "site_findings": "网站问题清单",
    "interpretations": "政策解读清单",
    "repost_tasks": "转载任务",
    "reposts": "转载情况",
    "assessment": "考核材料",
    "form": "表单",
}
FATES = {"doubtful": "待答", "contradicting": "矛盾", "refused": "不收", "duplicate": "重复"}
FIELDS = {
    "name": "名称",
    "owner": "主办单位",
    "platform": "平台",
    "opened_at": "开设时间",
    "given_id": "账号ID",
    "tier": "层级",
    "area": "地区",
    "supervisor": "主管单位",
    "description": "功能定位",
    "verified_as": "认证主体",
    "link": "链接",
    "section": "管理科室",
    "operator": "运维机构",
    "looked_at": "监测时间",
    "newest_post_at": "最新发布时间",
    "longest_gap": "最长间隔",
    "updates_in_28_days": "近28天更新次数",
    "found_at": "发现时间",
    "checked_at": "检查时间",
    "kind": "单位类别",
    "parent": "上级单位",
    "unit": "主办单位",
    "home_url": "首页网址",
    "site_code": "网站标识码",
    "account_class": "功能类别",
    "line": "条线",
    "repost_number": "任务编号",
    "document_number": "文号",
    "phone": "联系电话",
    "office_phone": "办公电话",
    "role": "人员类别",
    "account_id": "账号ID",
    "rule": "问题类别",
    "days_silent": "未更新天数",
    "closed_at": "关停时间",
    "done_at": "完成时间",
    "national_code": "标识码",
}
FIELDS |= {f"paper_{credential}": name for credential, name in PAPERS.items()}
CHANGES = {"correction": "更正", "change": "变更", "fill": "补填"}
ANSWERS = {
    "leave_out": "不收",
    "new": "新账号",
    "take": "照收",
    "city_office": "市政府办公室",
    "competent_office": "主管单位",
    "owner": "主办单位",
    "operator": "运维机构",
    "government": "政府网站",
    "institution": "事业单位网站",
    "no_owner": "不填主办单位",
    "take_this_one": "只收读到的这一张",
    "correction": "更正",
    "change": "变更",
    "other_account": "另一个账号",
    "two_accounts": "两个账号",
    "one_account": "一个账号",
    "one_finding": "一个问题",
    "several_findings": "几个问题",
    "passed": "合格",
    "failed": "不合格",
    "not_checked": "未检查",
    "open": "正常",
    "stopped": "已关停",
    "cancelled": "已注销",
    "by_sheet_date": "按报表日期关停",
    "not_closed": "没有关停",
    "newest_post_at": "以最新发布时间为准",
    "days_silent": "以天数为准",
    "by_days": "按天数推算",
    "red": "单项否决",
    "yellow": "扣分",
    "yes": "是",
    "no": "否",
    "stop": "停止",
    "rectified": "已整改",
    "in_work": "整改中",
    "partly": "部分整改",
    "not_rectified": "未整改",
    "objection": "有异议",
    "sheet_date": "按报表日期",
    "document_day": "按文件发布日期",
    "tick_is_fine": "√表示没有问题",
    "tick_is_problem": "√表示有问题",
}


def line_in_words(layout: Layout, row: int) -> str:
    """Return what a person calls the line of an account: 第 12 行, 第 C 列; nothing in a form."""
    line = line_name(layout, row)
    return f"第 {line} {'列' if layout == 'columns' else '行'}" if line else ""


def refusal_in_words(at: Address, doubt: Doubt) -> str:
    """Return what a cell holds for which a row is refused, and what it should: 最新发布时间（D15）“昨天”：…."""
    field = FIELDS.get(doubt.field, doubt.field)
    where = f"（{cell_on_paper(at, doubt.column)}）" if doubt.column else ""
    cell = f"“{doubt.cell}”" if doubt.cell else ""
    return f"{field}{where}{cell}：{in_words(doubt.why, FIELDS)}"


def answer_in_words(
    question: Question, answer: str, rules: Mapping[str, str], *, with_code: bool = True
) -> str:
    """Return an answer as a clerk chooses it; `rules` has the names of rules by code."""
    if question.why.code == "unit_near" and answer != LEAVE_OUT:
        return "不是，是另一个单位" if answer == NEW else f"是，{answer}更名"
    if answer in rules:
        return f"{rules[answer]}（{answer}）" if with_code else rules[answer]
    return ANSWERS.get(answer) or KINDS.get(answer) or plain_times(answer)
