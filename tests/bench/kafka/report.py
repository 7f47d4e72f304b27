"""Lines of figures: each with its ratio to the baseline, and with what was aimed at."""


def rate_line(name: str, rate: float, unit: str, baseline: float, *, goal: float | None = None) -> str:
    """Return a figure a second, how many times as long as the baseline it takes, and whether the goal is met."""
    line = f"  {name:44}{rate:12,.0f} {unit:10} {baseline / rate:6.1f} x the time of the baseline"
    return line if goal is None else f"{line}; goal {goal:,.0f}: {_met(rate >= goal)}"


def limit_line(name: str, value: float, unit: str, *, limit: float) -> str:
    """Return a figure that had to stay below a limit."""
    return f"  {name:44}{value:12.3f} {unit:10} goal under {limit:g}: {_met(value < limit)}"


def _met(holds: bool) -> str:
    return "met" if holds else "missed"
