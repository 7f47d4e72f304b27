"""Sheets of a drafted or final year as files: for all units, or for one."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from connectors.assessments.documents import KIND, Point, UnitSheet, YearSheets, documents_of
from connectors.documents.document import Origin
from connectors.documents.layout import load_layout
from events.assessment import AssessmentDrafted, UnitResult
from events.days import chinese_moment
from pipeline.home.workspace import Workspace
from pipeline.office.assessment.flow import find_row, load_year
from pipeline.office.assessment.schemes import find_scheme
from pipeline.office.assessment.shown import (
    ChargeView,
    ResultView,
    account_names,
    result_columns,
    result_rows,
    result_view,
)
from pipeline.office.bulletin.compose import TEMPLATES
from pipeline.office.columns import titles, written
from pipeline.office.own_office import office_now
from projections.year.schemes import Scheme
from projections.year.state import Draft

ENDINGS = ("docx", "xlsx", "html")


def year_sheets(workspace: Workspace, year: int, unit: str | None = None) -> dict[str, bytes]:
    """Return the sheet of a year's newest draft by ending, of all units or of one, by code or name.

    Raises `NotFoundError` where nothing was drafted or no such unit is assessed.
    """
    draft = load_year(workspace, year).newest
    rows = draft.data.rows if unit is None else (find_row(draft.data.rows, unit),)
    scheme = find_scheme(draft.data.scheme, workspace.home.path).scheme
    office = office_now(workspace)
    names = account_names(workspace, rows)
    views = [result_view(row, scheme, names) for row in rows]
    content = YearSheets(
        title=_title(year, rows, unit),
        office=office.name,
        basis=f"依据{'、'.join(scheme.documents)}，按{chinese_moment(draft.data.check_point)}以前的情况计分。",
        final=draft.finalized_at is not None,
        header=titles(result_columns(scheme)[1:]),
        rows=tuple(_summary(rows, scheme)),
        units=tuple(_unit(one) for one in views),
        provenance=tuple(_origins(draft.data, scheme)),
        at=_at(draft),
    )
    folder = workspace.home.path / TEMPLATES
    return documents_of(
        content, load_layout(folder if folder.exists() else None, KIND, example=office.example)
    )


def write_sheets(workspace: Workspace, year: int, path: Path, unit: str | None = None) -> list[Path]:
    """Write the sheet of a year, or of one unit, beside `path` under its stem, as DOCX and XLSX; returns the files."""
    made = year_sheets(workspace, year, unit)
    written_to = []
    for ending in ("docx", "xlsx"):
        file = path.with_suffix(f".{ending}")
        file.write_bytes(made[ending])
        written_to.append(file)
    return written_to


def _title(year: int, rows: Iterable[UnitResult], unit: str | None) -> str:
    title = f"{year}年度政务新媒体监管工作考核"
    return f"{title}结果" if unit is None else f"{next(iter(rows)).name}{title}计分表"


def _summary(rows: Iterable[UnitResult], scheme: Scheme) -> Iterator[tuple[str, ...]]:
    columns = result_columns(scheme)[1:]
    for row in result_rows(tuple(rows), scheme):
        yield tuple(written(column, row) for column in columns)


def _unit(one: ResultView) -> UnitSheet:
    row = one.row
    summary = f"{one.kind}，{one.outcome}。"
    if row.vetoes:
        summary += "出现单项否决情形，不再对其他指标评分。"
    else:
        bonus = (row.total or 0) - (row.left or 0)
        summary += f"扣分后 {row.left} 分，加分 {bonus} 分，得分 {row.total} 分。"
    return UnitSheet(name=row.name, summary=summary, points=tuple(_points(one.charges)), remarks=one.limited)


def _points(charges: Iterable[ChargeView]) -> Iterator[Point]:
    for charge in charges:
        for number, ground in enumerate(charge.grounds):
            first = number == 0
            yield Point(
                item=charge.item if first else "",
                name=f"{charge.name}（{charge.clause}）" if first else "",
                points=("否决" if charge.points is None else f"{charge.points:+d}") if first else "",
                what=ground.what,
                day=ground.day.isoformat(),
                reference=ground.document or "、".join(str(fact)[:8] for fact in ground.facts) or "无记录",
            )


def _origins(data: AssessmentDrafted, scheme: Scheme) -> Iterator[Origin]:
    yield Origin("scheme", "考核指标", f"{scheme.title}（{data.scheme}）")
    yield Origin("scheme_sha256", "指标摘要", data.scheme_sha256)
    yield Origin("roster", "考核范围", data.roster)
    yield Origin("check_point", "计分时间点", chinese_moment(data.check_point))
    yield Origin("known_at", "数据截至", chinese_moment(data.known_at))
    yield Origin("digest", "结果摘要", data.digest)


def _at(draft: Draft) -> datetime:
    return draft.data.known_at
