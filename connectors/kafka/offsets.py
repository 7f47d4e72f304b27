"""How far groups have come: committed offsets, who holds which partition, and what the ticker notes."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

import msgspec
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.structs import OffsetAndMetadata

from connectors.kafka.client import admin, broker_errors, open_client, patiently
from connectors.kafka.cluster import Cluster, ClusterError
from connectors.log.port import FACTS


class Committed(msgspec.Struct, frozen=True):
    """Up to which offset a group has come in a partition, and what it noted with it."""

    offset: int
    note: str = ""


class Group(msgspec.Struct, frozen=True):
    """A consumer group: its positions, and the process that holds each partition now."""

    name: str  # without the prefix
    committed: dict[tuple[str, int], Committed]  # topic without the prefix, and partition
    holders: dict[tuple[str, int], str]


@patiently
def group_names(cluster: Cluster) -> list[str]:
    """Return the groups of this log, without their prefix."""
    with admin(cluster) as client:
        found = client.list_groups()
    prefix = cluster.group("")
    return sorted(g["group_id"].removeprefix(prefix) for g in found if g["group_id"].startswith(prefix))


class Groups:
    """Asks the brokers for groups again and again, over one connection, which is opened at the first question."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._admin: KafkaAdminClient | None = None

    @patiently
    def read(self, names: Sequence[str], *, beginning_with: str | None = None) -> dict[str, Group]:
        """Return groups by name, and all others whose names begin so."""
        full = list(map(self._cluster.group, names))
        if beginning_with is not None:
            begins = self._cluster.group(beginning_with)
            listed = self._ask(lambda client: client.list_groups())
            full += sorted(g["group_id"] for g in listed if g["group_id"].startswith(begins))
        if not full:
            return {}
        offsets = self._ask(lambda client: client.list_group_offsets(dict.fromkeys(full)))
        described = self._ask(lambda client: client.describe_groups(full))
        prefix = self._cluster.group("")
        found = {name.removeprefix(prefix): (offsets.get(name, {}), described.get(name, {})) for name in full}
        return {name: _group(self._cluster, name, *answers) for name, answers in found.items()}

    @patiently
    def committed(self, name: str, topic: str) -> dict[int, int]:
        """Return the offset that a group has committed for each partition of a topic, where it has one."""
        full = self._cluster.group(name)
        offsets = self._ask(lambda client: client.list_group_offsets({full: None})).get(full, {})
        committed = _group(self._cluster, name, offsets, {}).committed
        return {partition: c.offset for (of, partition), c in committed.items() if of == topic}

    def close(self) -> None:
        if self._admin is not None:
            self._admin.close()
            self._admin = None

    def _ask(self, question: Callable[[KafkaAdminClient], Any]) -> Any:
        """Return an answer; a connection of before may have died, so the question is asked once more over a new one."""
        is_new = self._admin is None
        if self._admin is None:
            self._admin = open_client(KafkaAdminClient, self._cluster)
        try:
            with broker_errors(self._cluster):
                return question(self._admin)
        except ClusterError:
            self.close()
            if is_new:
                raise
        return self._ask(question)


def read_group(cluster: Cluster, name: str) -> Group:
    """Return positions and holders of a group; both are empty for one that was never there."""
    return read_groups(cluster, [name])[name]


def read_groups(
    cluster: Cluster, names: Sequence[str], *, beginning_with: str | None = None
) -> dict[str, Group]:
    """Return groups by name, and all others whose names begin so; over one connection."""
    with closing(Groups(cluster)) as groups:
        return groups.read(names, beginning_with=beginning_with)


def _group(
    cluster: Cluster, name: str, offsets: Mapping[TopicPartition, Any], described: Mapping[str, Any]
) -> Group:
    prefix = cluster.topic("")
    committed = {
        (place.topic.removeprefix(prefix), place.partition): Committed(int(o.offset), o.metadata or "")
        for place, o in offsets.items()
        if place.topic.startswith(prefix) and int(o.offset) >= 0
    }
    holders: dict[tuple[str, int], str] = {}
    for member in described.get("members", ()):
        who = f"{member['client_id']}@{member['client_host'].strip('/')}"
        for assigned in (member.get("member_assignment") or {}).get("assigned_partitions", ()):
            for partition in assigned["partitions"]:
                holders[assigned["topic"].removeprefix(prefix), partition] = who
    return Group(name, committed, holders)


def committed_offsets(cluster: Cluster, name: str, topic: str) -> dict[int, int]:
    """Return the offset that a group has committed for each partition of a topic, where it has one."""
    with closing(Groups(cluster)) as groups:
        return groups.committed(name, topic)


@patiently
def note_offsets(cluster: Cluster, name: str, ends: Sequence[int], note: str) -> None:
    """Commit positions in the facts for a group without members, with a note."""
    wanted: Mapping[TopicPartition, OffsetAndMetadata] = {
        TopicPartition(cluster.topic(FACTS), partition): OffsetAndMetadata(end, note, -1)
        for partition, end in enumerate(ends)
    }
    with admin(cluster) as client:
        client.alter_group_offsets(cluster.group(name), wanted)
