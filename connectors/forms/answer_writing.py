"""Writing the form on which a unit answers: what is asked is printed, what the unit did is filled in."""

from collections.abc import Sequence
from typing import Any

from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.shared import Cm, Pt

from connectors.forms.answer_form import LABELS, STATES, TITLE, AskedTask
from connectors.forms.docx_writing import (
    BODY_FONT,
    TEXT_PT,
    keep_whole,
    label_cell,
    stable_docx,
    titled_page,
    value_cell,
    write_text,
)
from connectors.forms.form import EMPTY_BOX

WIDTHS_CM = (2.4, 5.7, 2.4, 5.7)
_HINT = "逐项填写：整改状态在所选一项前打“☑”；佐证材料写附件的文件名，或把截图贴在格内。整改编号请勿改动。"
_PAIRS = (("task_number", "due"), ("name", "platform"))
_WIDE = (
    ("owner", 0.95),
    ("problem", 0.95),
    ("measures", 2.6),
    ("state", 0.95),
    ("done_at", 0.95),
    ("evidence", 3.0),
)


def docx_answers(tasks: Sequence[AskedTask]) -> bytes:
    """Write the form of some tasks, a table each; the same tasks are the same bytes."""
    document = titled_page(TITLE)
    hint = document.add_paragraph()
    hint.paragraph_format.space_after = Pt(6)
    write_text(hint, _HINT, BODY_FONT, TEXT_PT)
    for task in tasks:
        _table(document, task)
        document.add_paragraph().paragraph_format.space_after = Pt(2)
    return stable_docx(document, TITLE)


def _table(document: Any, task: AskedTask) -> None:
    table = document.add_table(rows=0, cols=len(WIDTHS_CM), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    texts = {
        "task_number": task.number,
        "owner": task.owner,
        "name": task.name,
        "platform": task.platform,
        "problem": task.problem,
        "due": task.due,
        "state": "  ".join(f"{EMPTY_BOX}{state}" for state in STATES),
    }
    for keys in _PAIRS:
        cells = _row(table, 0.95)
        for place, key in enumerate(keys):
            label_cell(cells[2 * place], LABELS[key])
            value_cell(cells[2 * place + 1], texts[key])
    for key, height in _WIDE:
        cells = _row(table, height)
        label_cell(cells[0], LABELS[key])
        value_cell(cells[1].merge(cells[-1]), texts.get(key, ""))


def _row(table: Any, height_cm: float) -> Sequence[Any]:
    row = table.add_row()
    row.height, row.height_rule = Cm(height_cm), WD_ROW_HEIGHT_RULE.AT_LEAST
    keep_whole(row)
    cells: Sequence[Any] = row.cells
    for cell, width in zip(cells, WIDTHS_CM, strict=True):
        cell.width = Cm(width)
    return cells
