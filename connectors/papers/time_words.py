"""Times in cells and titles as offices write them: without a year, to the month, as a span, with 时 and 分."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, time, timedelta

import msgspec

from connectors.papers.paper_time import PaperTime
from connectors.sheets.cells import Broken, Cell, Figure, shown
from connectors.sheets.errors import BadValueError
from connectors.sheets.times import EARLIEST, read_moment
from events.instants import SHANGHAI
from events.moments import Moment

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CHINESE_YEAR = re.compile(r"[〇零一二三四五六七八九]{4}年")
_CHINESE_DAY = re.compile(r"[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}[日号]")
_DAY_BY_NUMBER = re.compile(r"(?P<before>月|[—–―~至到-]\s*)(?P<day>\s*\d{1,2}\s*)号")
_OTHER_MARKS = re.compile(r"(20\d{2})\s*([、,。])\s*(\d{1,2})\s*\2\s*(\d{1,2})\2?")
_DONE = re.compile(r"(?<=[\d日])\s*(?:正式)?(?:开通|开设|注册|认证|上线|启用|发布|更新|推送|发文)$")
_CHINESE_NUMBER = re.compile(r"(?:(二|三)?(十))?([一二三四五六七八九])?(?=[月日号时点分])")
_WEEKDAY = re.compile(
    r"(?<![上本下这每])(?<!第\d)(?<!第\d\d)\s*[(]?(?:星期|周)(?P<day>[一二三四五六日天])[)]?\s*"
)
_WEEKDAYS = "一二三四五六日"
_PART_OF_DAY = re.compile(
    r"\s*(?P<part>上午|早上|早晨|凌晨|中午|下午|傍晚|晚上|晚)\s*(?:(?P<hour>\d{1,2})(?=\s*[时点:])|$)"
)
_NOON, _AFTER_NOON = 12, 3  # 中午1点 is 13:00, 中午11点 is not
_HALF = re.compile(r"(?<=\d)[时点]半")
_MARK = re.compile(r"\s*([年月日时点分秒:])\s*")
_CLOCK = r"(?:\s*(?P<hour>\d{1,2})[时点:](?:(?P<minute>\d{1,2})分?)?(?::\d{1,2}(?:\.\d+)?|\d{1,2}秒)?)"
_DAY = r"(?:(?P<year>\d{4})\s*[年/.-]\s*)?(?P<month>\d{1,2})\s*[月/.-]\s*(?P<day>\d{1,2})日?"
_ONE = re.compile(rf"{_DAY}{_CLOCK}?")
_MONTH = re.compile(
    r"(?P<year>\d{4})\s*(?:年|[-/.])\s*(?P<month>1[0-2]|0?[1-9])(?:月份?(?:[上中下]旬|[初中底末])?)?"
)
_YEAR = re.compile(r"(?:19|20)\d{2}年?")
_COMPACT = re.compile(r"(20\d{6})([01]\d|2[0-3])([0-5]\d)(?:[0-5]\d)?")
_SHORT_YEAR = re.compile(r"(?P<year>\d{2})(?P<mark>[年./-])(?P<rest>\d{1,2}[月./-]\d{1,2}日?(?!\d).*)")
_NO_MONTH = 13  # from here on the first of three numbers can only be a year: 23.5.7
_RELATIVE = re.compile(
    r"今天|今日|昨天|昨日|前天|刚刚|\d+\s*个?(?:天|日|小时|分钟|周|星期|月)前|上周|本周|上个?月"
)
_TITLE = re.compile("《[^《》]*》")
_CLOCK_ALONE = re.compile(r"([01]?\d|2[0-3])[时点:]([0-5]\d)分?(?::[0-5]\d)?")
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?")
_SPAN = re.compile(
    r"(?<!\d)(?:(?P<year>\d{4})\s*[年/.-]\s*)?(?P<month>\d{1,2})\s*[月/.-]\s*(?P<day>\d{1,2})日?"
    r"\s*(?:[—–―~至到-]+)\s*"
    r"(?:(?P<year2>\d{4})\s*[年/.-]\s*)?(?:(?P<month2>\d{1,2})\s*[月/.-]\s*)?(?P<day2>\d{1,2})日?(?![\d:时点月.])"
)
_IN_TEXT = re.compile(rf"(?<![\d.第]){_DAY}{_CLOCK}?(?![\d版章节条期])")
_MONTH_IN_TEXT = re.compile(r"(?<!\d)(?P<year>\d{4})\s*年\s*(?:(?P<month>\d{1,2})\s*月)?")
_IN_FILE_NAME = re.compile(r"(?<!\d)(?:20\d{2})?(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")
_QUARTER = re.compile(r"(\d{4})\s*年\s*第?\s*([1-4一二三四])\s*季度")


class BadTimeError(ValueError):
    """A text that is no time; `code` is the reason (infra/intake/reasons.toml)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Found(msgspec.Struct, frozen=True):
    """A time or a span in a text, and where it begins."""

    at: int
    time: PaperTime | None = None
    span: tuple[date, date] | None = None


