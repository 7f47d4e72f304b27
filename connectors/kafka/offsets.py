"""How far groups have come: committed offsets, who holds which partition, and what the ticker notes."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata

from connectors.kafka.client import admin, patiently
from connectors.kafka.cluster import Cluster
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


def read_group(cluster: Cluster, name: str) -> Group:
    """Return positions and holders of a group; both are empty for one that was never there."""
    return read_groups(cluster, [name])[name]


@patiently
def read_groups(
    cluster: Cluster, names: Sequence[str], *, beginning_with: str | None = None
) -> dict[str, Group]:
    """Return groups by name, and all others whose names begin so; over one connection."""
    prefix = cluster.group("")
    with admin(cluster) as client:
        known: list[str] = []
        if beginning_with is not None:
            begins = cluster.group(beginning_with)
            known = sorted(g["group_id"] for g in client.list_groups() if g["group_id"].startswith(begins))
        full = [*map(cluster.group, names), *known]
        if not full:
            return {}
        offsets = client.list_group_offsets(dict.fromkeys(full))
        described = client.describe_groups(full)
    found = {name.removeprefix(prefix): (offsets.get(name, {}), described.get(name, {})) for name in full}
    return {name: _group(cluster, name, *answers) for name, answers in found.items()}


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
    committed = read_group(cluster, name).committed
    return {partition: c.offset for (of, partition), c in committed.items() if of == topic}


@patiently
def note_offsets(cluster: Cluster, name: str, ends: Sequence[int], note: str) -> None:
    """Commit positions in the facts for a group without members, with a note."""
    wanted: Mapping[TopicPartition, OffsetAndMetadata] = {
        TopicPartition(cluster.topic(FACTS), partition): OffsetAndMetadata(end, note, -1)
        for partition, end in enumerate(ends)
    }
    with admin(cluster) as client:
        client.alter_group_offsets(cluster.group(name), wanted)
