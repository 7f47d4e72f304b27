"""Reading a check sheet back: all of it or nothing, each wrong cell named."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path

import msgspec

from connectors.filings.cells import machine, shown
from connectors.filings.check_sheets.finding import CheckedFinding, SheetContext, china_day, read_finding
from connectors.filings.check_sheets.kind import CHECKS, GIVEN, MARK
from connectors.filings.errors import UnreadableSheetError
from connectors.filings.fields import RowFields
from connectors.filings.reading import latest_time, read_rows
from connectors.filings.table import read_table


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
    table = read_table(path, CHECKS)
    header = table.columns[MARK.key]
    marks = Counter(machine(shown(row.cells[header])) for row in table.rows if header in row.cells)
    if not marks:
        raise UnreadableSheetError(
            path,
            f"has no {MARK.title} in any row",
            "hand in the sheet that was handed out, with every column",
        )
    return marks.most_common(1)[0][0]


def read_checks(path: Path, sheet: SheetContext, now: datetime | None = None) -> list[CheckRow]:
    """Read the rows of a sheet; rows that hold nothing but what they were handed out with are left out.

    Times later than tomorrow, seen from `now` (default: the wall clock), are refused.
    """
    latest = latest_time(now)
    ids = {machine(account): account for account in sheet.names}
    return read_rows(path, CHECKS, lambda fields: _check(fields, sheet, ids, latest))


def _check(
    fields: RowFields, sheet: SheetContext, ids: Mapping[str, str], latest: datetime
) -> CheckRow | None:
    _refuse_unknown(fields)
    if all(fields.cell(column.key) is None for column in CHECKS.columns if column.key not in GIVEN):
        return None
    mark = fields.id(MARK.key)
    if mark != sheet.mark:
        fields.refuse(MARK.key, "is not the mark of this sheet", f"the rows of this sheet carry {sheet.mark}")
    account = _account(fields, sheet, ids)
    looked = fields.moment("looked_at", latest)
    newest = fields.moment("newest_post_at", latest)
    if newest is not None and looked is None:
        fields.refuse("newest_post_at", "stands without 检查时间", "fill in when the account was looked at")
    newest_at = newest.at if newest else None
    if looked is not None and newest_at is not None:
        if newest is not None and newest.date_only and china_day(newest_at) == china_day(looked.at):
            newest_at = min(newest_at, looked.at)
        if newest_at > looked.at:
            fields.refuse("newest_post_at", "is later than the look", "correct one of the two times")
    finding = read_finding(fields, sheet, looked, latest)
    if account is None:
        return None
    return CheckRow(
        row=fields.number,
        account_id=account,
        looked_at=looked.at if looked else None,
        looked_date_only=looked is not None and looked.date_only,
        newest_post_at=newest_at,
        newest_post_date_only=newest is not None and newest.date_only,
        finding=finding,
    )


def _refuse_unknown(fields: RowFields) -> None:
    """Refuse content under headers that a check sheet does not have: a renamed column would vanish."""
    for header in chain(*fields.unknown()):
        fields.refuse(
            header,
            "stands under a header that a check sheet does not have",
            "give the column its header as handed out, or clear it",
        )


def _account(fields: RowFields, sheet: SheetContext, ids: Mapping[str, str]) -> str | None:
    fields.need("account_id")
    text = fields.id("account_id")
    if text is None:
        return None
    account = ids.get(text)
    if account is None:
        fields.refuse("account_id", "is not on this sheet", "choose an account of the sheet")
        return None
    name = fields.text("name")
    if name and name != sheet.names[account]:
        fields.refuse(
            "name", "does not go with the account id of the row", f"the sheet says {sheet.names[account]}"
        )
    return account