def time_of(cell: Cell, latest: date | None) -> PaperTime:
    """Read a cell; a day without a year is the last one by `latest`. Raises BadTimeError, BadValueError."""
    if isinstance(cell, Broken):
        raise BadValueError(cell.problem, cell.remedy)
    if isinstance(cell, Figure) and isinstance(cell.value, Moment):
        return msgspec.structs.replace(_from_moment(cell.value), precision="month", clock=None)
    if isinstance(cell, Moment):
        return _from_moment(cell)
    if isinstance(cell, float) and round(cell * 10) % 10 == 1 and round(cell * 100) % 10 == 0:
        raise BadTimeError("month_unclear")  # 2017.1 as a number may have been 2017.10
    return read_time(shown(cell), latest)


def time_beside_title(text: str, latest: date | None) -> PaperTime | None:
    """Read the time beside the title of a post, 《…》（7月12日）; None where the text holds no title or no time."""
    rest, titles = _TITLE.subn(" ", text)
    try:
        return read_time(rest.strip(" ()（）[]【】,，;；:："), latest) if titles else None
    except BadTimeError:
        return None


def is_clock(text: str) -> bool:
    """Tell a time of day alone."""
    return _CLOCK_ALONE.fullmatch(_plain(text)) is not None


def clock_on(text: str, day: date | None) -> PaperTime | None:
    """Read a time of day alone, 09:30, as one of a day that the page names; None where it is no such time."""
    found = None if day is None else _CLOCK_ALONE.fullmatch(_plain(text))
    if day is None or found is None:
        return None
    return PaperTime("minute", day, time(int(found[1]), int(found[2])))


def read_time(text: str, latest: date | None) -> PaperTime:
    """Read a whole text as one time; raises BadTimeError, for a day of the week that the date is not, too."""
    read = _read_whole(_plain(text), latest)
    weekday = _WEEKDAY.search(unicodedata.normalize("NFKC", text)) if "周" in text or "星期" in text else None
    if weekday is not None and read.precision != "month":
        named = _WEEKDAYS.index(weekday["day"].replace("天", "日"))
        if read.day.weekday() != named:
            raise BadTimeError("weekday_differs")
    return read


def _read_whole(plain: str, latest: date | None) -> PaperTime:
    try:
        return _from_moment(read_moment(plain))
    except BadValueError:
        pass
    if _SERIAL.fullmatch(plain):
        raise BadTimeError("bare_number")
    month = _MONTH.fullmatch(plain)
    if month is not None:
        return _checked(PaperTime("month", _day(int(month["year"]), int(month["month"]), 1)))
    if _YEAR.fullmatch(plain):
        raise BadTimeError("year_alone")
    found = _ONE.fullmatch(_with_century(plain))
    if found is None:
        raise BadTimeError("relative_time" if _RELATIVE.match(plain) else "not_a_time")
    return _checked(_from_match(found, latest))


def _with_century(plain: str) -> str:
    """Write a year of two digits out; raises BadTimeError where the two may be a month or a day: 9/7/26, 26/7/9."""
    found = _SHORT_YEAR.fullmatch(plain)
    if found is None:
        return plain
    if found["mark"] != "年" and (found["mark"] != "." or int(found["year"]) < _NO_MONTH):
        raise BadTimeError("two_digit_year")
    return f"20{plain}"


def times_in(text: str, latest: date | None) -> Iterator[Found]:
    """Find the days, moments and spans that a text names, in its order; what is no date is passed over.

    Days without a year are of the year that the text names, else the last ones by `latest`.
    """
    plain = _plain(text)
    year = year_in(plain)
    if year is not None:
        latest = date(year, 12, 31)
    rest = plain
    for found in _SPAN.finditer(plain):
        span = _span(found, latest)
        if span is not None:
            rest = rest[: found.start()] + " " * (found.end() - found.start()) + rest[found.end() :]
            yield Found(found.start(), span=span)
    for found in _IN_TEXT.finditer(rest):
        try:
            yield Found(found.start(), time=_checked(_from_match(found, latest)))
        except BadTimeError:
            continue


