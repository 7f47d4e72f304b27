"""The daily report 日报 as files: words and tables by the document engine; a quiet day says that it was quiet."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from connectors.documents.document import Block, Document, Origin, Table, WorkbookPage, provenance_block
from connectors.documents.errors import TemplateError
from connectors.documents.words import chinese_number
from connectors.documents.writing import write_document
from events.days import chinese_moment
from events.fields import marked
from events.instants import SHANGHAI
from events.printable import printable
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.compose import templates_of
from pipeline.office.key_periods.daily import DailyReport, Seen
from pipeline.office.own_office import office_now

ENDINGS = ("docx", "xlsx", "html")
_AREAS = ("地区", "账号数", "已查看", "查看次数", "未达次数", "问题", "提醒", "应急")
_SEEN = ("序号", "地区", "主办单位", "账号名称", "平台", "时间", "情况")
_SEEN_WIDTHS = (7, 14, 26, 21, 14, 12, 28)


def report_documents(workspace: Workspace, report: DailyReport) -> dict[str, bytes]:
    """Return the files of a report by ending; raises `UsageError` for a faulty layout of the office."""
    office = office_now(workspace)
    templates = templates_of(workspace.home, example=office.example)
    try:
        return write_document(report_document(report, office.name), templates.layout)
    except TemplateError as e:
        raise UsageError(marked(e)) from None


def write_report(workspace: Workspace, report: DailyReport, folder: Path) -> tuple[Path, ...]:
    """Write the files of a report into a folder; over those of the same day."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for ending, content in report_documents(workspace, report).items():
        path = folder / f"{file_stem(report)}.{ending}"
        path.write_bytes(content)
        paths.append(path)
    return tuple(paths)


def file_stem(report: DailyReport) -> str:
    """Return what the files of a report are called."""
    name = "".join(c for c in report.name if c.isalnum())
    return f"日报-{name}-{report.day.isoformat()}"


def report_document(report: DailyReport, office: str) -> Document:
    """Return the document: what was looked at by area, then findings, reminders, emergencies, duty."""
    origins = (
        Origin("key_period", "重要时间节点", printable(report.name)),
        Origin("known_at", "数据截至", chinese_moment(report.known_at)),
    )
    day = _day(report.day)
    return Document(
        title=printable(f"{report.name}期间政务新媒体监测日报（{day}）"),
        blocks=(*_blocks(report, day), Block("closing"), provenance_block(origins)),
        provenance=origins,
        at=report.known_at,
        office=printable(office),
        issued_on=day,
        markings=frozenset({"internal"}),
        pages=tuple(
            WorkbookPage(name, table)
            for name, table in (
                ("按地区", _areas(report)),
                ("发现问题", _seen("findings", report.findings)),
                ("更新提醒", _seen("alerts", report.alerts)),
                ("应急处置", _seen("emergencies", report.emergencies)),
            )
        ),
    )


def _blocks(report: DailyReport, day: str) -> Iterator[Block]:
    total, looked = sum(a.accounts for a in report.areas), sum(a.looked for a in report.areas)
    looks, below = sum(a.looks for a in report.areas), sum(a.below for a in report.areas)
    text = (
        f"{day}为{report.name}第{report.number}天（共{report.days}天），应查看账号{total}个，每个不少于{report.looks_a_day}次；"
        f"已查看{looked}个，共查看{looks}次，未达次数的{below}个。{report.quiet_words}"
    )
    yield Block("heading", "一、监测情况")
    yield Block("paragraph", printable(text))
    yield Block("table", table=_areas(report))
    parts = (
        ("发现问题", "当日未发现问题。", "findings", report.findings),
        ("更新提醒", "当日未发出更新提醒。", "alerts", report.alerts),
        ("应急处置", "当日没有应急事件。", "emergencies", report.emergencies),
    )
    for number, (title, nothing, name, found) in enumerate(parts, 2):
        yield Block("heading", f"{chinese_number(number)}、{title}")
        if found:
            yield Block("table", table=_seen(name, found))
        else:
            yield Block("paragraph", nothing)
    if report.duty is not None:
        yield Block("heading", "五、值班")
        on_duty = "、".join(report.duty)
        yield Block(
            "paragraph", printable(f"值班单位：{on_duty}。" if on_duty else "值班表没有安排当日值班。")
        )


def _areas(report: DailyReport) -> Table:
    rows = tuple(
        (
            printable(a.area),
            *map(str, (a.accounts, a.looked, a.looks, a.below, a.findings, a.alerts, a.emergencies)),
        )
        for a in report.areas
    )
    return Table("areas", _AREAS, rows, (22, 11, 11, 12, 12, 9, 9, 9), frozenset({0}))


def _seen(name: str, found: Sequence[Seen]) -> Table:
    rows = tuple(
        (
            str(number),
            *map(printable, (one.area, one.owner, one.name, one.platform)),
            f"{one.at.astimezone(SHANGHAI):%H:%M}",
            printable(one.what),
        )
        for number, one in enumerate(found, 1)
    )
    return Table(name, _SEEN, rows, _SEEN_WIDTHS, frozenset({2, 3, 6}))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
