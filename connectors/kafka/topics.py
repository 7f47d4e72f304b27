"""The topics of a log: what they must be (`infra/kafka/topics.toml`), what they are, and how they become so."""

import time
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Annotated, Any
from uuid import UUID

import msgspec
from kafka.admin import ConfigResource, KafkaAdminClient
from kafka.errors import NoError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

from connectors.kafka.client import admin
from connectors.kafka.cluster import Cluster, ClusterError
from connectors.kafka.offsets import read_groups
from connectors.log.port import FACTS
from events.fields import field
from events.messages import joined, message

MISSING = "-"
PARTITIONS = "partitions"
REPLICATION = "replication"
_BROKERS_DEFAULT = -1
_SHOWN_WITHIN_S = 10.0
_LOOK_S = 0.05
_FILE = "topics.toml"

_Count = Annotated[int, msgspec.Meta(ge=1)]


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a topic must be."""

    settings: dict[str, str | int | float]
    partitions: _Count | None = None  # None: as many as the others


class Difference(msgspec.Struct, frozen=True):
    """One thing in which a topic is not what it must be."""

    topic: str  # full name
    setting: str  # `partitions`, `replication` or a setting of Kafka
    found: str  # MISSING: there is no such topic
    wanted: str

    @property
    def is_mendable(self) -> bool:
        """Whether it can be mended where records are already."""
        return self.found == MISSING or self.setting not in (PARTITIONS, REPLICATION)


def load_topics(partitions: int | None = None) -> dict[str, Topic]:
    """Read the topics that this release needs, by name; `partitions` stands in for the number of the file."""
    raw: dict[str, Any] = msgspec.toml.decode((resources.files("infra") / "kafka" / _FILE).read_bytes())
    default = raw.pop(PARTITIONS)
    topics = msgspec.convert(raw, dict[str, Topic])
    return {
        name: msgspec.structs.replace(topic, partitions=topic.partitions or partitions or default)
        for name, topic in topics.items()
    }


def check_topics(
    cluster: Cluster, *, partitions: int | None = None, replication: int | None = None
) -> list[Difference]:
    """Compare the topics with what they must be; `replication` None: whatever it is, is right."""
    with admin(cluster) as client:
        return _differences(client, cluster, load_topics(partitions), replication)


def apply_topics(
    cluster: Cluster, *, partitions: int | None = None, replication: int | None = None
) -> list[Difference]:
    """Make the topics that are missing, set the settings that differ; returns what was mended.

    Raises `ClusterError`, and has changed nothing, where a topic has another number of partitions or replicas.
    """
    topics = load_topics(partitions)
    with admin(cluster) as client:
        found = _differences(client, cluster, topics, replication)
        _refuse(cluster, found)
        missing = {d.topic for d in found if d.found == MISSING}
        if missing:
            _create(client, cluster, topics, missing, replication)
            # Another process may have made one of them at the same time, with other numbers.
            made = [d for d in _differences(client, cluster, topics, replication) if d.topic in missing]
            _refuse(cluster, made)
            _set(client, cluster, made)
        _set(client, cluster, [d for d in found if d.topic not in missing])
        if found:
            _await_change(client, cluster, topics, replication)
        return found


def delete_topics(cluster: Cluster) -> list[str]:
    """Delete every topic of a log with all that it holds; returns their names once they are gone.

    Raises `ClusterError`, and has deleted nothing, where a group of the log still has members. Who only writes, as a
    ticker or an import does, has none and is not seen.
    """
    running = sorted(
        name for name, group in read_groups(cluster, (), beginning_with="").items() if group.holders
    )
    if running:
        raise ClusterError(
            message(
                "Kafka at {bootstrap}: {running} of {prefix} is running; stop it first",
                bootstrap=cluster.bootstrap,
                running=joined(", ", running),
                prefix=cluster.prefix,
            )
        )
    with admin(cluster) as client:
        names = list(_describe(client, cluster, load_topics()))
        if names:
            client.delete_topics(names)
        deadline = time.monotonic() + _SHOWN_WITHIN_S
        while left := [name for name in names if name in client.list_topics()]:
            if time.monotonic() > deadline:
                raise ClusterError(
                    message(
                        "Kafka at {bootstrap} still shows {left}; do it again",
                        bootstrap=cluster.bootstrap,
                        left=joined(", ", left),
                    )
                )
            time.sleep(_LOOK_S)
    return names


def incarnations(cluster: Cluster) -> dict[str, UUID]:
    """Return the id that Kafka gave each topic when it was made, by name; one made again has another.

    Raises `ClusterError` where one is missing.
    """
    names = load_topics()
    with admin(cluster) as client:
        described = _describe(client, cluster, names)
    _refuse_missing(cluster, names, described)
    return {name: UUID(described[cluster.topic(name)]["topic_id"]) for name in names}


def partition_count(cluster: Cluster) -> int:
    """Return the number of partitions of the facts; raises `ClusterError` where there are none."""
    with admin(cluster) as client:
        described = _describe(client, cluster, [FACTS])
    _refuse_missing(cluster, [FACTS], described)
    return len(described[cluster.topic(FACTS)]["partitions"])


def _differences(
    client: KafkaAdminClient, cluster: Cluster, topics: Mapping[str, Topic], replication: int | None
) -> list[Difference]:
    described = _describe(client, cluster, topics)
    settings = _read_settings(client, described, topics)
    found: list[Difference] = []
    for name, topic in topics.items():
        full = cluster.topic(name)
        if full not in described:
            found.append(Difference(full, PARTITIONS, MISSING, str(topic.partitions)))
            continue
        parts = described[full]["partitions"]
        replicas = min(len(part["replica_nodes"]) for part in parts)
        wanted = {PARTITIONS: str(topic.partitions)} | _wanted_settings(topic, replicas)
        if replication is not None:
            wanted[REPLICATION] = str(replication)
        actual = {PARTITIONS: str(len(parts)), REPLICATION: str(replicas)} | settings[full]
        found += [
            Difference(full, setting, actual.get(setting, "?"), value)
            for setting, value in wanted.items()
            if not _same(actual.get(setting), value)
        ]
    return found


def _describe(client: KafkaAdminClient, cluster: Cluster, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what the brokers say of the topics that exist, by full name."""
    described = {}
    for topic in client.describe_topics([cluster.topic(name) for name in names]):
        error = for_code(topic["error_code"])
        if error is NoError:
            described[topic["name"]] = topic
        elif error is not UnknownTopicOrPartitionError:
            raise error(topic["name"])
    return described


