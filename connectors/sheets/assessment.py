"""Reader of the sheet of rows that are handed in for the yearly assessment."""

from datetime import datetime
from pathlib import Path

import msgspec

from connectors.sheets.fields import RowFields
from connectors.sheets.kinds import ASSESSMENT
from connectors.sheets.notes import Rows
from connectors.sheets.reading import latest_time, read_rows
from connectors.sheets.vocabulary import words
from events.moments import Moment

MEASURE_WORDS = words(
    {
        "praise_city": ("市级表彰", "市级表扬", "praise_city"),
        "praise_province": ("省级表彰", "省级表扬", "省级（含）以上表彰", "国家级表彰", "praise_province"),
        "ranking_city": ("市级排名前5", "市级排名", "ranking_city"),
        "ranking_province": ("省级排名前5", "省级排名", "省级（含）以上排名前5", "ranking_province"),
        "no_appraisal": ("未纳入绩效考核", "未纳入绩效考评", "no_appraisal"),
        "faking": ("弄虚作假", "faking"),
        "similar_accounts": ("相近账号", "同类账号", "同一平台3个以上相近账号", "similar_accounts"),
        "no_application": ("新开设未申请", "no_application"),
        "not_rectified": ("整改不到位", "not_rectified"),
        "closed_not_closed": ("报关停未关停", "报关停未关停或无停更公告", "closed_not_closed"),
        "filing_late": ("未按时备案", "filing_late"),
        "left_out": ("漏管账号", "漏管", "left_out"),
    }
)


class AssessmentRow(msgspec.Struct, frozen=True):
    """One thing that is handed in of a unit."""

    row: int
    unit: str  # name or code
    measure: str
    happened: Moment
    count: int
    document: str
    note: str


def read_assessment(path: Path, now: datetime | None = None) -> Rows[AssessmentRow]:
    """Read rows that are handed in; times later than tomorrow, seen from `now`, are refused."""
    latest = latest_time(now)
    return read_rows(path, ASSESSMENT, lambda fields: _row(fields, latest))


def _row(fields: RowFields, latest: datetime) -> AssessmentRow | None:
    fields.need("unit", "measure", "happened_at", "document")
    unit, measure = fields.text("unit"), fields.choice("measure", MEASURE_WORDS)
    happened, count = fields.moment("happened_at", latest), fields.count("count")
    document, note = fields.text("document"), fields.text("note")
    if measure is None or happened is None:
        return None
    return AssessmentRow(fields.number, unit, measure, happened, count, document, note)
