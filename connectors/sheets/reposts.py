"""Reader of the sheet of reposts."""

from datetime import datetime
from pathlib import Path

import msgspec

from connectors.sheets.fields import RowFields
from connectors.sheets.kinds import REPOSTS
from connectors.sheets.notes import Rows
from connectors.sheets.reading import latest_time, read_rows
from connectors.sheets.rows import AccountRef


class RepostRow(msgspec.Struct, frozen=True):
    """One repost."""

    row: int
    account: AccountRef
    number: str
    posted_at: datetime
    date_only: bool
    link: str


def read_reposts(path: Path, now: datetime | None = None) -> Rows[RepostRow]:
    """Read reposts; times later than tomorrow, seen from `now` (default: the wall clock), are refused."""
    latest = latest_time(now)
    return read_rows(path, REPOSTS, lambda fields: _repost(fields, latest))


def _repost(fields: RowFields, latest: datetime) -> RepostRow | None:
    fields.need("number", "posted_at")
    account, number = fields.account(), fields.text("number")
    posted, link = fields.moment("posted_at", latest), fields.address("link")
    if posted is None or not number:
        return None
    return RepostRow(fields.number, account, number, posted.at, posted.date_only, link)
