"""Events a second through log, fold and history, each and together, against a bare decode loop."""

import shutil
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from connectors.history.client import open_embedded
from connectors.history.migrate import migrate
from connectors.history.sink import Sink
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from events.codec import CODEC, encode_event
from pipeline.rulesets import find_ruleset
from pipeline.runner import Runner
from tests.bench.generate import stream

ACCOUNTS = 5_000
APPEND_BATCH = 5_000


def measure(events: int) -> dict[str, float]:
    """Return events a second of each stage, and of all of them one after another."""
    folder = Path(tempfile.mkdtemp(prefix="xuncha-bench-"))
    try:
        return _measure(folder, events)
    finally:
        shutil.rmtree(folder)


def _measure(folder: Path, events: int) -> dict[str, float]:
    facts = list(stream(events, ACCOUNTS))
    EmbeddedLog.make(folder / "log.sqlite", partitions=16)
    log = EmbeddedLog(folder / "log.sqlite")
    ruleset = find_ruleset("jiangsu-kunshan-2019-162").ruleset
    client = open_embedded(folder / "history")
    migrate(client)
    values = [encode_event(f) for f in facts]
    stages = {
        "decode (baseline)": lambda: [CODEC.decode(v) for v in values],
        "log append": lambda: _append(log, facts),
        "log read": lambda: [log.read(FACTS, p, 0, 1 << 30) for p in range(log.partitions)],
        "fold": Runner(log, ruleset).catch_up,
        "history": Sink(client, log).catch_up,
    }
    seconds = {name: _timed(stage) for name, stage in stages.items()}
    together = seconds["log append"] + seconds["fold"] + seconds["history"]
    client.close()
    log.close()
    count = len(facts)
    return {name: count / s for name, s in seconds.items()} | {"log, fold and history": count / together}


def _append(log: EmbeddedLog, facts: list) -> None:
    rest = iter(facts)
    while batch := list(islice(rest, APPEND_BATCH)):
        log.append(batch)


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
