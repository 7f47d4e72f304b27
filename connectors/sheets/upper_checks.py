"""Reader of the sheet of upper-level checks."""

from datetime import datetime
from pathlib import Path
from typing import cast

import msgspec

from connectors.sheets.fields import RowFields
from connectors.sheets.kinds import UPPER_CHECKS
from connectors.sheets.notes import Rows
from connectors.sheets.reading import latest_time, read_rows
from connectors.sheets.rows import AccountRef
from connectors.sheets.vocabulary import words
from events.messages import message
from events.report import CheckOutcome
from events.upper_check import CheckLevel, FailureCause

LEVEL_WORDS = words(
    {
        "state_council": ("国务院", "国务院办公厅", "国办", "全国", "国家级", "state_council"),
        "province": ("省级", "省", "省政府办公厅", "省政府", "province"),
        "city": ("市级", "市", "市政府办公室", "市政府", "city"),
    }
)
OUTCOME_WORDS = words(
    {"passed": ("合格", "通过", "是", "passed"), "failed": ("不合格", "未通过", "否", "failed")}
)
CAUSE_WORDS = words(
    {
        "serious_error": ("严重错误", "严重表述错误", "serious_error"),
        "other": ("其他", "其它", "其他原因", "other"),
    }
)


class UpperCheckRow(msgspec.Struct, frozen=True):
    """One account that an upper level checked."""

    row: int
    account: AccountRef
    level: CheckLevel
    checked_at: datetime
    date_only: bool
    outcome: CheckOutcome
    cause: FailureCause | None
    document: str
    note: str


def read_upper_checks(path: Path, now: datetime | None = None) -> Rows[UpperCheckRow]:
    """Read results of upper-level checks; times later than tomorrow, seen from `now`, are refused."""
    latest = latest_time(now)
    return read_rows(path, UPPER_CHECKS, lambda fields: _check(fields, latest))


def _check(fields: RowFields, latest: datetime) -> UpperCheckRow | None:
    fields.need("level", "checked_at", "outcome")
    account = fields.account()
    level = fields.choice("level", LEVEL_WORDS)
    checked = fields.moment("checked_at", latest)
    outcome = fields.choice("outcome", OUTCOME_WORDS)
    cause = fields.choice("cause", CAUSE_WORDS)
    if outcome == "failed" and fields.cell("cause") is None:
        fields.refuse(
            "cause", message("is empty though the account failed"), message("write 严重错误 or 其他")
        )
    if outcome == "passed" and cause is not None:
        fields.refuse(
            "cause",
            message("is filled in though the account passed"),
            message("clear it, or correct the result"),
        )
    document, note = fields.text("document"), fields.text("note")
    if level is None or checked is None or outcome is None:
        return None
    return UpperCheckRow(
        row=fields.number,
        account=account,
        level=cast(CheckLevel, level),
        checked_at=checked.at,
        date_only=checked.date_only,
        outcome=cast(CheckOutcome, outcome),
        cause=cast(FailureCause | None, cause),
        document=document,
        note=note,
    )
