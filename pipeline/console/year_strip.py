"""The year of an account as one drawing: seven rows of days, with gaps, reminders, looks and check points below.

It is a file of its own, which a page shows as an image: colours stand at the shapes, for no sheet reaches them.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from xml.sax.saxutils import escape

from pipeline.office.standing.year import WEEKS, Year

_LEFT, _TOP, _STEP_X, _STEP_Y = 52, 34, 20, 15
_WIDE, _HIGH = 17, 12
_WIDTH, _HEIGHT = _LEFT + WEEKS * _STEP_X + 24, 232
_GAPS_Y, _ALERTS_Y, _LOOKS_Y, _POINTS_Y = 152, 176, 196, 218
_RED_GAP = 14
_NAMES = ("周一", "", "周三", "", "周五", "", "周日")
_INK, _GREY, _RED, _BLUE = "#465260", "#8a95a1", "#ad1419", "#0f4c92"
_SHAPES = {
    "yellow": '<path d="M5 .8 9.8 9.2H.2z" fill="#b57200"/>',
    "blue": '<circle cx="5" cy="5" r="4.6" fill="#1c5fc4"/>',
    "red": '<path d="M.6.6h8.8v8.8H.6z" fill="#ad1419"/>',
    "over": '<path d="M5 0 10 5 5 10 0 5z" fill="#ad1419"/>',
}


def year_svg(year: Year, name: str) -> str:
    """Return the drawing; its title and description say in words what it shows."""
    parts = [*_frame(), *_days(year), *_below(year)]
    title = f"{name}一年的更新、间隔、提醒、检查与监测时间点"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}"'
        f' height="{_HEIGHT}" role="img" font-family="PingFang SC,Noto Sans CJK SC,Microsoft YaHei,sans-serif"'
        f' font-size="11"><title>{escape(title)}</title><desc>{escape(described(year))}</desc>'
        '<defs><pattern id="h" width="5" height="5" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(-45)"><path d="M0 0h5" stroke="#b9c2cc"/></pattern></defs>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{"".join(parts)}</svg>'
    )


def described(year: Year) -> str:
    """Return the year in words, for who does not see the drawing."""
    if year.known_from is None:
        return "没有更新或检查的记录。"
    long = [gap for gap in year.gaps if gap.days > _RED_GAP and not gap.lasts]
    words = f"{_day(year.known_from)}起有记录，共 {year.total} 条更新。"
    if long:
        words += f"超过 14 天的间隔 {len(long)} 段：" + "、".join(
            f"{_day(gap.begin)}至{_day(gap.end)}" for gap in long[:6]
        )
        words += "。"
    if year.gaps and year.gaps[-1].lasts:
        words += f"已 {year.gaps[-1].days} 天没有更新。"
    return words


def level_mark(level: str) -> str:
    """Return the shape of a reminder of a level, of whichever ladder."""
    return level if level in _SHAPES else "over" if level == "limit" else "yellow"


def _frame() -> Iterator[str]:
    for row, name in enumerate(_NAMES):
        if name:
            yield _text(_LEFT - 8, _TOP + row * _STEP_Y + 10, name, anchor="end")
    for y, name in ((_GAPS_Y, "间隔"), (_ALERTS_Y, "提醒"), (_LOOKS_Y, "检查"), (_POINTS_Y, "监测点")):
        yield _text(_LEFT - 8, y + 4, name, anchor="end")


def _days(year: Year) -> Iterator[str]:
    month = 0
    for place in range(WEEKS * 7):
        on = year.first + timedelta(days=place)
        if on > year.last:
            break
        x, y = _x(year, on), _TOP + (place % 7) * _STEP_Y
        if on.weekday() == 0 and on.month != month and on.day <= 7:
            month = on.month
            yield _text(x, _TOP - 10, f"{month}月")
        if on in year.updates:
            fill, stroke = "#3f7fc0", "#3f7fc0"
        elif year.known_from is None or on < year.known_from:
            fill, stroke = "url(#h)", "#ccd4dc"
        else:
            fill, stroke = "#fff", "#ccd4dc"
        if on == year.last:
            stroke = _RED
        yield f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="1.5" fill="{fill}" stroke="{stroke}"/>'


def _below(year: Year) -> Iterator[str]:
    for gap in year.gaps:
        x1, x2 = max(_LEFT, _x(year, gap.begin)), _x(year, gap.end)
        is_long = gap.days > _RED_GAP
        dash = ' stroke-dasharray="4 2"' if gap.lasts else ""
        yield (
            f'<path d="M{x1} {_GAPS_Y}H{max(x2, x1 + 4)}" stroke="{_RED if is_long else _GREY}"'
            f' stroke-width="{4 if is_long else 2}"{dash}/>'
        )
        if is_long:
            yield _text((x1 + x2) // 2, _GAPS_Y + 14, f"{gap.days} 天", anchor="middle", fill=_RED)
    for on, level in year.alerts:
        if on >= year.first:
            shape = _SHAPES[level_mark(level)]
            yield f'<g transform="translate({_x(year, on) + 3} {_ALERTS_Y - 5})">{shape}</g>'
    for on in year.looks:
        x = _x(year, on) + (on.weekday() * _WIDE) // 7
        yield f'<path d="M{x} {_LOOKS_Y - 5}v9" stroke="{_GREY}"/>'
    for point in year.points:
        x = _x(year, point.on) + _WIDE // 2
        yield f'<path d="M{x} {_TOP - 4}V{_POINTS_Y - 8}" stroke="{_BLUE}" stroke-dasharray="3 2"/>'
        label = f"{point.on.month}月{point.on.day}日"
        yield _text(min(x, _WIDTH - 70), _POINTS_Y + 4, label, anchor="middle", fill=_BLUE)


def _x(year: Year, on: date) -> int:
    return _LEFT + max(0, (on - year.first).days // 7) * _STEP_X


def _text(x: int, y: int, text: str, *, anchor: str = "start", fill: str = _INK) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}">{escape(text)}</text>'


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
