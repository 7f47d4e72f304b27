"""Reader of the sheet of risk flags."""

from datetime import datetime
from pathlib import Path

import msgspec

from connectors.sheets.fields import RowFields
from connectors.sheets.kinds import FLAGS
from connectors.sheets.notes import Rows
from connectors.sheets.reading import latest_time, read_rows
from connectors.sheets.rows import AccountRef


class FlagRow(msgspec.Struct, frozen=True):
    """One flag of the monitoring firm."""

    row: int
    account: AccountRef
    flagged_at: datetime
    date_only: bool
    by: str
    reason: str


def read_flags(path: Path, now: datetime | None = None) -> Rows[FlagRow]:
    """Read flags; times later than tomorrow, seen from `now` (default: the wall clock), are refused."""
    latest = latest_time(now)
    return read_rows(path, FLAGS, lambda fields: _flag(fields, latest))


def _flag(fields: RowFields, latest: datetime) -> FlagRow | None:
    fields.need("flagged_at", "by")
    account = fields.account()
    flagged = fields.moment("flagged_at", latest)
    by, reason = fields.text("by"), fields.text("reason")
    if flagged is None:
        return None
    return FlagRow(fields.number, account, flagged.at, flagged.date_only, by, reason)
