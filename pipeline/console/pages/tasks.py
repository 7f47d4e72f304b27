"""整改: who has not answered after a bulletin, until when; answers with evidence, and what the office orders."""

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from events.days import chinese_day
from pipeline.access.users import Role
from pipeline.console.answer_files import FILE_KINDS, given_file, received_on, stored_files, wrong_files
from pipeline.console.exports import exports
from pipeline.console.hands import has, name_of
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.bulletin_words import read_day
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.rights import Reach
from pipeline.console.visit import Asked, Visit
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import Workspace
from pipeline.office.columns import NUMBER, day, minute, number, text, word
from pipeline.office.findings import list_findings
from pipeline.office.rectification.answers import AnswerRectification, answer
from pipeline.office.rectification.listing import (
    STATES,
    TaskView,
    evidence_file,
    follow_ups_to,
    list_tasks,
)
from pipeline.office.rectification.orders import OrderRectification, order
from pipeline.office.rectification.withdrawals import WithdrawAnswer, withdraw_answer
from pipeline.office.taking_back import TakeBack

_LOOKS = {"late": "bad", "again": "bad", "waiting": "warn", "answered": "plain", "closed": "ok"}
_RESULTS = (("yes", "已整改到位，销号"), ("no", "未整改到位，重新整改"))
_FINDINGS = 300
_LIST = ListPage(
    title="整改",
    path="/tasks",
    columns=(
        PageColumn(text("unit", "主办单位"), phone="pc"),
        PageColumn(NUMBER, phone="hide"),
        PageColumn(
            text("name", "账号"),
            href=lambda row: f"/tasks/{row['task_id']}",
            below=lambda row: str(row["platform"]),
            keeps_line=True,
            phone="pa",
        ),
        PageColumn(text("platform", "平台"), only_exported=True),
        PageColumn(text("problem", "问题"), phone="pc"),
        PageColumn(number("count", "次数"), numeric=True, phone="hide"),
        PageColumn(text("basis", "依据"), phone="hide"),
        PageColumn(day("due", "期限"), below=lambda row: str(row["left"]), keeps_line=True, phone="pd"),
        PageColumn(text("left", "剩余"), only_exported=True),
        PageColumn(word("state", "情况", STATES), tag=lambda row: _LOOKS[str(row["state"])], phone="pb"),
        PageColumn(
            text("repeated", "重复"), phone="hide", tag=lambda row: "bad" if row["repeats"] else "plain"
        ),
        PageColumn(minute("answered_at", "答复时间"), keeps_line=True, phone="hide"),
        PageColumn(minute("updated_at", "系统核实更新"), keeps_line=True, phone="hide"),
    ),
    filters=(
        Filter("state", "情况", tuple(STATES.items())),
        Filter(
            "repeated",
            "重复",
            (("account", "同一账号一年内重复"), ("unit", "同一单位一年内重复")),
            keeps=lambda row, chosen: bool(row["repeats" if chosen == "account" else "unit_repeats"]),
        ),
    ),
    search=("unit", "name", "problem", "basis"),
    none_title="没有需要整改的问题",
    none_next="通报印发后，被通报的问题会列在这里。",
)


@get("/tasks", sync_to_thread=True)
def list_all(visit: Asked) -> Response[Any]:
    """List what waits for an answer, what is late first."""
    rows = _rows(visit)
    counts = [
        {
            "word": title,
            "value": sum(row["state"] == state for row in rows),
            "url": f"/tasks?state={state}",
            "current": visit.ask("state") == state,
            "red": state == "late" and any(row["state"] == state for row in rows),
        }
        for state, title in STATES.items()
    ]
    clerk = has(visit, Role.CLERK)
    return visit.page("tasks/list.html", listing=_LIST.shown(visit, rows), counts=counts, clerk=clerk)


@get("/tasks/{task:str}", sync_to_thread=True)
def show_task(visit: Asked, task: FromPath[str]) -> Response[Any]:
    """Show a problem that is to be put right, and what its unit answered."""
    return task_page(visit, task)


@post("/tasks/{task:str}/answer", sync_to_thread=True)
def take_answer(visit: Asked, task: FromPath[str]) -> Response[Any]:
    """Record what a unit answered: by the unit itself, or by the office where it came on paper."""
    form = visit.form
    at, wrong = received_on(visit)
    if wrong := wrong_files(visit) or wrong:
        return task_page(visit, task, wrong, 422)
    with visit.workspace() as workspace, tempfile.TemporaryDirectory() as folder, refusing() as refused:
        view = meant_task(visit, workspace, task)
        files = stored_files(Path(folder), visit)
        asked = AnswerRectification(str(view.task_id), form.text("text"), files, at, form.text("reference"))
        answer(workspace, asked, visit.actor)
    if refused:
        return task_page(visit, task, refused.said, refused.status)
    return visit.go(f"/tasks/{task}", done="task-answered")


@post("/tasks/{task:str}/take-back", sync_to_thread=True)
def take_back(visit: Asked, task: FromPath[str]) -> Response[Any]:
    """Take back an answer that was recorded wrongly: the task waits again."""
    with visit.workspace() as workspace, refusing() as refused:
        meant = str(meant_task(visit, workspace, task).task_id)
        withdraw_answer(workspace, WithdrawAnswer(meant, TakeBack(visit.form.text("reason"))), visit.actor)
    if refused:
        return task_page(visit, task, refused.said, refused.status)
    return visit.go(f"/tasks/{task}", done="task-taken-back")


