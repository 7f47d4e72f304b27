"""Ticks: time as facts of the log, monotone in every partition (design promise 5)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from connectors.history.records import newest_of_type
from connectors.log.port import Log
from events import fact_ids
from events.clock import ClockTicked
from events.codec import Event
from events.instants import EPOCH, from_micros, to_micros
from events.sources import CLOCK
from pipeline.home.workspace import Workspace

_LAST_TICK = "last_tick_at"


def tick_at(at: datetime, *, replay: bool = False) -> Event[ClockTicked]:
    """Return the tick of a moment; the same moment is the same fact."""
    return Event(fact_ids.clock_ticked(at), CLOCK, CLOCK, at, ClockTicked(replay=replay))


def last_tick(log: Log) -> datetime | None:
    """Return the latest tick that was appended from this home."""
    value = log.meta(_LAST_TICK)
    return None if value is None else from_micros(int(value))


def newest_tick(workspace: Workspace) -> datetime | None:
    """Return the latest tick of the whole log: on Kafka another home may have appended it."""
    known = (last_tick(workspace.log), newest_of_type(workspace.client, ClockTicked.type))
    return max((at for at in known if at is not None), default=None)


def append_ticks(log: Log, ticks: list[Event[ClockTicked]]) -> int:
    """Append ticks later than the last one, in one transaction; returns how many."""
    if not ticks:
        return 0
    with log.transaction():
        known = last_tick(log)
        later = [tick for tick in ticks if known is None or tick.time > known]
        if later:
            log.write_facts(later)
            log.set_meta(_LAST_TICK, str(to_micros(later[-1].time)))
    return len(later)


def tick(log: Log, step: timedelta, now: datetime) -> int:
    """Append the ticks of the grid that have become due; after a downtime only the last of them is needed.

    The tick grid changes no alert, so one tick catches up with any number.
    """
    known = last_tick(log)
    due = list(grid(max(known, now - step) if known else now - step, now, step))
    return append_ticks(log, [tick_at(at) for at in due[-1:]])


def grid(after: datetime, until: datetime, step: timedelta) -> Iterator[datetime]:
    """Yield the moments of a grid that lie after one moment and not after another."""
    since_epoch = (after - EPOCH) // step + 1
    at = EPOCH + since_epoch * step
    while at <= until:
        yield at.astimezone(UTC)
        at += step