def _wanted_settings(topic: Topic, replicas: int) -> dict[str, str]:
    """Return the settings of a topic: with replicas, a record is acknowledged once two of them hold it."""
    return {k: str(v) for k, v in topic.settings.items()} | {"min.insync.replicas": str(min(2, replicas))}


def _read_settings(
    client: KafkaAdminClient, names: Iterable[str], topics: Mapping[str, Topic]
) -> dict[str, dict[str, str]]:
    keys = sorted({"min.insync.replicas"}.union(*(topic.settings for topic in topics.values())))
    asked = [ConfigResource("TOPIC", name, configs=keys) for name in names]
    if not asked:
        return {}
    answer = client.describe_configs(asked, config_filter="all")["topic"]
    return {
        name: {key: str(entry["value"]) for key, entry in found.items()} for name, found in answer.items()
    }


def _same(found: str | None, wanted: str) -> bool:
    """Compare as numbers what are numbers: brokers write 0.2 and 0.20 alike."""
    try:
        return found is not None and (found == wanted or float(found) == float(wanted))
    except ValueError:
        return False


def _refuse(cluster: Cluster, differences: Iterable[Difference]) -> None:
    bad = [d for d in differences if not d.is_mendable]
    if not bad:
        return
    listed = joined(
        "; ",
        (
            message(
                "{topic} has {setting} {found}, not {wanted}",
                topic=d.topic,
                setting=d.setting,
                found=d.found,
                wanted=d.wanted,
            )
            for d in bad
        ),
    )
    advice = []
    if any(d.setting == PARTITIONS for d in bad):
        advice.append(
            message(
                "partitions are never added or taken away, for a subject lives in one: say"
                " {partitions} with the number that is there, or take another prefix, apply again"
                " and move the records with `xuncha export` and `import`",
                partitions=field("partitions"),
            )
        )
    if any(d.setting == REPLICATION for d in bad):
        advice.append(message("replicas are moved by Kafka's own kafka-reassign-partitions"))
    raise ClusterError(
        message(
            "Kafka at {bootstrap}: {told}; {advice}",
            bootstrap=cluster.bootstrap,
            told=listed,
            advice=joined("; ", advice),
        )
    )


def _refuse_missing(cluster: Cluster, names: Iterable[str], described: Mapping[str, object]) -> None:
    missing = [full for full in map(cluster.topic, names) if full not in described]
    if missing:
        raise ClusterError(
            message(
                "Kafka at {bootstrap}: no topic {missing}; make it with `xuncha topics apply`",
                bootstrap=cluster.bootstrap,
                missing=joined(", ", missing),
            )
        )


def _create(
    client: KafkaAdminClient,
    cluster: Cluster,
    topics: Mapping[str, Topic],
    missing: set[str],
    replication: int | None,
) -> None:
    """Make topics with their settings at once: a record must not come before the kind of its time is set."""
    wanted = {
        cluster.topic(name): {
            "num_partitions": topic.partitions,
            "replication_factor": replication or _BROKERS_DEFAULT,
            "configs": {k: str(v) for k, v in topic.settings.items()},
        }
        for name, topic in topics.items()
        if cluster.topic(name) in missing
    }
    for made in client.create_topics(wanted, raise_errors=False)["topics"]:
        error = for_code(made["error_code"])
        if error not in (NoError, TopicAlreadyExistsError):
            raise error(f"{made['name']}: {made['error_message']}")
    client.wait_for_topics(list(wanted))


def _set(client: KafkaAdminClient, cluster: Cluster, differences: Iterable[Difference]) -> None:
    changes: dict[str, dict[str, str]] = {}
    for d in differences:
        changes.setdefault(d.topic, {})[d.setting] = d.wanted
    if not changes:
        return
    asked = [ConfigResource("TOPIC", name, configs=values) for name, values in changes.items()]
    for name, result in client.alter_configs(asked)["topic"].items():
        if result != "OK":
            raise ClusterError(
                message(
                    "Kafka at {bootstrap}: {name}: settings were not taken: {result}",
                    bootstrap=cluster.bootstrap,
                    name=name,
                    result=result,
                )
            )


def _await_change(
    client: KafkaAdminClient, cluster: Cluster, topics: Mapping[str, Topic], replication: int | None
) -> None:
    """Wait until the brokers show what they have taken: they learn of it from the controller, a moment later."""
    deadline = time.monotonic() + _SHOWN_WITHIN_S
    while left := _differences(client, cluster, topics, replication):
        if time.monotonic() > deadline:
            listed = joined(
                ", ", (message("{setting} of {topic}", setting=d.setting, topic=d.topic) for d in left)
            )
            raise ClusterError(
                message(
                    "Kafka at {bootstrap} took {told}, but does not show it after {shown_within_s:g}"
                    " s; see `xuncha topics check`",
                    bootstrap=cluster.bootstrap,
                    told=listed,
                    shown_within_s=_SHOWN_WITHIN_S,
                )
            )
        time.sleep(_LOOK_S)
