"""The topics of a log on Kafka: made, set right, compared with what they must be, deleted."""

import msgspec

from connectors.kafka import topics
from connectors.kafka.topics import Difference
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home


class WantedTopics(msgspec.Struct, frozen=True):
    """What is asked of the topics of a new log; None: 16 partitions, and the copies that the brokers make."""

    partitions: int | None = None
    replication: int | None = None


def apply_topics(home: Home, wanted: WantedTopics) -> list[Difference]:
    """Make the topics that are missing and set what differs; returns what was set. Raises `ClusterError`."""
    return topics.apply_topics(home.kafka, partitions=wanted.partitions, replication=wanted.replication)


def check_topics(home: Home, wanted: WantedTopics) -> list[Difference]:
    """Return where topics differ from what they must be."""
    return topics.check_topics(home.kafka, partitions=wanted.partitions, replication=wanted.replication)


def delete_topics(home: Home, prefix: str) -> list[str]:
    """Delete all topics of a log; raises `UsageError` unless its prefix is named, `ClusterError` while it is used."""
    cluster = home.kafka
    if prefix != cluster.prefix:
        raise UsageError(
            message(
                "the log of this home has the prefix {prefix}, not {prefix_2}; nothing was deleted",
                prefix=cluster.prefix,
                prefix_2=prefix,
            )
        )
    return topics.delete_topics(cluster)
