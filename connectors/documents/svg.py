"""Charts of the HTML page as inline SVG: text alternatives, fonts of the reader, no script."""

import math
from xml.sax.saxutils import escape

from events.figures import Series

_WIDTH, _LEFT, _RIGHT = 640, 150, 60
_BAR, _GAP, _TOP, _AXIS = 16, 8, 10, 28
_HEIGHT = 260
_INK, _FILL, _GRID = "#333333", "#9c1c1c", "#dddddd"


def svg_of(series: Series) -> str:
    """Return a chart; its description says every value, for whoever does not see it."""
    draw = _bars if series.kind == "bars" else _line
    height, drawn = draw(series)
    description = "；".join(f"{name} {_number(value)}{series.unit}" for name, value in series.points)
    return (
        f'<svg role="img" viewBox="0 0 {_WIDTH} {height}" aria-labelledby="t-{series.name} d-{series.name}">'
        f'<title id="t-{series.name}">{escape(series.title)}</title>'
        f'<desc id="d-{series.name}">{escape(description)}</desc>'
        f'<g font-size="13" fill="{_INK}">{drawn}</g></svg>'
    )


def axis_of(values: list[float], *, percent: bool) -> tuple[float, float]:
    """Return the ends of a value axis; rates begin below the lowest, so that small differences show."""
    if percent:
        return max(0.0, math.floor((min(values) - 1) / 5) * 5), 100.0
    return 0.0, max(math.ceil(max(values) / 10) * 10, 10)


def _bars(series: Series) -> tuple[int, str]:
    _, high = axis_of([v for _, v in series.points], percent=False)
    wide = _WIDTH - _LEFT - _RIGHT
    drawn = []
    for i, (name, value) in enumerate(series.points):
        y = _TOP + i * (_BAR + _GAP)
        length = value / high * wide
        middle = y + _BAR - 3
        drawn.append(
            f'<text x="{_LEFT - 8}" y="{middle}" text-anchor="end">{escape(_short(name))}</text>'
            f'<rect x="{_LEFT}" y="{y}" width="{length:.1f}" height="{_BAR}" fill="{_FILL}"/>'
            f'<text x="{_LEFT + length + 6:.1f}" y="{middle}">{_number(value)}{escape(series.unit)}</text>'
        )
    return _TOP * 2 + len(series.points) * (_BAR + _GAP), "".join(drawn)


def _line(series: Series) -> tuple[int, str]:
    low, high = axis_of([v for _, v in series.points], percent=series.unit == "%")
    left, bottom = 50, _HEIGHT - _AXIS
    step = (_WIDTH - left - 20) / len(series.points)
    tall = bottom - _TOP - 20
    drawn = []
    for end, edge in ((low, bottom), (high, bottom - tall)):
        drawn.append(
            f'<line x1="{left}" y1="{edge}" x2="{_WIDTH - 20}" y2="{edge}" stroke="{_GRID}"/>'
            f'<text x="{left - 6}" y="{edge + 4}" text-anchor="end">{_number(end)}{escape(series.unit)}</text>'
        )
    path = []
    for i, (name, value) in enumerate(series.points):
        x, y = left + (i + 0.5) * step, bottom - (value - low) / (high - low) * tall
        path.append(f"{x:.1f},{y:.1f}")
        drawn.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{_FILL}"/>'
            f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle">{_number(value)}{escape(series.unit)}</text>'
            f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{escape(name)}</text>'
        )
    drawn.append(f'<polyline points="{" ".join(path)}" fill="none" stroke="{_FILL}" stroke-width="2"/>')
    return _HEIGHT, "".join(drawn)


def _number(value: float) -> str:
    return f"{value:g}"


def _short(name: str, longest: int = 10) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"
