"""Our folds beside a state kept by Bytewax, over the same events in memory.

A process of its own: it prints one JSON object, events a second of processor time; null where Bytewax is not there
(group `bench` of pyproject.toml). Bytewax keeps the newest post of each account and does nothing else: no looks, no
alerts, no midnights, and what it keeps is written nowhere. Ours are the folds of a worker, states and derived events
encoded.
"""

import sys
import time
from collections.abc import Callable
from datetime import datetime

import msgspec

from connectors.log.placement import place
from events.codec import CODEC, encode_event
from events.envelope import Entry
from events.post import PostPublished
from pipeline.home.rulesets import find_ruleset
from projections.accounts.shard import Shard
from tests.bench.generate import BEGIN, stream

PARTITIONS = 16
BATCH = 8_000


class Message(msgspec.Struct, frozen=True, gc=False):
    """A record as a client of a log hands it over."""

    offset: int
    timestamp: int  # milliseconds
    key: bytes
    value: bytes


def main(events: int, accounts: int) -> None:
    """Measure both."""
    now = int(BEGIN.timestamp() * 1000)
    messages: dict[int, list[Entry]] = {
        p: [Message(n, now, one.key.encode(), one.value) for n, one in enumerate(placed)]
        for p, placed in place(list(stream(events, accounts)), PARTITIONS).items()
    }
    values = [m.value for of_partition in messages.values() for m in of_partition if m.value]
    CODEC.decode(values[0])  # its decoders are made once
    told: dict[str, float | None] = {"ours_per_s": len(values) / _timed(lambda: fold(messages))}
    try:
        told["bytewax_per_s"] = len(values) / _timed(lambda: keep_newest(values))
    except ImportError:
        told["bytewax_per_s"] = None
    sys.stdout.buffer.write(msgspec.json.encode(told))


def fold(messages: dict[int, list[Entry]]) -> None:
    """Do what a worker does with a backlog, but for reading and writing."""
    ruleset = find_ruleset("jiangsu-kunshan-2019-162").ruleset
    for partition, records in messages.items():
        shard = Shard(partition, ruleset)
        for n in range(0, len(records), BATCH):
            shard.apply_all(records[n : n + BATCH])
            for event in shard.flush().derived:
                encode_event(event)


def keep_newest(values: list[bytes]) -> None:
    """Let a dataflow decode the events and keep the newest post of each account."""
    import bytewax.operators as op
    from bytewax.dataflow import Dataflow
    from bytewax.testing import TestingSink, TestingSource, run_main

    def newer(known: datetime | None, at: datetime) -> tuple[datetime, datetime]:
        newest = at if known is None or at > known else known
        return newest, newest

    def post_of(value: bytes) -> tuple[str, datetime] | None:
        event = CODEC.decode(value)
        return (event.subject, event.time) if isinstance(event.data, PostPublished) else None

    flow = Dataflow("newest_posts")
    posts = op.filter_map(
        "decode", op.input("events", flow, TestingSource(values, batch_size=BATCH)), post_of
    )
    op.output("kept", op.stateful_map("newest", posts, newer), TestingSink([]))
    run_main(flow)


def _timed(work: Callable[[], None]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
