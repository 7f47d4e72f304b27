"""Filings that came after their deadline, in Chinese working days."""

from collections.abc import Sequence

from connectors.filings.rows import FilingRow
from events.instants import SHANGHAI
from projections.calendar import CalendarUnknownError, working_day_deadline

OWNER_DAYS = 2
"""Working days that an owner has to file (昆政办发〔2019〕162号 二(二))."""


def late_filings(rows: Sequence[FilingRow]) -> list[str]:
    """Return a line for each filing that came late, or whose year's holidays are not known."""
    lines = []
    for row in rows:
        if row.filed_at is None:
            continue
        name = row.account.name or row.account.given_id or "?"
        happened = row.effective_at.astimezone(SHANGHAI).date()
        filed = row.filed_at.astimezone(SHANGHAI).date()
        try:
            due = working_day_deadline(happened, OWNER_DAYS)
        except CalendarUnknownError as e:
            lines.append(f"第 {row.row} 行 {name}: 期限无法计算 deadline not computed ({e})")
            continue
        if filed > due:
            lines.append(f"第 {row.row} 行 {name}: 备案逾期 filed {filed}, due {due}")
    return lines
