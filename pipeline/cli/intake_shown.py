"""A plan as people read it in a terminal: pages, rows not simply taken, changes, questions, what would be written."""

from typing import Any

from connectors.papers.paper import Reason, Stated
from connectors.papers.reasons import text_of
from pipeline.cli.output import print_rows, say
from pipeline.office.intake.plan import Plan, PlannedRow, Question
from pipeline.office.intake.shown import shown_plan

_KINDS = {
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
    "form": "表单",
}
_FATES = {"doubtful": "待答", "contradicting": "矛盾", "refused": "不收", "duplicate": "重复"}
_FIELDS = {
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
    "kind": "单位类别",
    "parent": "上级单位",
}
_CHANGES = {"correction": "更正", "change": "变更", "fill": "补填"}
_ANSWERS = {
    "leave_out": "不收",
    "new": "新账号",
    "take": "照收",
    "city_office": "市政府办公室",
    "competent_office": "主管单位",
    "owner": "主办单位",
    "operator": "运维机构",
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
    "red": "单项否决",
    "yellow": "扣分",
    "yes": "是",
    "no": "否",
    "stop": "停止",
    "tick_is_fine": "√表示没有问题",
    "tick_is_problem": "√表示有问题",
}
_MOST_QUESTIONS = 20


def say_plan(plan: Plan) -> None:
    """Print a plan in the order in which somebody reads it; names of people are not shown."""
    say(f"收件预览 {plan.id}（收到 {plan.received.isoformat()}）")
    if plan.taken_before:
        say(f"注意：同样的文件此前已收过：收{'、收'.join(plan.taken_before)}")
    if plan.replaces:
        say(f"替换收件 收{plan.replaces}：记载相同而保留的事实 {len(plan.kept)} 条，撤回 {len(plan.gone)} 条")
    _say_pages(plan)
    _say_rows(plan)
    _say_changes(plan)
    _say_questions(plan)
    totals = shown_plan(plan)["totals"]
    say(
        f"将写入：新账号 {totals['new']}，变更账号 {totals['changed']}，巡查 {totals['looks']}，"
        f"问题 {totals['findings']}，人员 {totals['people']}"
    )
    say(f"收件：xuncha intake confirm {plan.id}（取全部默认答复加 --accept-defaults）")


def _say_pages(plan: Plan) -> None:
    rows: list[dict[str, Any]] = []
    for file in plan.files:
        if file.refused is not None:
            rows.append({"file": file.name, "kind": "不收", "why": _text(file.refused)})
        for page in file.pages:
            context = page.context
            told = [
                str(s.value)
                for s in (context.looked_at or context.sheet_date, context.area)
                if isinstance(s, Stated)
            ]
            total = page.totals[-1] if page.totals else None
            rows.append(
                {
                    "file": file.name if len(plan.files) > 1 else None,
                    "page": page.title,
                    "kind": _KINDS.get(page.kind, page.kind) if page.read else "未读",
                    "rows": page.count("data") if page.read else None,
                    "total": None if total is None else "相符" if total.agrees else f"不符：写{total.stated}",
                    "aside": "、".join(c.header for c in page.columns if c.use == "kept_aside"),
                    "why": _text(page.why) if page.why else "；".join(told),
                }
            )
    columns = {
        **({"file": "文件"} if len(plan.files) > 1 else {}),
        "page": "工作表",
        "kind": "类型",
        "rows": "数据行",
        "total": "合计",
        "aside": "不入库的列",
        "why": "时间、地区或原因",
    }
    print_rows(rows, as_json=False, columns=columns)


def _say_rows(plan: Plan) -> None:
    rows = [row for row in plan.rows if row.fate != "taken"]
    if not rows:
        return
    shown = [
        {
            "place": f"{row.at.page}!{row.at.row}",
            "account": _called(row),
            "fate": _FATES[row.fate],
            "why": _text(row.why) if row.why else None,
        }
        for row in rows
    ]
    print_rows(
        shown,
        as_json=False,
        columns={"place": "位置", "account": "账号", "fate": "结果", "why": "原因"},
        title="没有直接收下的行",
    )


def _say_changes(plan: Plan) -> None:
    if not plan.changes:
        return
    rows = [
        {
            "account": str(c.account),
            "field": _FIELDS.get(c.field, c.field),
            "before": c.before or None,
            "after": c.after,
            "kind": _CHANGES[c.kind],
        }
        for c in plan.changes
    ]
    columns = {"account": "账号", "field": "项目", "before": "原为", "after": "现为", "kind": "性质"}
    print_rows(rows, as_json=False, columns=columns, title="与台账不同之处")


def _say_questions(plan: Plan) -> None:
    open_ones = plan.open_questions()
    if not open_ones:
        return
    say(f"需要答复 {len(open_ones)} 项")
    for question in open_ones[:_MOST_QUESTIONS]:
        say_question(question)
    if len(open_ones) > _MOST_QUESTIONS:
        say(f"……其余 {len(open_ones) - _MOST_QUESTIONS} 项见 --json")


def say_question(question: Question) -> None:
    """Print a question with its place, the words of the cell, and the answers by number."""
    where = f"{question.at.page}!{question.at.row}" if question.at.row else question.at.page
    cell = f"“{question.cell}”" if question.cell else ""
    say(f"[{question.id}] {where} {cell} {_text(question.why)}")
    for number, answer in enumerate(question.answers, start=1):
        mark = "（默认）" if answer == question.default else ""
        say(f"    {number} {_ANSWERS.get(answer, answer)}{mark}")


def _called(row: PlannedRow) -> str:
    return str(row.account) if row.account is not None else row.record.text("name")


def _text(reason: Reason) -> str:
    says = {key: _FIELDS.get(value, value) for key, value in reason.says.items()}
    return text_of(Reason(reason.code, says), "zh")
