"""Homes with generated facts: stalls, late facts, deletions, withdrawals, in the order in which they became known."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED
from events import rectification_ids
from events.base import Payload
from events.codec import CODEC, Event
from events.days import chinese_day
from events.ids import partition_of
from events.instants import DAY_US
from events.rectification import RectificationReminded, ReminderStep
from events.sources import XUNCHA
from pipeline.home.new_home import make_home
from pipeline.runtime.embedded.owner import run_until_idle
from tests.projections.histories import (
    ACCOUNTS,
    ALL_KINDS,
    LATE,
    PASSING,
    SOURCES,
    History,
    Move,
    with_ticks,
)

_APPENDS = 20


def generated_facts(seed: int, moves: int = 120) -> list[Event[Any]]:
    """Return the facts of a history; a function of its seed."""
    rng = random.Random(seed)
    kinds = [kind for kind in ALL_KINDS if kind not in ("tick", "close")]
    drawn = [
        Move(
            rng.choice(kinds),
            rng.choice(PASSING),
            rng.choice(ACCOUNTS),
            rng.choice(list(SOURCES)),
            rng.randrange(24),
            rng.choice(LATE),
        )
        for _ in range(moves)
    ]
    observed = History().play(drawn).observed
    facts = [o.event for o in with_ticks(observed, 24, observed[-1].now + 20 * DAY_US)]
    return [*facts, _reminder(facts[-1].time)]


def _reminder(at: datetime) -> Event[RectificationReminded]:
    """Return a reminder of rectification, from which a message follows."""
    unit, due = "某局", chinese_day(at)
    step: ReminderStep = "due"
    data = RectificationReminded(
        unit=unit, step=step, due=due, tasks=(uuid5(NAMESPACE_URL, unit),), accounts=1
    )
    event_id = rectification_ids.rectification_reminded(ACCOUNTS[0], unit, due, step)
    return Event(event_id, XUNCHA, ACCOUNTS[0], at, data)


def build(home: Path, facts: Sequence[Event[Payload]], *, partitions: int) -> None:
    """Make a home, append the facts in some portions, a part of them twice, and let the folds run."""
    make_home(home, partitions=partitions)
    size = len(facts) // _APPENDS + 1
    with opened(home) as log:
        for begin in range(0, len(facts), size):
            log.append([*facts[begin : begin + size], *facts[begin : begin + size : 7]])
    run_until_idle(make_home(home))


@contextmanager
def opened(home: Path) -> Iterator[EmbeddedLog]:
    """Open the log of a home, as one who can do anything with it."""
    log = EmbeddedLog(home / "log.sqlite")
    try:
        yield log
    finally:
        log.close()


def tell(home: Path, *events: Event[Payload]) -> None:
    """Write derived events that no fold derived."""
    with opened(home) as log, log.transaction():
        for event in events:
            log.write_derived(partition_of(event.subject, log.partitions), [event])


def derived(home: Path) -> list[Event[Any]]:
    """Return the derived events that the log holds."""
    with opened(home) as log:
        return [
            CODEC.decode(record.value)
            for partition in range(log.partitions)
            for record in log.read(DERIVED, partition, 0, 1_000_000)
        ]
