"""`make bench-kafka`: `python -m tests.bench.kafka [--events N] [--accounts N] [--runs N] [--only NAME ...]`."""

import argparse
import logging
import os
import platform
import signal
import sys
import time
from types import FrameType

import structlog

from tests.bench.__main__ import cpu_model, say
from tests.bench.kafka import latency, produce, recovery, sink, worker
from tests.bench.kafka.ground import Ground, Size

PARTS = {
    "produce": produce.measure,
    "worker": worker.measure,
    "sink": sink.measure,
    "latency": latency.measure,
    "recovery": recovery.measure,
}

_JVM = "-XX:+UseG1GC"
"""Options of the broker: Java's own, as in an office, and not those for a node that lives for minutes."""


def main() -> None:
    """Print the machine, then every figure with its ratio to the baseline; leaves nothing behind."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, _end)
    os.environ.setdefault("KAFKA_JVM", _JVM)
    logging.getLogger("aiokafka").setLevel(logging.ERROR)  # not each repetition on a topic that was just made
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    size = Size(
        events=asked.events,
        accounts=asked.accounts,
        runs=asked.runs,
        latency_s=asked.latency_s,
        known_accounts=20 * asked.accounts,
    )
    begin = time.monotonic()
    say(f"machine: {platform.machine()}, {os.cpu_count()} cores, {cpu_model()}, {platform.python_version()}")
    with Ground(size) as ground:
        for name in asked.only or PARTS:
            for line in PARTS[name](ground):
                say(line)
    say(f"\n{time.monotonic() - begin:.0f} s in all")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=Size().events)
    parser.add_argument("--accounts", type=int, default=Size().accounts)
    parser.add_argument("--runs", type=int, default=Size().runs, help="of workers; the median is told")
    parser.add_argument("--latency-s", type=int, default=Size().latency_s)
    parser.add_argument("--only", nargs="+", choices=PARTS, help="measure nothing else")
    return parser.parse_args()


def _end(number: int, frame: FrameType | None) -> None:
    """End in order, so that broker and processes end, too."""
    del frame
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
