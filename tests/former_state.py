"""What a former program wrote (`tests/fixtures`): homes to unpack, topics to fill, and what it said of them then."""

import base64
import json
import lzma
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from connectors.log.port import DERIVED, FACTS

if TYPE_CHECKING:  # imports kafka-python, whose warning is let pass only in tests
    from connectors.kafka.cluster import Cluster

FOLDER = Path(__file__).parent / "fixtures" / "state_11e9a05"


class Former(NamedTuple):
    """A home as it was left, the files that had been imported, and what its lists showed."""

    home: Path
    inputs: Path
    said: dict[str, list[Any]]

    @property
    def told(self) -> bytes:
        return (self.home / "alerts.jsonl").read_bytes()


def unpack(name: str, folder: Path) -> Former:
    """Unpack a home into an empty folder."""
    with tarfile.open(FOLDER / name) as tar:
        tar.extractall(folder, filter="data")
    said = json.loads((folder / "said.json").read_text("utf-8"))
    return Former(folder / "home", folder / "inputs", said)


class _Topic(msgspec.Struct, tag_field="kind", tag="topic"):
    topic: str
    partitions: int
    ends: list[int]


class _Row(msgspec.Struct, tag_field="kind", tag="record"):
    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: str | None
    value: str | None
    headers: list[tuple[str, str]]


class _Noted(msgspec.Struct, tag_field="kind", tag="group"):
    group: str
    topic: str
    partition: int
    offset: int
    note: str


def _lines() -> Iterator[_Topic | _Row | _Noted]:
    with lzma.open(FOLDER / "topics.jsonl.xz") as file:
        for line in file:
            yield msgspec.json.decode(line, type=_Topic | _Row | _Noted)


def fill_topics(cluster: "Cluster") -> int:
    """Make the topics, write every record and note what the groups had noted; returns how many records.

    Their times are those of the broker.
    """
    from connectors.kafka.topics import apply_topics

    topics = {t.topic: t for t in _lines() if isinstance(t, _Topic)}
    rows: dict[tuple[str, int], list[_Row]] = defaultdict(list)
    for row in _lines():
        if isinstance(row, _Row):
            rows[row.topic, row.partition].append(row)
    apply_topics(cluster, partitions=topics[FACTS].partitions)
    with ExitStack() as opened:
        writer = _Writer(cluster, opened)
        for (topic, partition), of_it in rows.items():
            writer.write(topic, partition, of_it, topics[topic].ends[partition])
    _note_groups(cluster)
    return sum(map(len, rows.values()))


class _Writer:
    """Producers: one without transactions, and two with, for transactions that were open side by side."""

    def __init__(self, cluster: "Cluster", opened: ExitStack) -> None:
        from kafka import KafkaProducer

        self._cluster = cluster

        def producer(**config: Any) -> Any:
            return opened.enter_context(
                closing(KafkaProducer(bootstrap_servers=cluster.bootstrap, linger_ms=0, **config))
            )

        self._plain = producer()
        self._transactional = [producer(transactional_id=f"{cluster.prefix}-filling-{n}") for n in range(2)]
        for transactional in self._transactional:
            transactional.init_transactions()

    def write(self, topic: str, partition: int, rows: list[_Row], end: int) -> None:
        """Write the records of a partition; those of facts and of derived events at the offsets they had.

        Positions name those two. In the others only the newest record of a key counts, or its order.
        """
        if len(rows) == end:
            self._send(self._plain, topic, partition, rows)
            return
        if topic != DERIVED:
            self._commit(topic, partition, rows, 1)
            return
        begin = 0
        for n, row in enumerate(rows):
            marks = (rows[n + 1].offset if n + 1 < len(rows) else end) - row.offset - 1
            if marks:
                self._commit(topic, partition, rows[begin : n + 1], marks)
                begin = n + 1
        self._send(self._plain, topic, partition, rows[begin:])

    def _commit(self, topic: str, partition: int, rows: list[_Row], marks: int) -> None:
        """Write records in as many transactions as there are marks behind them."""
        assert marks <= min(len(rows), len(self._transactional)), "marks that follow no record"
        for number, producer in enumerate(self._transactional[:marks]):
            producer.begin_transaction()
            self._send(producer, topic, partition, rows[number:] if number + 1 == marks else [rows[number]])
        for producer in self._transactional[:marks]:
            producer.commit_transaction()

    def _send(self, producer: Any, topic: str, partition: int, rows: list[_Row]) -> None:
        name = self._cluster.topic(topic)
        sent = [
            producer.send(
                name,
                value=_raw(row.value),
                key=_raw(row.key),
                headers=[(header, _raw(value)) for header, value in row.headers],
                partition=partition,
            )
            for row in rows
        ]
        producer.flush()
        assert all(future.succeeded() for future in sent)


def _note_groups(cluster: "Cluster") -> None:
    from kafka import TopicPartition
    from kafka.structs import OffsetAndMetadata

    from connectors.kafka.client import admin, patiently

    noted: dict[str, dict[Any, Any]] = defaultdict(dict)
    for n in _lines():
        if isinstance(n, _Noted):
            place = TopicPartition(cluster.topic(n.topic), n.partition)
            noted[n.group][place] = OffsetAndMetadata(n.offset, n.note, -1)

    @patiently
    def note(group: str, offsets: dict[Any, Any]) -> None:  # the first group of a broker waits for its log
        with admin(cluster) as client:
            client.alter_group_offsets(cluster.group(group), offsets)

    for group, offsets in noted.items():
        note(group, offsets)


def _raw(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
