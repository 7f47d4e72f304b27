"""What an event costs and what an account holds, by the number of accounts: a day of six events each, in a folder.

A process of its own: it prints one JSON object. Facts are made, appended, folded and stored part by part, so that the
memory told is that of the program.
"""

import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import msgspec

from tests.bench.generate import stream
from tests.bench.pipeline_speed import open_home

EVENTS_EACH = 6
"""A day's, with the midnight at which every account is looked through."""

PART = 20_000


def main(accounts: int) -> None:
    """Measure a size: processor time an event in microseconds, and bytes an account."""
    took = {"append_us": 0.0, "folds_us": 0.0, "history_us": 0.0}
    events = 0

    def timed(name: str, work: Callable[[], object]) -> None:
        begin = time.process_time()
        work()
        took[name] += time.process_time() - begin

    with open_home() as home:
        rest = stream(accounts * EVENTS_EACH, accounts)
        home.log.append(list(islice(rest, 1)))  # what is made once is made now
        home.runner.catch_up()
        home.sink.catch_up()
        before = _resident()
        while part := list(islice(rest, PART)):
            events += len(part)
            timed("append_us", lambda part=part: home.log.append(part))  # type: ignore[misc]
            timed("folds_us", home.runner.catch_up)
            timed("history_us", home.sink.catch_up)
        held = _resident() - before
    told = {name: seconds / events * 1e6 for name, seconds in took.items()}
    sys.stdout.buffer.write(msgspec.json.encode({**told, "events": events, "held_mb": held / 1e6}))


def _resident() -> int:
    """Return the memory of this process, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


if __name__ == "__main__":
    main(int(sys.argv[1]))
