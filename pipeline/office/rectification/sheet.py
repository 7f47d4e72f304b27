"""The sheet (整改情况表) and the form (整改回执) on which a unit answers; both come back through the intake."""

import tempfile
from collections.abc import Container, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from connectors.forms.answer_form import AskedTask
from connectors.sheets.list_pages import ListColumn, ListPage, write_list
from pipeline.home.workspace import Workspace
from pipeline.office.rectification.listing import TaskView, list_tasks
from pipeline.office.rectification.units import OPEN
from pipeline.office.scope import Scope

TITLE, FORM_TITLE = "整改情况表", "整改回执"
_NUMBER = 8
"""Letters of a task's id that sheet and form bear, so that each answer finds its task."""
_BY_OFFICE = "办公室交办"
_COLUMNS = (
    ListColumn("主办单位", 24),
    ListColumn("账号名称", 20),
    ListColumn("平台", 12),
    ListColumn("问题", 24),
    ListColumn("次数", 6),
    ListColumn("通报文号", 20),
    ListColumn("答复时限", 12),
    ListColumn("整改编号", 12),
    ListColumn("整改措施", 40, fill_in=True),
    ListColumn("整改状态", 12, fill_in=True),
    ListColumn("完成时间", 12, fill_in=True),
    ListColumn("附件", 20, fill_in=True),
)
"""Headers that the intake knows: `infra/intake/vocabulary.toml`."""


def open_tasks(
    workspace: Workspace,
    today: date,
    scope: Scope = Scope(),  # noqa: B008 (frozen)
) -> list[TaskView]:
    """Return the tasks of a scope that a sheet asks about; nothing is written of secret or harmful content."""
    tasks = list_tasks(workspace, today, scope)
    found = [task for task in tasks if task.state in OPEN and not task.reference_only]
    return sorted(found, key=lambda t: (t.unit, t.name, t.platform, t.due or date.max, t.rule))


def open_among(workspace: Workspace, today: date, ids: Container[UUID]) -> list[TaskView]:
    """Return those of some tasks that wait for an answer: what a letter asks about."""
    return [task for task in open_tasks(workspace, today) if task.task_id in ids]


def write_sheet(path: Path, tasks: Sequence[TaskView]) -> None:
    """Write the sheet of some tasks, or for a .docx their form, over an older one of the same name."""
    if path.suffix.lower() == ".docx":
        path.write_bytes(form_file(tasks))
        return
    rows = [
        (
            task.unit,
            task.name,
            task.platform,
            task.problem,
            task.count,
            task.basis or _BY_OFFICE,
            task.due,
            str(task.task_id)[:_NUMBER],
            None,
            None,
            None,
            None,
        )
        for task in tasks
    ]
    write_list(path, [ListPage(TITLE, TITLE, _COLUMNS, rows)])


def form_file(tasks: Sequence[TaskView]) -> bytes:
    """Return the form of some tasks as a Word document."""
    from connectors.forms.answer_writing import docx_answers  # noqa: PLC0415 (slow to import)

    return docx_answers(
        [
            AskedTask(
                number=str(task.task_id)[:_NUMBER],
                owner=task.unit,
                name=task.name,
                platform=task.platform,
                problem=f"{task.problem}（{task.basis or _BY_OFFICE}）",
                due=f"{task.due.year}年{task.due.month}月{task.due.day}日" if task.due else "",
            )
            for task in tasks
        ]
    )


def sheet_file(tasks: Sequence[TaskView]) -> bytes:
    """Return the sheet of some tasks as a file."""
    with tempfile.TemporaryDirectory(prefix="xuncha-") as folder:
        path = Path(folder) / "sheet.xlsx"
        write_sheet(path, tasks)
        return path.read_bytes()
