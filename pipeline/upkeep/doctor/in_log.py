"""Checks of a log, wherever it is: its last tick, and what it could not read."""

from contextlib import closing
from datetime import datetime, timedelta

from events.fields import field
from events.instants import from_micros, local_iso, to_micros
from events.messages import message
from pipeline.home.folder import Home
from pipeline.home.ticks import last_tick
from pipeline.upkeep.doctor.clocks import APART
from pipeline.upkeep.doctor.finding import Finding, check, ok, warning, wrong


@check("last tick", message("see `xuncha init`: it completes a home that was cut off"))
def embedded_tick(home: Home, now: datetime) -> Finding:
    """Look at the newest tick of an embedded home; commands may use one that nobody runs."""
    with closing(home.open_log()) as log:
        at = last_tick(log)
    if (found := late_tick(at, now, home)) is None:
        return ok(message("at {at}", at=local_iso(at)))
    return warning(found, message("start `xuncha run`, if alerts are to come"))


def late_tick(at: datetime | None, now: datetime, home: Home) -> str | None:
    """Say how late time is in a log, None where the last tick is not older than two intervals."""
    if at is None:
        return message("no tick was written yet")
    if now - at <= 2 * timedelta(minutes=home.settings.tick_minutes):
        return None
    return message(
        "none since {at}, and one is due every {tick_minutes} minutes",
        at=local_iso(at),
        tick_minutes=home.settings.tick_minutes,
    )


@check("times of the log", message("set the clock of this machine right"))
def embedded_times(home: Home, now: datetime) -> Finding:
    """Look for what was recorded, or ticked, later than now: the clock was ahead, and later records bear its time."""
    with closing(home.open_embedded_log()) as log:
        last, tick = log.last_recorded_at(), last_tick(log)
        if last <= to_micros(now + APART) and (tick is None or tick <= now + APART):
            return ok(message("no record and no tick is later than now"))
        before = log.last_before(to_micros(now))
    ahead = from_micros(last)
    found = message(
        "the newest record was taken at {at}, {ahead} ahead of now",
        at=local_iso(ahead),
        ahead=_in_words(ahead - now),
    )
    if ahead <= now + APART and tick is not None:
        found = message(
            "the newest tick is of {at}, {ahead} ahead of now",
            at=local_iso(tick),
            ahead=_in_words(tick - now),
        )
        return wrong(message("{found}: no alert comes by time until then", found=found), _REPAIR)
    if before is None:
        return wrong(found, message("nothing was recorded before: begin a new home"))
    until = f"`xuncha export FOLDER {field('until')} {local_iso(from_micros(before))}`"
    return wrong(
        message("{found}; later records will bear later times still", found=found),
        message("{until}, and {repair}", until=until, repair=_REPAIR),
    )


_REPAIR = message('import it into a new log: docs/operate.md, "A clock that was wrong"')


def _in_words(ahead: timedelta) -> str:
    if ahead.days:
        return message("{days} days", days=ahead.days)
    return message("{seconds} s", seconds=ahead.seconds)


@check("file of the log", message('keep a copy of the folder as it is; docs/operate.md, "A damaged file"'))
def embedded_file(home: Home) -> Finding:
    """Read every page of an embedded log; a damaged one may be asked for years later."""
    with closing(home.open_embedded_log()) as log:
        found = log.damage()
    if found is None:
        return ok(message("every page can be read"))
    return wrong(
        message("{log_path} is damaged: {found}", log_path=home.log_path, found=found),
        message('keep a copy of the folder as it is; docs/operate.md, "A damaged file"'),
    )


@check("dead letters", message("mend the log first"))
def dead_letters(home: Home) -> Finding:
    """Count what could not be read and was not replayed."""
    with closing(home.open_log()) as log:
        pending = [letter for letter in log.letters() if letter.replayed_at is None]
    if not pending:
        return ok(message("none is pending"))
    first = pending[0]
    return warning(
        message(
            "{pending_count} pending, the oldest from {origin}, {place}: {reason}",
            pending_count=len(pending),
            origin=first.origin,
            place=first.place,
            reason=first.reason,
        ),
        message("see `xuncha dead-letters list`, mend what was wrong, then `xuncha dead-letters replay`"),
    )