def year_in(text: str) -> int | None:
    """Return the year that a text names, None for none or several."""
    years = {int(found["year"]) for found in _MONTH_IN_TEXT.finditer(_plain(text))}
    years |= {int(found["year"]) for found in _IN_TEXT.finditer(_plain(text)) if found["year"]}
    return years.pop() if len(years) == 1 else None


def quarter_in(text: str) -> str:
    """Return the quarter that a text names, 2026Q3, empty for none."""
    found = _QUARTER.search(unicodedata.normalize("NFKC", text))
    return f"{found[1]}Q{found[2].translate(_DIGITS)}" if found else ""


def day_in_file_name(name: str, latest: date) -> PaperTime | None:
    """Return the day that a name of a file holds as 0713 or 20260713; None for none or several."""
    days = {(int(found[1]), int(found[2])) for found in _IN_FILE_NAME.finditer(name)}
    if len(days) != 1:
        return None
    try:
        return PaperTime("day", _completed(*days.pop(), latest))
    except BadTimeError:
        return None


def _plain(text: str) -> str:
    plain = _WEEKDAY.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    if _CHINESE_YEAR.search(plain) or _CHINESE_DAY.search(plain):
        plain = _CHINESE_YEAR.sub(lambda year: year[0].translate(_DIGITS), plain)
        plain = _CHINESE_NUMBER.sub(_number, plain)
    plain = _DONE.sub("", _DAY_BY_NUMBER.sub(r"\g<before>\g<day>日", plain))
    plain = _OTHER_MARKS.sub(r"\1-\3-\4", plain) if _OTHER_MARKS.fullmatch(plain) else plain
    plain = _HALF.sub("点30分", _PART_OF_DAY.sub(_hour, plain))
    plain = _COMPACT.sub(r"\1 \2:\3", plain) if _COMPACT.fullmatch(plain) else plain.rstrip(".。")
    return _MARK.sub(lambda mark: mark[1] + (" " if mark[1] == "日" else ""), plain).strip()


def _hour(found: re.Match[str]) -> str:
    """Give the hour of 下午3点 by the clock of 24 hours; a part of the day alone says no more than the day."""
    if not found["hour"]:
        return ""
    hour, part = int(found["hour"]), found["part"]
    if part in ("晚上", "晚") and hour == _NOON:
        return found[0]  # midnight of which day?
    if part == "凌晨" and hour == _NOON:
        return " 0"
    late = part in ("下午", "傍晚", "晚上", "晚") or (part == "中午" and hour < _AFTER_NOON)
    return f" {hour + _NOON if late and hour < _NOON else hour}"


def _number(found: re.Match[str]) -> str:
    tens, ten, ones = found.groups()
    if not (ten or ones):
        return found[0]
    value = (int((tens or "一").translate(_DIGITS)) * 10 if ten else 0) + int(
        (ones or "0").translate(_DIGITS)
    )
    return str(value)


def _from_moment(moment: Moment) -> PaperTime:
    local = moment.at.astimezone(SHANGHAI)
    if moment.date_only:
        return PaperTime("day", local.date())
    return PaperTime("minute", local.date(), local.time().replace(microsecond=0))


def _from_match(found: re.Match[str], latest: date | None) -> PaperTime:
    month, day = int(found["month"]), int(found["day"])
    whole = _day(int(found["year"]), month, day) if found["year"] else _completed(month, day, latest)
    if found["hour"] is None:
        return PaperTime("day", whole)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if (hour, minute) == (24, 0):
        return PaperTime("minute", whole + timedelta(days=1), time.min)
    try:
        return PaperTime("minute", whole, time(hour, minute))
    except ValueError as error:
        raise BadTimeError("does_not_exist") from error


def _completed(month: int, day: int, latest: date | None) -> date:
    """Give a day without a year its last one by `latest`."""
    if latest is None:
        raise BadTimeError("no_year")
    whole = _day(latest.year, month, day)
    return whole if whole <= latest else _day(latest.year - 1, month, day)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadTimeError("does_not_exist") from error


def _checked(read: PaperTime) -> PaperTime:
    if read.day < EARLIEST.date():
        raise BadTimeError("too_early")
    return read


def _span(found: re.Match[str], latest: date | None) -> tuple[date, date] | None:
    try:
        month2, day2 = int(found["month2"] or found["month"]), int(found["day2"])
        if found["year2"]:
            last = _day(int(found["year2"]), month2, day2)
        elif found["year"]:
            year = int(found["year"])
            last = _day(year, month2, day2)
        else:
            last = _completed(month2, day2, latest)
        month, day = int(found["month"]), int(found["day"])
        first = _day(int(found["year"]), month, day) if found["year"] else _completed(month, day, last)
    except BadTimeError:
        return None
    return (first, last) if first <= last else None
