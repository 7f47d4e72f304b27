"""What a cell of a workbook says, from what is stored in it and how it is shown."""

import math
import re
from datetime import datetime, timedelta

from connectors.sheets.cells import Broken, Cell, Figure, Linked, clean, shown
from connectors.sheets.errors import BadValueError
from connectors.sheets.number_formats import NumberFormat
from connectors.sheets.styles import MAX_CHARACTERS
from connectors.sheets.times import end_of_day, moment_at
from events.instants import SHANGHAI
from events.messages import message

SAVE_AGAIN = message("open it in Excel or WPS and save it again as .xlsx")

_LINK = re.compile(r'\s*(?:_xlfn\.)?HYPERLINK\(\s*(?:"((?:[^"]|"")*)"\s*[,)])?', re.IGNORECASE)
_PICTURE = re.compile(r"\bDISPIMG\(", re.IGNORECASE)
_TEXT_FORMULA = re.compile(r'\s*"((?:[^"]|"")*)"\s*')
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (the day zero of serial numbers, which know no zone)
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_DAY_MS = 86_400_000
_MAX_DIGITS = 400


def numeral(value: str, form: NumberFormat, *, from_1904: bool) -> Cell | None:
    """Read a number in its format, dates by their serial number; None for what is no number."""
    number = _number(value) if len(value) <= _MAX_DIGITS else None
    if number is None:
        return None
    if form.is_date:
        return _date(number, form, from_1904=from_1904)
    if isinstance(number, float) or form.code == "":
        return number
    text = form.digits(number)
    return number if text == str(number) else Figure(number, text)


def iso_date(value: str, form: NumberFormat) -> Cell:
    """Read a date that is stored as ISO 8601, as strict workbooks may."""
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return Broken(value, message("is no date"), message("type the date"))
    if moment.tzinfo is not None:
        moment = moment.astimezone(SHANGHAI).replace(tzinfo=None)
    return _moment(moment, form)


def computed(cell: Cell, formula: str) -> Cell:
    """Return the value of a formula; that of HYPERLINK is its words over an address, where the formula holds it.

    WPS keeps a picture in a cell by a formula, whose value says nothing.
    """
    if _PICTURE.search(formula):
        return _picture()
    link = _LINK.match(formula)
    if link is None or isinstance(cell, Broken):
        return cell
    return Linked(shown(cell), None if link[1] is None else clean(link[1].replace('""', '"')))


def _picture() -> Broken:
    return Broken("", message("is a picture"), message("type what it shows"))


def uncomputed(formula: str) -> Cell | None:
    """Return what a formula without a stored value says: ="0012" needs no computing, any other is broken."""
    if _PICTURE.search(formula):
        return _picture()
    text = _TEXT_FORMULA.fullmatch(formula)
    if text is not None:
        return clean(text[1].replace('""', '"')) or None
    return Broken(
        "",
        message("is a formula without a value"),
        message("{save_again}, or type the value", save_again=SAVE_AGAIN),
    )


def too_long(text: str) -> Broken:
    """Return a cell above the bound of Excel."""
    return Broken(
        text[:60],
        message("has more than {max_characters:,} characters", max_characters=MAX_CHARACTERS),
        message("shorten it"),
    )


def _date(serial: float, form: NumberFormat, *, from_1904: bool) -> Cell:
    if 0 <= serial < 1:
        return _clock(round(serial * _DAY_MS))
    epoch = _EPOCH_1904 if from_1904 else _EPOCH
    try:
        return _moment(epoch + timedelta(milliseconds=round(serial * _DAY_MS)), form)
    except (OverflowError, ValueError):
        return Broken(
            str(serial), message("is an error of Excel: no date has this number"), message("type the date")
        )


def _moment(moment: datetime, form: NumberFormat) -> Cell:
    """Read a date as it is shown: a day without a time of day is a day, a month without a day is none."""
    try:
        whole_day = moment.time() == datetime.min.time() and not form.has_clock
        cell = end_of_day(moment.date()) if whole_day else moment_at(moment.replace(tzinfo=SHANGHAI))
    except BadValueError as error:
        return Broken(str(moment), error.problem, error.remedy)
    if form.is_date and not form.has_day and not form.has_clock:
        return Figure(cell, f"{moment:%Y-%m}")
    return cell


def _number(value: str) -> int | float | None:
    try:
        if value.lstrip("+-").isdigit() and value.isascii():
            return int(value)
        number = float(value)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def _clock(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
