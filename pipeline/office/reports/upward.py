"""The city's report upward (季度报告): the figures of a round's bulletin, and how rectification stands.

Every figure of the round is one of its public bulletin, from the same rows: nothing is counted anew, what is withheld
there is withheld here.
"""

from datetime import datetime
from pathlib import Path

import msgspec

from connectors.documents.document import Block, Document, FigureRow, Origin, Table, WorkbookPage
from connectors.documents.errors import TemplateError
from connectors.documents.layout import Layout
from connectors.documents.marks import marked as as_figure
from connectors.documents.writing import write_document
from events.days import chinese_moment
from events.fields import field, marked
from events.figures import Figures, printed
from events.messages import message
from events.printable import printable
from events.quarters import parse_quarter
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.compose import compose
from pipeline.office.bulletin.preview import DocumentView, view_of
from pipeline.office.counts.over_time import AskCounts, list_counts
from pipeline.office.own_office import office_now
from pipeline.office.rounds.state import load_round
from projections.bulletin.catalogue import LABELS
from projections.counts.counts import Count

_BY_AREA = ("checked", "passed", "failed", "pass_rate")
_HEADER = ("地区", "检查", "合格", "不合格", "合格率")
_FIGURES = (
    *("accounts_total", "checked", "passed", "failed", "unknown", "pass_rate"),
    *("silent_two_weeks", "over_seven_days", "wording_errors", "no_interaction", "broken_functions"),
)
_TASKS = (
    ("asked", "要求整改的问题"),
    ("in_time", "按时答复"),
    ("late", "逾期答复"),
    ("overdue", "逾期未答复"),
    ("waiting", "待答复"),
    ("repeated", "一年内再次要求"),
)


class UpwardReport(msgspec.Struct, frozen=True):
    """A report: its figures are those of the bulletin of the round."""

    round: str
    figures: Figures
    tasks: Count
    document: Document
    layout: Layout
    files: tuple[Path, ...] = ()  # where it was written

    @property
    def shown(self) -> DocumentView:
        """Return it for a page."""
        return view_of(self.document)

    def contents(self) -> dict[str, bytes]:
        """Return DOCX, HTML and XLSX by ending; raises `UsageError` for a faulty layout."""
        try:
            return write_document(self.document, self.layout)
        except TemplateError as e:
            raise UsageError(marked(e)) from None


def write_upward(workspace: Workspace, name: str, folder: Path, at: datetime, to: str = "") -> UpwardReport:
    """Write the report on a frozen round as DOCX, HTML and XLSX into a folder; raises as `upward_report`."""
    report = upward_report(workspace, name, at, to)
    written = report.contents()
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for ending in sorted(written):
        path = folder / f"{name}.upward.{ending}"
        path.write_bytes(written[ending])
        files.append(path)
    return msgspec.structs.replace(report, files=tuple(files))


def upward_report(workspace: Workspace, name: str, at: datetime, to: str = "") -> UpwardReport:
    """Return the report on a frozen round; rectification stands as it does at T.

    Raises `UsageError` for a round that is not frozen, and where the office has not said its name.
    """
    state = load_round(workspace, name)
    bulletin = compose(workspace, name)
    content = bulletin.content
    quarter = state.announced.quarter
    (count, *_) = list_counts(workspace, AskCounts(quarter, quarter), at)
    office = office_now(workspace).name
    if not office:
        raise UsageError(
            message("the office has not said its name; `xuncha office set {name}`", name=field("name"))
        )
    provenance = content.provenance
    document = Document(
        title=printable(f"关于{parse_quarter(quarter).chinese}政务新媒体检查情况的报告"),
        blocks=tuple(_blocks(content.figures, count, quarter)),
        provenance=(
            Origin("check_point", "监测时间点", chinese_moment(provenance.check_point)),
            Origin("run_id", "检查批次", str(provenance.run_id)),
            Origin("digest", "结果摘要", provenance.digest),
            Origin("tasks_at", "整改数据截至", chinese_moment(at)),
        ),
        at=provenance.known_at,
        addressees=printable(to),
        office=printable(office),
        pages=(WorkbookPage("按地区", _areas(content.figures)),),
        figures=tuple(
            FigureRow(place, LABELS.get(place.partition(".")[0], ""), key, value)
            for place, key, value in content.figures.by_place()
        ),
    )
    return UpwardReport(name, content.figures, count, document, bulletin.templates.layout)


def _blocks(figures: Figures, count: Count, quarter: str) -> list[Block]:
    """Return the report in words: results, areas, rectification."""
    results = "，".join(
        f"{LABELS[name].partition('（')[0]}{as_figure(name, printed(figures[name].value))}"
        for name in _FIGURES
    )
    tasks = "，".join(f"{title}{getattr(count, key)}项" for key, title in _TASKS)
    return [
        Block("heading", "一、检查情况"),
        Block("paragraph", f"{parse_quarter(quarter).chinese}检查结果：{results}。"),
        Block("heading", "二、各地区情况"),
        Block("table", table=_areas(figures)),
        Block("heading", "三、整改情况"),
        Block("paragraph", f"本季度{tasks}；重点关注名单内账号{count.focus}个。"),
    ]


def _areas(figures: Figures) -> Table:
    """Return the results of each area, as the bulletin has them."""
    parts = {name: {p.key: p.value for p in figures.parts(f"{name}_by_area")} for name in _BY_AREA}
    rows = tuple(
        (printable(area), *(printed(parts[name].get(area)) for name in _BY_AREA)) for area in parts["checked"]
    )
    return Table("areas", _HEADER, rows, (30, 16, 16, 16, 22), frozenset({0}))
