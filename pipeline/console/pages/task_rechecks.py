"""整改复查: somebody looks whether it is put right, and closes the task or sends it back; taken back where wrong."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from pipeline.console.pages.bulletin_words import read_day
from pipeline.console.pages.tasks import meant_task, task_page
from pipeline.console.refusals import refusing
from pipeline.console.visit import Asked
from pipeline.office.rectification.rechecks import RecheckRectification, recheck_rectification
from pipeline.office.rectification.withdrawals import WithdrawRecheck, withdraw_recheck
from pipeline.office.taking_back import TakeBack


@post("/tasks/{task:str}/recheck", sync_to_thread=True)
def recheck(visit: Asked, task: FromPath[str]) -> Response[Any]:
    """Record that a problem is put right, or that it is not and until when the unit answers again."""
    form = visit.form
    result, due = form.text("held"), read_day(form.text("due")) if form.text("due") else None
    wrong = "" if result in ("yes", "no") else "请选择复查结果"
    if form.text("due") and due is None:
        wrong = "重新答复期限这样写：2027-01-08，或2027年1月8日"
    if wrong:
        return task_page(visit, task, wrong, 422)
    with visit.workspace() as workspace, refusing() as refused:
        meant = str(meant_task(visit, workspace, task).task_id)
        asked = RecheckRectification(
            meant, result == "yes", visit.actor.code, form.text("note"), None if result == "yes" else due
        )
        recheck_rectification(workspace, asked, visit.actor)
    if refused:
        return task_page(visit, task, refused.said, refused.status)
    return visit.go(f"/tasks/{task}", done="task-closed" if result == "yes" else "task-again")


@post("/tasks/{task:str}/recheck/take-back", sync_to_thread=True)
def take_back_recheck(visit: Asked, task: FromPath[str]) -> Response[Any]:
    """Take back a recheck that was recorded wrongly."""
    with visit.workspace() as workspace, refusing() as refused:
        meant = str(meant_task(visit, workspace, task).task_id)
        withdraw_recheck(workspace, WithdrawRecheck(meant, TakeBack(visit.form.text("reason"))), visit.actor)
    if refused:
        return task_page(visit, task, refused.said, refused.status)
    return visit.go(f"/tasks/{task}", done="task-recheck-taken-back")


HANDLERS = [recheck, take_back_recheck]