@get("/tasks/{task:str}/evidence/{sha256:str}", sync_to_thread=True)
def give_evidence(visit: Asked, task: FromPath[str], sha256: FromPath[str]) -> Response[Any]:
    """Give a file of an answer, as it was handed in; a browser keeps it and does not show it."""
    with visit.workspace() as workspace:
        answers = follow_ups_to(workspace, meant_task(visit, workspace, task).task_id)
        found = next((e for a in answers for e in a.evidence if e.sha256 == sha256), None)
        if found is None:
            raise no_such_page()
        content = evidence_file(workspace.home, found)
    return given_file(visit, found, content, "整改材料")


@get("/tasks/order", sync_to_thread=True)
def show_order(visit: Asked) -> Response[Any]:
    """Show the form by which the office orders that a finding is put right which no bulletin names."""
    return _order_page(visit)


@post("/tasks/order", sync_to_thread=True)
def give_order(visit: Asked) -> Response[Any]:
    """Order that a finding is put right."""
    form = visit.form
    due = read_day(form.text("due")) if form.text("due") else None
    if form.text("due") and due is None:
        return _order_page(visit, {"due": "期限这样写：2027-01-08，或2027年1月8日"}, 422)
    if not form.text("finding"):
        return _order_page(visit, {"finding": "请选择问题"}, 422)
    with visit.workspace() as workspace, refusing() as refused:
        order(workspace, OrderRectification(form.text("finding"), due, form.text("reason")), visit.actor)
    if refused:
        return _order_page(visit, {"all": refused.said}, refused.status)
    return visit.go("/tasks", done="task-ordered")


def time_left_text(task: TaskView) -> str:
    """Return how long a unit still has, as people say it."""
    if task.days_left is None:
        return ""
    if task.days_left < 0:
        return f"逾期 {-task.days_left} 天"
    return "今天到期" if task.days_left == 0 else f"剩 {task.days_left} 天"


def repeat_text(task: TaskView) -> str:
    """Return whether a problem came again within a year, as people say it."""
    return "账号重复" if task.repeats else "单位重复" if task.unit_repeats else ""


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        tasks = list_tasks(workspace, chinese_day(visit.now), visit.scope)
    return [
        {
            **{name: getattr(task, name) for name in task.__struct_fields__},
            "basis": task.basis or "办公室交办",
            "left": time_left_text(task),
            "repeated": repeat_text(task),
        }
        for task in tasks
    ]


def meant_task(visit: Visit, workspace: Workspace, task_id: str) -> TaskView:
    """Return a task of the scope of whoever asks; raises 404."""
    tasks = list_tasks(workspace, chinese_day(visit.now), visit.scope)
    found = next((task for task in tasks if str(task.task_id) == task_id), None)
    if found is None:
        raise no_such_page()
    return found


def task_page(visit: Visit, task_id: str, error: str = "", status: int = 200) -> Response[Any]:
    """Show a task with what came of it, and `error` where an act was refused."""
    with visit.workspace() as workspace:
        task = meant_task(visit, workspace, task_id)
        answers = follow_ups_to(workspace, task.task_id)
    owner = visit.reach is Reach.UNIT
    clerk = has(visit, Role.CLERK)
    office = clerk or has(visit, Role.SIGNER)
    return visit.page(
        "tasks/show.html",
        status=status,
        task=task,
        left=time_left_text(task),
        state=(STATES[task.state], _LOOKS[task.state]),
        answers=[(one, name_of(visit, one.actor)) for one in answers],
        error=error,
        form=visit.form,
        can_answer=(owner or clerk) and task.state != "closed",
        clerk=clerk,
        can_take_back=clerk and bool(answers) and answers[-1].held is None,
        can_take_recheck_back=office and bool(answers) and answers[-1].held is not None,
        can_recheck=office and task.state != "closed",
        results=_RESULTS if task.state == "answered" else _RESULTS[:1],
        kinds="、".join(sorted({ending[1:].upper() for ending in FILE_KINDS})),
        accept=",".join(FILE_KINDS),
    )


def _order_page(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response[Any]:
    with visit.workspace() as workspace:
        asked = {finding for task in list_tasks(workspace, date.max) for finding in task.findings}
        words = rule_names(workspace.home.path)
        findings = [
            (
                row["finding_id"],
                f"{row['name']}：{words.get(row['rule'], row['rule'])}（{_day(row['found_at'])}）",
            )
            for row in list_findings(workspace)
            if not row["withdrawn"] and UUID(row["finding_id"]) not in asked
        ]
    return visit.page(
        "tasks/order.html",
        status=status,
        findings=list(reversed(findings))[:_FINDINGS],
        errors=errors or {},
        form=visit.form,
        chosen=visit.form.text("finding") or visit.ask("finding"),
    )


def _day(at: datetime) -> str:
    return f"{chinese_day(at):%m-%d}"


HANDLERS = [
    list_all,
    *exports(_LIST, _rows),
    show_order,
    give_order,
    show_task,
    take_answer,
    take_back,
    give_evidence,
]
