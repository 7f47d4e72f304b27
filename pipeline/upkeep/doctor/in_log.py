"""Checks of a log, wherever it is: its last tick, and what it could not read."""

from contextlib import closing
from datetime import datetime, timedelta

from events.fields import field
from events.instants import from_micros, local_iso, to_micros
from pipeline.home.folder import Home
from pipeline.home.ticks import last_tick
from pipeline.upkeep.doctor.clocks import APART
from pipeline.upkeep.doctor.finding import Finding, check, ok, warning, wrong


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


@check("times of the log", "set the clock of this machine right")
def embedded_times(home: Home, now: datetime) -> Finding:
    """Look for what was recorded, or ticked, later than now: the clock was ahead, and later records bear its time."""
    with closing(home.open_embedded_log()) as log:
        last, tick = log.last_recorded_at(), last_tick(log)
        if last <= to_micros(now + APART) and (tick is None or tick <= now + APART):
            return ok("no record and no tick is later than now")
        before = log.last_before(to_micros(now))
    ahead = from_micros(last)
    found = f"the newest record was taken at {local_iso(ahead)}, {_told(ahead - now)} ahead of now"
    if ahead <= now + APART and tick is not None:
        found = f"the newest tick is of {local_iso(tick)}, {_told(tick - now)} ahead of now"
        return wrong(f"{found}: no alert comes by time until then", _REPAIR)
    if before is None:
        return wrong(found, "nothing was recorded before: begin a new home")
    until = f"`xuncha export FOLDER {field('until')} {local_iso(from_micros(before))}`"
    return wrong(f"{found}; later records will bear later times still", f"{until}, and {_REPAIR}")


_REPAIR = 'import it into a new log: docs/operate.md, "A clock that was wrong"'


def _told(ahead: timedelta) -> str:
    return f"{ahead.days} days" if ahead.days else f"{ahead.seconds} s"


@check("file of the log", 'keep a copy of the folder as it is; docs/operate.md, "A damaged file"')
def embedded_file(home: Home) -> Finding:
    """Read every page of an embedded log; a damaged one may be asked for years later."""
    with closing(home.open_embedded_log()) as log:
        found = log.damage()
    if found is None:
        return ok("every page can be read")
    return wrong(
        f"{home.log_path} is damaged: {found}",
        'keep a copy of the folder as it is; docs/operate.md, "A damaged file"',
    )


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
