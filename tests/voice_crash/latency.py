"""How long a message takes: `python -m tests.voice_crash.latency [--accounts N] [--only embedded|kafka]`.

Of accounts that passed their limit a look comes in, and the alert is awaited at the other end of a channel; then a post
comes in, and the end of the alert is awaited. Both from the moment before the fact is appended, one account after
another, with the processes of an installation and the reading commands of nobody beside them.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from connectors.kafka.log import KafkaLog
from connectors.kafka.topics import apply_topics
from connectors.log.port import Log
from events import derived_ids
from events.base import Payload
from events.codec import Event
from events.ids import fact_id
from events.post import PostPublished
from tests.kafka_broker import Broker
from tests.voice_crash.city import facts
from tests.voice_crash.receiver import Receiver
from tests.voice_crash.run import (
    CHANNEL,
    PARTITIONS,
    READY_WITHIN_S,
    SESSION,
    Keeper,
    await_that,
    held,
    make_city,
)

WITHIN_S = 60.0


def main() -> None:
    """Measure on both runtimes and print a line for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--accounts", type=int, default=50)
    parser.add_argument("--only", choices=("embedded", "kafka"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xuncha-latency-") as folder:
        if asked.only != "kafka":
            _say("embedded", *_embedded(Path(folder) / "embedded", asked.accounts))
        if asked.only != "embedded":
            broker = Broker(Path(folder) / "broker")
            broker.start()
            try:
                _say("kafka", *_on_kafka(Path(folder) / "kafka", broker, asked.accounts))
            finally:
                broker.remove()


def _embedded(folder: Path, accounts: int) -> tuple[list[float], list[float]]:
    with ExitStack() as ending:
        receiver = Receiver(0.0)
        ending.callback(receiver.stop)
        home = make_city(folder, receiver)
        log = ending.enter_context(closing(home.open_log()))
        keeper = Keeper(home.path, "run", "--no-ticks")
        ending.callback(keeper.stop)
        return _measured(log, receiver, accounts)


def _on_kafka(folder: Path, broker: Broker, accounts: int) -> tuple[list[float], list[float]]:
    with ExitStack() as ending:
        receiver = Receiver(0.0)
        ending.callback(receiver.stop)
        home = make_city(folder, receiver, f'[kafka]\nbootstrap = "{broker.bootstrap}"\nprefix = "latency"\n')
        apply_topics(home.kafka, partitions=PARTITIONS)
        for words in (("worker", *SESSION), ("notifier", "--channel", CHANNEL, *SESSION)):
            ending.callback(Keeper(home.path, *words).stop)
        await_that(lambda: held(home.kafka), READY_WITHIN_S, "worker and notifier hold no partitions")
        log = ending.enter_context(
            closing(KafkaLog(home.kafka, folder / "feeder.sqlite", fail_point=lambda _: None))
        )
        return _measured(log, receiver, accounts)


def _measured(log: Log, receiver: Receiver, accounts: int) -> tuple[list[float], list[float]]:
    """Return the seconds from look to alert and from post to its end; a first account warms all up."""
    now = datetime.now(UTC).replace(microsecond=0)
    raised, cleared = [], []
    for n in range(accounts + 1):
        opened, post, look = facts(range(n, n + 1), now)
        log.append([opened, post])
        raised.append(_told(receiver, derived_ids.alert_raised(post.subject, post.id, "limit"), log, look))
        newer = Event(
            fact_id("voice", post.subject, "newer"),
            "voice",
            post.subject,
            now,
            PostPublished(observed_at=now),
        )
        cleared.append(_told(receiver, derived_ids.alert_cleared(post.subject, post.id), log, newer))
    return raised[1:], cleared[1:]


def _told(receiver: Receiver, message: UUID, log: Log, fact: Event[Payload]) -> float:
    began = time.time()
    log.append([fact])
    await_that(_came(receiver, str(message)), WITHIN_S, "nobody is told")
    return next(at for at, came in receiver.came if came == str(message)) - began


def _came(receiver: Receiver, message: str) -> Callable[[], bool]:
    return lambda: message in receiver.ids


def _say(runtime: str, raised: list[float], cleared: list[float]) -> None:
    told = ", ".join(
        f"{name} median {statistics.median(found):.2f} s, longest {max(found):.2f} s"
        for name, found in (("look to alert", raised), ("post to cleared", cleared))
    )
    sys.stdout.write(f"{runtime}: {len(raised)} accounts, {told}\n")


if __name__ == "__main__":
    main()
