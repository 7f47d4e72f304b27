"""Reports that come back as files: the form of the static site, filled in, or an export of a portal."""

import csv
import io
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from connectors.people.public_reports import ReportGiven
from connectors.sheets.errors import SheetError
from connectors.sheets.files import read_file
from events.fields import field
from events.instants import SHANGHAI, parse_instant
from events.messages import joined, message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.office.list_files import write_list_text
from pipeline.office.publicity.given import MATTERS, RATINGS, WrittenReport, matter_meant, read_report
from pipeline.office.publicity.reports import open_reports

MAX_BYTES = 4 << 20
MOST_ROWS = 5_000
_SAME_YEAR_US = 366 * 86_400 * 1_000_000
_MOST_LISTED = 20


class ReportColumn(NamedTuple):
    """A column of the form."""

    key: str
    title: str
    meaning: str


COLUMNS = (
    ReportColumn("called", "账号", "账号名称和平台，或名录中的编号"),
    ReportColumn("matter", "情况", "、".join(MATTERS.values())),
    ReportColumn("rating", "评价", "、".join(RATINGS.values()) + "；只在情况为“服务评价”时填写"),
    ReportColumn("text", "说明", "不超过 1000 字"),
    ReportColumn("link", "链接", "可以不填"),
    ReportColumn("contact", "联系方式", "可以不填"),
    ReportColumn("at", "提交时间", "如 2026-09-15 18:00，可以不填"),
)
"""The form, and what is read of a file."""


class TakenReports(msgspec.Struct, frozen=True):
    """What became of a file."""

    numbers: tuple[str, ...]  # of all rows in their order
    new: int


def report_form() -> bytes:
    """Return the empty form as CSV."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.csv"
        write_list_text(path, [column.title for column in COLUMNS], [])
        return path.read_bytes()


def take_report_file(home: Home, path: Path, now: datetime) -> TakenReports:
    """Take the reports of a CSV or JSON file, all or none; one that is known from an earlier file is not taken twice.

    JSON is a list of objects, with the titles of the form or its keys. Raises `UsageError` naming every wrong row.
    """
    rows = _rows(path)
    given: list[tuple[ReportGiven, datetime]] = []
    wrong: list[str] = []
    for number, row in enumerate(rows, 2 if path.suffix.lower() != ".json" else 1):
        one, at, problems = _read(row, now)
        if one is None:
            reasons = "；".join(f"{_TITLES[name]}：{problem}" for name, problem in problems.items())
            wrong.append(message("{path}: row {row}: {said}", path=path, row=number, said=reasons))
        else:
            given.append((one, at))
    if wrong:
        raise UsageError(joined("\n", wrong[:_MOST_LISTED]))
    with open_reports(home) as reports:
        before = {one.number for one in reports.reports()}
        numbers = tuple(reports.put(one, at, _SAME_YEAR_US).number for one, at in given)
    return TakenReports(numbers, len(set(numbers) - before))


_TITLES = {column.key: column.title for column in COLUMNS}


def _read(row: Mapping[str, str], now: datetime) -> tuple[ReportGiven | None, datetime, dict[str, str]]:
    texts = {name: row.get(title, row.get(name, "")) for name, title in _TITLES.items()}
    at, problems = now, {}
    if texts["at"].strip():
        try:
            at = _moment(texts["at"].strip())
        except ValueError:
            problems["at"] = "请写 2026-09-15 18:00"
        if at > now:
            problems["at"] = "晚于现在"
    rating = next(
        (code for code, title in RATINGS.items() if texts["rating"].strip() in (code, title)), texts["rating"]
    )
    written = WrittenReport(
        called=texts["called"],
        matter=matter_meant(texts),
        rating=rating.strip(),
        text=texts["text"],
        link=texts["link"].strip(),
        contact=texts["contact"],
    )
    given, wrong = read_report(written, "file")
    problems |= wrong
    return (None if problems else given), at, problems


def _moment(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError:
        local = datetime.fromisoformat(text.replace("/", "-"))
        if local.tzinfo is not None:
            raise
        return local.replace(tzinfo=SHANGHAI).astimezone(UTC)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        content = read_file(path, max_bytes=MAX_BYTES, smaller=message("split it"))
    except SheetError as e:
        raise UsageError(message("{error}", error=e)) from None
    rows = _of_json(path, content) if path.suffix.lower() == ".json" else _of_csv(path, content)
    if len(rows) > MOST_ROWS:
        raise UsageError(message("{path} has more than {most} rows; split it", path=path, most=MOST_ROWS))
    return rows


def _of_json(path: Path, content: bytes) -> list[dict[str, str]]:
    try:
        return msgspec.json.decode(content, type=list[dict[str, str]])
    except (msgspec.MsgspecError, RecursionError) as e:
        raise UsageError(
            message("{path}: {error}; write a list of objects of texts", path=path, error=e)
        ) from None


def _of_csv(path: Path, content: bytes) -> list[dict[str, str]]:
    """Read a CSV of UTF-8 or, as exports of portals are, of GBK."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
    try:
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as e:
        raise UsageError(message("{path}: {error}; save it as CSV again", path=path, error=e)) from None
    header = [cell.strip() for cell in lines[0]] if lines else []
    missing = [title for title in (_TITLES["matter"], _TITLES["text"]) if title not in header]
    if missing:
        raise UsageError(
            message(
                "{path} lacks the column {missing}; take the {form} of the site",
                path=path,
                missing="、".join(missing),
                form=field("form"),
            )
        )
    return [
        dict(zip(header, map(_unescaped, line), strict=False))
        for line in lines[1:]
        if any(map(str.strip, line))
    ]


def _unescaped(cell: str) -> str:
    """Take off the mark that keeps a text from being a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "|", "%") else cell
