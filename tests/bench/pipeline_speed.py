"""Events a second through log, fold and history, each and together, against a bare decode loop."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from connectors.history.client import open_embedded
from connectors.history.migrate import migrate
from connectors.history.sink import Sink
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from events.base import Payload
from events.codec import CODEC, Event, encode_event
from pipeline.home.rulesets import find_ruleset
from pipeline.runtime.embedded.runner import Runner
from tests.bench.generate import stream

ACCOUNTS = 5_000
PARTITIONS = 16
APPEND_BATCH = 5_000


def measure(events: int) -> dict[str, float]:
    """Return events a second of each stage by itself, and of all: appended, then folded and stored side by side."""
    facts = list(stream(events, ACCOUNTS))
    values = [encode_event(f) for f in facts]
    seconds = {"decode (baseline)": _timed(lambda: [CODEC.decode(v) for v in values])}
    with open_home() as home:
        seconds["log append"] = _timed(lambda: _append(home.log, facts))
        seconds["log read"] = _timed(lambda: [home.log.read(FACTS, p, 0, 1 << 30) for p in range(PARTITIONS)])
        seconds["fold"] = _timed(home.runner.catch_up)
        seconds["history"] = _timed(home.sink.catch_up)
    with open_home() as home:
        seconds["log, fold and history"] = _timed(lambda: _together(home, facts))
    return {name: len(facts) / s for name, s in seconds.items()}


class _Home(NamedTuple):
    log: EmbeddedLog
    runner: Runner
    sink: Sink


@contextmanager
def open_home() -> Iterator[_Home]:
    folder = Path(tempfile.mkdtemp(prefix="xuncha-bench-"))
    EmbeddedLog.make(folder / "log.sqlite", partitions=PARTITIONS)
    log, log_of_sink = EmbeddedLog(folder / "log.sqlite"), EmbeddedLog(folder / "log.sqlite")
    client = open_embedded(folder / "history")
    migrate(client)
    try:
        yield _Home(
            log, Runner(log, find_ruleset("jiangsu-kunshan-2019-162").ruleset), Sink(client, log_of_sink)
        )
    finally:
        client.close()
        log_of_sink.close()
        log.close()
        shutil.rmtree(folder)


def _together(home: _Home, facts: list[Event[Payload]]) -> None:
    """Do as `xuncha run --until-idle` does with a log that has just been written."""
    _append(home.log, facts)
    with ThreadPoolExecutor(max_workers=1) as aside:
        storing = aside.submit(home.sink.catch_up)
        home.runner.catch_up()
        storing.result()
    home.sink.catch_up()


def _append(log: EmbeddedLog, facts: list[Event[Payload]]) -> None:
    rest = iter(facts)
    while batch := list(islice(rest, APPEND_BATCH)):
        log.append(batch)


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
