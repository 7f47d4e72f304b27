"""Quix Streams that keeps the last post of each account: `BOOTSTRAP TOPIC RECORDS FOLDER`."""

import os
import sys
import time

from quixstreams import Application, State

from events.codec import CODEC
from events.instants import to_micros
from events.post import PostPublished
from tests.bench.kafka.baselines.telling import tell

CHECKPOINT_S = 1.0


def main(bootstrap: str, topic: str, records: int, folder: str) -> None:
    """Keep the newest post's time as state, with a changelog, at least once; the time begins with the first record."""
    app = Application(
        bootstrap,
        consumer_group=f"{topic}.quix",
        auto_offset_reset="earliest",
        commit_interval=CHECKPOINT_S,
        state_dir=folder,
        loglevel="ERROR",
    )
    begin, done = 0.0, 0

    def keep(value: bytes, state: State[str, int]) -> None:
        nonlocal begin, done
        done += 1
        if done == 1:
            begin = time.perf_counter()
        event = CODEC.decode(value)
        if isinstance(event.data, PostPublished):
            at = to_micros(event.time)
            if at > state.get("newest", 0):
                state.set("newest", at)
        if done == records:
            tell(records, time.perf_counter() - begin)
            os._exit(0)

    facts = app.topic(topic, key_deserializer="str", value_deserializer="bytes")
    app.dataframe(facts).update(keep, stateful=True)
    app.run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
