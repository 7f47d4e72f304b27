"""Checks of a log, wherever it is: its last tick, and what it could not read."""

from contextlib import closing
from datetime import datetime, timedelta

from events.instants import local_iso
from pipeline.doctor.finding import Finding, check, ok, warning
from pipeline.home import Home
from pipeline.ticker import last_tick


@check("last tick", "see `xuncha init`: it completes a home that was cut off")
def embedded_tick(home: Home, now: datetime) -> Finding:
    """Look at the newest tick of an embedded home; commands may use one that nobody runs."""
    with closing(home.open_log()) as log:
        at = last_tick(log)
    if (found := late_tick(at, now, home)) is None:
        return ok(f"at {local_iso(at)}")
    return warning(found, "start `xuncha run`, if alerts are to come")


def late_tick(at: datetime | None, now: datetime, home: Home) -> str | None:
    """Say how late time is in a log, None where the last tick is not older than two intervals."""
    if at is None:
        return "no tick was written yet"
    if now - at <= 2 * timedelta(minutes=home.settings.tick_minutes):
        return None
    return f"none since {local_iso(at)}, and one is due every {home.settings.tick_minutes} minutes"


@check("dead letters", "mend the log first")
def dead_letters(home: Home) -> Finding:
    """Count what could not be read and was not replayed."""
    with closing(home.open_log()) as log:
        pending = [letter for letter in log.letters() if letter.replayed_at is None]
    if not pending:
        return ok("none is pending")
    first = pending[0]
    return warning(
        f"{len(pending)} pending, the oldest from {first.origin}, {first.place}: {first.reason}",
        "see `xuncha dead-letters list`, mend what was wrong, then `xuncha dead-letters replay`",
    )
