"""Charts of the counts over time: one drawing a figure, quarter by quarter, a file of its own that a page shows.

Lines are told apart by colour, by the shape of their points, and by dashes; the numbers of a second line stand below
its points. The same values stand in the table of the page; the description of a drawing says each of them in words.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from pipeline.console.times import quarter_in_words
from projections.counts.counts import Count

_WIDTH, _HEIGHT = 560, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 20, 34, 62
_INK, _GRID = "#465260", "#ccd4dc"
_COLOURS = ("#0f4c92", "#ad1419", "#7d5200")
_DASHES = ("", ' stroke-dasharray="7 4"', ' stroke-dasharray="2 4"')
_BESIDE = ((0.0, -8.0, "middle"), (0.0, 18.0, "middle"), (8.0, 4.0, "start"))
"""Where the number of a point stands, by line: above, below, to the right."""
_LOWEST_STEP = 5


class Line(NamedTuple):
    """One line of a chart; None breaks it: nothing was counted then."""

    title: str
    value: Callable[[Count], float | None]


class Chart(NamedTuple):
    """A drawing of one or a few figures."""

    title: str
    unit: str
    lines: tuple[Line, ...]


def _rate(count: Count) -> float | None:
    return None if count.pass_rate is None else float(count.pass_rate.rstrip("%"))


CHARTS: Mapping[str, Chart] = {
    "pass-rate": Chart("合格率", "%", (Line("合格率", _rate),)),
    "accounts": Chart("账号数", "个", (Line("账号数", lambda c: c.accounts),)),
    "silence": Chart(
        "未更新的账号", "个", (Line("超7天", lambda c: c.slow), Line("超两周", lambda c: c.silent))
    ),
    "focus": Chart("重点关注名单", "个", (Line("名单内账号", lambda c: c.focus),)),
    "rectification": Chart(
        "要求整改的问题",
        "项",
        (
            Line("按时答复", lambda c: c.in_time),
            Line("逾期答复或未答复", lambda c: c.late + c.overdue),
            Line("一年内再次要求", lambda c: c.repeated),
        ),
    ),
}


def chart_svg(chart: Chart, counts: Sequence[Count]) -> str:
    """Return the drawing of a chart over the quarters of the whole; without a value it says so."""
    description = described(chart, counts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}"'
        f' height="{_HEIGHT}" role="img" font-family="PingFang SC,Noto Sans CJK SC,Microsoft YaHei,sans-serif"'
        f' font-size="12"><title>{escape(chart.title)}</title><desc>{escape(description)}</desc>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{"".join(_drawn(chart, counts))}</svg>'
    )


def described(chart: Chart, counts: Sequence[Count]) -> str:
    """Return every value of a chart in words."""
    sentences = []
    for line in chart.lines:
        values = [
            f"{quarter_in_words(count.quarter)} {_number(value)}{chart.unit}"
            for count in counts
            if (value := line.value(count)) is not None
        ]
        sentences.append(f"{line.title}：{'，'.join(values) or '没有数据'}")
    return "；".join(sentences) + "。"


def _drawn(chart: Chart, counts: Sequence[Count]) -> Iterator[str]:
    values = [v for line in chart.lines for count in counts if (v := line.value(count)) is not None]
    if not values:
        yield _text(_WIDTH / 2, _HEIGHT / 2, "没有数据", anchor="middle")
        return
    low, high = _axis(values, percent=chart.unit == "%")
    bottom, tall = _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM - _TOP
    for edge in (low, (low + high) / 2, high):
        y = bottom - (edge - low) / (high - low) * tall
        yield f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="{_GRID}"/>'
        yield _text(_LEFT - 6, y + 4, f"{_number(edge)}{chart.unit}", anchor="end")
    step = (_WIDTH - _LEFT - _RIGHT) / len(counts)
    every = -(-len(counts) // 8)
    for n, count in enumerate(counts):
        if n % every == 0:
            year, _, quarter = quarter_in_words(count.quarter).partition("第")
            yield _text(_LEFT + (n + 0.5) * step, bottom + 34, quarter, anchor="middle")
            yield _text(_LEFT + (n + 0.5) * step, bottom + 50, year, anchor="middle")
    for n, line in enumerate(chart.lines):
        if len(chart.lines) > 1:
            x = _LEFT + n * 165
            yield f'<path d="M{x} 12h28" stroke="{_COLOURS[n]}" stroke-width="2"{_DASHES[n]}/>'
            yield _point(n, x + 14, 12)
            yield _text(x + 34, 16, line.title)
        yield from _line(n, line, counts, lambda v: bottom - (v - low) / (high - low) * tall, step)


def _line(
    number: int, line: Line, counts: Sequence[Count], y_of: Callable[[float], float], step: float
) -> Iterator[str]:
    path, pen, colour = "", "M", _COLOURS[number]
    right, down, anchor = _BESIDE[number]
    for n, count in enumerate(counts):
        value = line.value(count)
        if value is None:
            pen = "M"
            continue
        x, y = _LEFT + (n + 0.5) * step, y_of(value)
        path, pen = f"{path}{pen}{x:.1f} {y:.1f}", "L"
        yield _point(number, x, y)
        yield _text(x + right, y + down, _number(value), anchor=anchor, fill=colour)
    yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"{_DASHES[number]}/>'


def _point(number: int, x: float, y: float) -> str:
    """Draw a point of a line: a disc, a square, or a triangle."""
    colour = _COLOURS[number]
    if number == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    outline = f"M{x - 4:.1f} {y - 4:.1f}h8v8h-8z" if number == 1 else f"M{x:.1f} {y - 5:.1f}l5 9h-10z"
    return f'<path d="{outline}" fill="{colour}"/>'


def _axis(values: Sequence[float], *, percent: bool) -> tuple[float, float]:
    """Return the ends of the value axis: counts begin at nought, rates below the lowest so that differences show."""
    if percent:
        return max(0.0, (min(values) - 1) // _LOWEST_STEP * _LOWEST_STEP), 100.0
    high = max(values)
    return 0.0, float(max(4, -(-high // 4) * 4))


def _number(value: float) -> str:
    return f"{value:g}"


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = _INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{escape(text)}</text>'
