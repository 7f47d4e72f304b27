"""The sheet on which a unit answers (整改情况表): its open tasks filled in; it comes back through the intake."""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from connectors.sheets.list_pages import ListColumn, ListPage, write_list
from pipeline.home.workspace import Workspace
from pipeline.office.rectification.listing import ShownTask, list_tasks
from pipeline.office.rectification.units import OPEN
from pipeline.office.scope import Scope

TITLE = "整改情况表"
_COLUMNS = (
    ListColumn("主办单位", 24),
    ListColumn("账号名称", 20),
    ListColumn("平台", 12),
    ListColumn("问题", 24),
    ListColumn("次数", 6),
    ListColumn("通报文号", 20),
    ListColumn("答复时限", 12),
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
) -> list[ShownTask]:
    """Return the tasks of a scope that a sheet asks about; nothing is written of secret or harmful content."""
    tasks = list_tasks(workspace, today, scope)
    found = [task for task in tasks if task.state in OPEN and not task.reference_only]
    return sorted(found, key=lambda t: (t.unit, t.name, t.platform, t.due or date.max, t.rule))


def write_sheet(path: Path, tasks: Sequence[ShownTask]) -> None:
    """Write the sheet of some tasks, over an older one of the same name."""
    rows = [
        (
            task.unit,
            task.name,
            task.platform,
            task.problem,
            task.count,
            task.basis or "办公室交办",
            task.due,
            None,
            None,
            None,
            None,
        )
        for task in tasks
    ]
    write_list(path, [ListPage(TITLE, TITLE, _COLUMNS, rows)])


def sheet_file(tasks: Sequence[ShownTask]) -> bytes:
    """Return the sheet of some tasks as a file."""
    with tempfile.TemporaryDirectory(prefix="xuncha-") as folder:
        path = Path(folder) / "sheet.xlsx"
        write_sheet(path, tasks)
        return path.read_bytes()
