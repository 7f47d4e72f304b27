"""Reading a check sheet back: all of it or nothing, each wrong cell named."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path

import msgspec

from connectors.sheets.cells import machine, shown
from connectors.sheets.check_sheets.finding import CheckedFinding, SheetContext, read_finding
from connectors.sheets.check_sheets.kind import CHECKS, GIVEN, MARK, RULES_PAGE
from connectors.sheets.errors import UnreadableSheetError
from connectors.sheets.fields import RowFields, read_newest
from connectors.sheets.notes import Note, Rows
from connectors.sheets.reading import latest_time, read_rows
from connectors.sheets.table import read_sheet
from events.days import chinese_day
from events.folding import fold_name
from events.messages import message
from events.moments import Moment


class CheckRow(msgspec.Struct, frozen=True):
    """One row of a check sheet that was filled in: a look, a finding, or both."""

    row: int
    account_id: str
    looked_at: datetime | None
    looked_date_only: bool
    newest_post_at: datetime | None
    newest_post_date_only: bool
    finding: CheckedFinding | None


def read_mark(path: Path) -> str:
    """Return the mark that most rows of a sheet carry; raises `SheetError` where none does."""
    marks = Counter(
        machine(shown(row.cells[table.columns[MARK.key]]))
        for table in read_sheet(path, CHECKS).tables
        for row in table.rows
        if table.columns[MARK.key] in row.cells
    )
    if not marks:
        raise UnreadableSheetError(
            path,
            message("has no {title} in any row", title=MARK.title),
            message("hand in the sheet that was handed out, with every column"),
        )
    return marks.most_common(1)[0][0]


def read_checks(path: Path, sheet: SheetContext, now: datetime | None = None) -> Rows[CheckRow]:
    """Read the rows of a sheet; rows that hold nothing but what they were handed out with are left out.

    Times later than tomorrow, seen from `now` (default: the wall clock), are refused.
    """
    latest = latest_time(now)
    ids = {machine(account): account for account in sheet.names}
    rows = read_rows(path, CHECKS, lambda fields: _check(fields, sheet, ids, latest))
    return Rows(rows, [note for note in rows.notes if not _handed_out_so(note)])


def _handed_out_so(note: Note) -> bool:
    """Tell what the sheet was handed out with: its page of rules, and the mark in a hidden column."""
    return (note.kind == "page_not_read" and note.page == RULES_PAGE) or (
        note.kind == "hidden_columns" and MARK.title in note.text
    )


def _check(
    fields: RowFields, sheet: SheetContext, ids: Mapping[str, str], latest: datetime
) -> CheckRow | None:
    _refuse_unknown(fields)
    if all(fields.cell(column.key) is None for column in CHECKS.columns if column.key not in GIVEN):
        return None
    mark = fields.id(MARK.key)
    if mark != sheet.mark:
        fields.refuse(
            MARK.key,
            message("is not the mark of this sheet"),
            message("the rows of this sheet carry {mark}", mark=sheet.mark),
        )
    account = _account(fields, sheet, ids)
    looked = fields.moment("looked_at", latest)
    newest, is_look = _newest(fields, latest)
    if fields.cell("newest_post_at") is not None and fields.cell("looked_at") is None:
        fields.refuse(
            "newest_post_at",
            message("stands without 检查时间"),
            message("fill in when the account was looked at"),
        )
    newest_at = newest.at if newest else None
    if looked is not None and newest_at is not None:
        if newest is not None and newest.date_only and chinese_day(newest_at) == chinese_day(looked.at):
            newest_at = min(newest_at, looked.at)
        if newest_at > looked.at:
            fields.refuse(
                "newest_post_at", message("is later than the look"), message("correct one of the two times")
            )
    finding = read_finding(fields, sheet, looked, latest)
    if account is None:
        return None
    return CheckRow(
        row=fields.number,
        account_id=account,
        looked_at=looked.at if looked and is_look else None,
        looked_date_only=looked is not None and is_look and looked.date_only,
        newest_post_at=newest_at,
        newest_post_date_only=newest is not None and newest.date_only,
        finding=finding,
    )


def _newest(fields: RowFields, latest: datetime) -> tuple[Moment | None, bool]:
    """Read the newest post, and tell whether the row is a look.

    A blank says nothing. Beside a finding 检查时间 is then the time of the finding alone; a row without one has to say
    what was seen.
    """
    if fields.cell("newest_post_at") is None and fields.cell("looked_at") is not None:
        if fields.cell("rule") is not None:
            return None, False
        return read_newest(fields, latest), True
    return fields.moment_or_none("newest_post_at", latest)[0], True


def _refuse_unknown(fields: RowFields) -> None:
    """Refuse content under headers that a check sheet does not have: a renamed column would vanish."""
    for header in chain(*fields.unknown()):
        fields.refuse(
            header,
            message("stands under a header that a check sheet does not have"),
            message("give the column its header as handed out, or clear it"),
        )


def _account(fields: RowFields, sheet: SheetContext, ids: Mapping[str, str]) -> str | None:
    fields.need("account_id")
    text = fields.id("account_id")
    if text is None:
        return None
    account = ids.get(text)
    if account is None:
        fields.refuse(
            "account_id", message("is not on this sheet"), message("choose an account of the sheet")
        )
        return None
    name = fields.text("name")
    if name and fold_name(name) != fold_name(sheet.names[account]):
        fields.refuse(
            "name",
            message("does not go with the account id of the row"),
            message("the sheet says {names}", names=sheet.names[account]),
        )
    return account
