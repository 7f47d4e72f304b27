"""Reader of the sheet of policy interpretation."""

from datetime import date, datetime
from pathlib import Path
from typing import cast

import msgspec

from connectors.sheets.fields import RowFields
from connectors.sheets.kinds import INTERPRETATIONS
from connectors.sheets.notes import Rows
from connectors.sheets.reading import latest_time, read_rows
from connectors.sheets.vocabulary import words
from events.days import chinese_day
from events.interpretation import InterpretationForm
from events.messages import message

FORM_WORDS = words(
    {
        "questions": ("问答", "答问", "答记者问", "问答解读", "文字问答", "questions"),
        "interview": ("访谈", "在线访谈", "访谈解读", "interview"),
        "graphic": ("图解", "图片解读", "图文解读", "一图读懂", "graphic"),
        "audio": ("音频", "音频解读", "audio"),
        "h5": ("H5", "h5", "H5解读", "h5解读"),
    }
)
_YES = words({"yes": ("是", "yes"), "no": ("否", "no")})


class InterpretationRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row: a document, and one interpretation of it where the row has one."""

    row: int
    number: str
    title: str
    unit: str
    published_on: date | None
    normative: bool
    form: InterpretationForm | None
    url: str
    interpreted_on: date | None


def read_interpretations(path: Path, now: datetime | None = None) -> Rows[InterpretationRow]:
    """Read documents and interpretations; days later than tomorrow, seen from `now`, are refused."""
    latest = latest_time(now)
    return read_rows(path, INTERPRETATIONS, lambda fields: _row(fields, latest))


def _row(fields: RowFields, latest: datetime) -> InterpretationRow | None:
    fields.need("number")
    number = fields.text("number")
    form = fields.choice("form", FORM_WORDS)
    published, interpreted = fields.moment("published", latest), fields.moment("interpreted", latest)
    if form is not None:
        fields.need("interpreted")
    elif interpreted is not None and fields.cell("form") is None:
        fields.refuse("form", message("is empty beside a day of interpretation"), message("name the form"))
    if published and interpreted and interpreted.at < published.at:
        fields.refuse(
            "interpreted",
            message("lies before the document was published"),
            message("correct one of the two days"),
        )
    normative = fields.choice("normative", _YES) != "no"
    title, unit, url = fields.text("title"), fields.text("unit"), fields.address("url")
    if not number:
        return None
    return InterpretationRow(
        row=fields.number,
        number=number,
        title=title,
        unit=unit,
        published_on=chinese_day(published.at) if published else None,
        normative=normative,
        form=cast(InterpretationForm | None, form),
        url=url,
        interpreted_on=chinese_day(interpreted.at) if interpreted else None,
    )
