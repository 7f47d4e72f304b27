"""States kept in a compacted topic: read whole when their partitions are taken over."""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from connectors.kafka.as_parsed import as_parsed
from connectors.kafka.cluster import Cluster

_POLL_MS = 50
# A few answers are in memory at a time, beside the states: large ones would double what a recovery needs.
_PARTITION_BYTES = 1 << 20
_FETCH_BYTES = 8 << 20

States = MutableMapping[str, bytes]
"""By key; in memory, or where there are many in a file (`StateFile`)."""

TopicIds = Mapping[str, str]
"""The id of each topic that a position speaks of, by name without prefix."""

_GONE = b""
_LIVES = "lives"
_decode_lives = msgspec.json.Decoder(dict[str, str]).decode
_encode_lives = msgspec.json.Encoder(order="sorted").encode


class Stored(msgspec.Struct):
    """What a changelog holds of one partition."""

    states: States
    lives: TopicIds | None = (
        None  # noted with the position; None: there is none, or an earlier release wrote it
    )

    def remade(self, now: TopicIds) -> frozenset[str] | None:
        """Return the topics that were made again since the position was written, None where nobody can tell.

        Of a changelog that was made again under a live process, only what changed afterwards is there. Of a source
        that was, the position says nothing.
        """
        noted = self.lives
        return None if noted is None else frozenset(t for t, life in now.items() if noted.get(t) != life)


def lives_header(lives: TopicIds) -> tuple[str, bytes]:
    """Return the header of a position which says what lives of the topics it speaks of."""
    return _LIVES, _encode_lives(lives)


async def read_states(
    cluster: Cluster,
    topic: str,
    partitions: Iterable[int],
    *,
    prefix: str = "",
    new_states: Callable[[], States] = dict,
) -> dict[int, Stored]:
    """Return the newest state of every key with a prefix, for each partition; a record without a value takes it away.

    They are put into what `new_states` makes. The key that is the prefix and nothing else is that of the position,
    which notes the lives of its topics.
    Reads what is committed up to the end that stands when the read begins. A transaction that somebody else has open
    there is waited for: what was committed behind it is not shown before it ends.
    """
    stored = {partition: Stored(new_states()) for partition in partitions}
    begins = prefix.encode()
    consumer = AIOKafkaConsumer(
        bootstrap_servers=cluster.bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",  # with "latest", a seek to the beginning loses a race and reads nothing
        isolation_level="read_committed",
        key_deserializer=as_parsed,
        fetch_max_wait_ms=_POLL_MS,
        max_partition_fetch_bytes=_PARTITION_BYTES,
        fetch_max_bytes=_FETCH_BYTES,
    )
    await consumer.start()
    try:
        name = cluster.topic(topic)
        left = {TopicPartition(name, partition) for partition in stored}
        ends: dict[TopicPartition, int] = {}
        consumer.assign(left)
        while left:
            for place, messages in (await consumer.getmany(timeout_ms=_POLL_MS)).items():
                _take(stored[place.partition], messages, begins)
            for place in sorted(left):
                end = ends.setdefault(place, consumer.highwater(place))
                if end is None:
                    del ends[place]  # nothing was fetched yet
                elif await consumer.position(place) >= end:
                    left.remove(place)
                    consumer.pause(place)
    finally:
        await consumer.stop()
    return stored


def _take(stored: Stored, messages: Iterable[Any], begins: bytes) -> None:
    news: dict[str, bytes] = {}
    for message in messages:
        if not message.key.startswith(begins):
            continue
        key = message.key.decode()
        news[key] = message.value or _GONE
        if message.key == begins:
            noted = dict(message.headers).get(_LIVES)
            stored.lives = None if noted is None else _decode_lives(noted)
    stored.states.update([(key, state) for key, state in news.items() if state])
    for key in (key for key, state in news.items() if not state):
        stored.states.pop(key, None)
