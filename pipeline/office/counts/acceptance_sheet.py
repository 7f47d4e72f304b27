"""The acceptance sheet of the monitoring firm (验收表) as a document, with room for opinions and seals."""

from datetime import datetime

from connectors.documents.document import Block, Document, Origin, Table
from connectors.documents.errors import TemplateError
from connectors.documents.layout import load_layout
from events.days import chinese_moment
from events.fields import marked
from events.figures import NOTHING
from events.printable import printable
from events.quarters import parse_quarter
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.compose import TEMPLATES
from pipeline.office.columns import written
from pipeline.office.counts.firm import COLUMNS, Acceptance
from pipeline.office.own_office import office_now

_NAMING = frozenset({"firm", "quarter"})
_MEANT = {
    "findings": "本季度发现的全部问题",
    "false_alarms": "被核减的，或者复核认为不属实的",
    "withdrawn": "经本办同意核减的",
    "missed": "其他方发现、监测单位当时没有反馈的",
    "delay_median_h": "从发现到报送，按整小时计",
    "delay_longest_h": "从发现到报送，按整小时计",
    "coverage": "每个账号每周至少巡查一次的比例，向下取到小数点后一位",
    "planned": "在册账号数乘以整周数",
    "looked": "其中当周巡查过的",
}
"""What each figure counts, as docs/figures.md says."""


def acceptance_docx(workspace: Workspace, acceptance: Acceptance, at: datetime) -> bytes:
    """Return the sheet as DOCX: a table for each firm; the same figures at the same T give the same bytes.

    Raises `UsageError` for a faulty layout of the office.
    """
    quarter_in_words = parse_quarter(acceptance.quarter).chinese
    rows = acceptance.rows()
    blocks = [Block("paragraph", f"{quarter_in_words}监测服务情况如下，数据截至{chinese_moment(at)}。")]
    for row in rows:
        blocks.append(Block("heading", printable(str(row["firm"]))))
        blocks.append(Block("table", table=_table(row)))
    if not rows:
        blocks.append(Block("paragraph", "本季度没有监测单位反馈的问题。"))
    blocks += [
        Block("heading", "验收意见"),
        Block(
            "table",
            table=Table("opinions", ("单位", "意见（盖章）", "日期"), _ROOM, (30, 50, 20), frozenset({0})),
        ),
    ]
    document = Document(
        title=f"{quarter_in_words}政务新媒体监测服务验收表",
        blocks=tuple(blocks),
        provenance=(Origin("at", "数据截至", chinese_moment(at)),),
        at=at,
        office=printable(office_now(workspace).name),
    )
    from connectors.documents.docx_writer import write_docx  # noqa: PLC0415 (slow to import)

    try:
        return write_docx(document, load_layout(workspace.home.path / TEMPLATES))
    except TemplateError as e:
        raise UsageError(marked(e)) from None


_ROOM = (("监测单位", "", ""), ("验收单位", "", ""))


def _table(row: dict[str, object]) -> Table:
    rows = tuple(
        (column.title, written(column, row) or NOTHING, _MEANT.get(column.key, ""))
        for column in COLUMNS
        if column.key not in _NAMING
    )
    return Table("acceptance", ("指标", "结果", "说明"), rows, (30, 20, 50), frozenset({0, 2}))
