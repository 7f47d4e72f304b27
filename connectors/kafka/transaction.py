"""What a batch of one partition leaves behind, written in one transaction of Kafka."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer, TopicPartition

from connectors.kafka.changelog import TopicIds, lives_header
from connectors.kafka.cluster import DEAD_LETTERS, Cluster
from connectors.kafka.dead_letters import Headers, letter_headers
from connectors.log.dead_letters import DeadLetter
from connectors.log.port import DERIVED
from events.base import Payload
from events.codec import Event, encode_event

TIMEOUT_MS = 30_000
"""A transaction whose process has died holds up its readers for so long, unless somebody takes the partition over.

It has to outlast what else the process does meanwhile: a midnight of a hundred thousand accounts takes seven seconds of
processor time, and more on a machine that others use."""

_BATCH_BYTES = 262_144

_NOBODY = b"aborted"
"""Key of a record that nobody is shown: it stands in a transaction that is aborted."""

_Row = tuple[bytes | None, bytes | None, Headers]


class Output(msgspec.Struct, frozen=True):
    """What one transaction holds."""

    derived: list[Event[Payload]]
    letters: list[tuple[bytes | None, DeadLetter]]  # with the key of the record
    states: list[tuple[str, bytes]]  # by key, the position last; an empty state takes its key away
    next_offset: int  # of the source: committed for the group


class PartitionWriter:
    """Writes the output of one partition of a source, each batch as one transaction.

    `open` fences: whoever wrote for this partition and group before cannot commit any more, and what it left open is
    aborted. A broker that starts may count an abort as done of which a partition never got the mark (seen with Kafka
    4.3.0 after kills); what was written there would stay undecided for ever, and hold up every reader, or be committed
    by the next transaction. So `open` aborts a transaction of its own on each of the partitions: its mark decides
    whatever is left there under this id. No error is mended here: after one, memory is ahead of the log, and the owner
    has to end.
    """

    def __init__(
        self,
        cluster: Cluster,
        group: str,
        source: TopicPartition,
        changelog: str,
        *,
        fail_point: Callable[[str], None],
    ) -> None:
        self._group = group
        self._source = source
        self._derived = cluster.topic(DERIVED)
        self._dead_letters = cluster.topic(DEAD_LETTERS)
        self._changelog = cluster.topic(changelog)
        self._fail_point = fail_point
        self._position_headers: Headers = []
        self._producer = AIOKafkaProducer(
            bootstrap_servers=cluster.bootstrap,
            transactional_id=f"{group}-{source.partition}",
            transaction_timeout_ms=TIMEOUT_MS,
            acks="all",
            linger_ms=2,
            max_batch_size=_BATCH_BYTES,
        )

    async def open(self) -> None:
        await self._producer.start()
        await self._producer.begin_transaction()
        partition = self._source.partition
        places = ((self._derived, partition), (self._changelog, partition), (self._dead_letters, 0))
        sent = [await self._send(topic, number, [(_NOBODY, b"", [])]) for topic, number in places]
        await asyncio.gather(*(one for batches in sent for one in batches))
        await self._producer.abort_transaction()

    def speaks_of(self, lives: TopicIds) -> None:
        """Note these lives of the topics with every position that is written from now on."""
        self._position_headers = [lives_header(lives)]

    async def write(self, output: Output) -> None:
        """Write a batch: derived events, dead letters, states, and the group's offset; all of it is there, or nothing.

        Every record is acknowledged before the commit, which by itself would not tell that one was refused.
        """
        await self._producer.begin_transaction()
        partition = self._source.partition
        sent = [
            *await self._send(self._derived, partition, _derived_rows(output)),
            *await self._send(self._dead_letters, 0, _letter_rows(output)),
            *await self._send(self._changelog, partition, _state_rows(output, self._position_headers)),
        ]
        offsets = {self._source: output.next_offset}
        await asyncio.gather(*sent, self._producer.send_offsets_to_transaction(offsets, self._group))
        self._fail_point("loop.before_commit")
        await self._producer.commit_transaction()

    async def close(self) -> None:
        await self._producer.stop()

    async def _send(self, topic: str, partition: int, rows: Iterable[_Row]) -> list["asyncio.Future[Any]"]:
        """Hand rows over in whole batches; returns one future a batch."""
        sent = []
        batch = self._producer.create_batch()
        for key, value, headers in rows:
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                sent.append(await self._producer.send_batch(batch, topic, partition=partition))
                batch = self._producer.create_batch()
                batch.append(timestamp=None, key=key, value=value, headers=headers)
        if batch.record_count():
            batch.close()  # a closed batch does not linger
            sent.append(await self._producer.send_batch(batch, topic, partition=partition))
        return sent


def _derived_rows(output: Output) -> Iterator[_Row]:
    for event in output.derived:
        yield event.subject.encode(), encode_event(event), []


def _letter_rows(output: Output) -> Iterator[_Row]:
    for key, letter in output.letters:
        yield key, b"", letter_headers(letter)


def _state_rows(output: Output, position_headers: Headers) -> Iterator[_Row]:
    last = len(output.states) - 1
    for number, (key, state) in enumerate(output.states):
        yield key.encode(), state or None, position_headers if number == last else []
