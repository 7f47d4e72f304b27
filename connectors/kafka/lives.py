"""Which life of a topic this is: one that is deleted and made again has the same name and another id."""

from collections.abc import Sequence

from kafka.admin import KafkaAdminClient
from kafka.errors import NoError, for_code

from connectors.kafka.client import broker_errors, open_client
from connectors.kafka.cluster import PATIENCE_MS, Cluster, ClusterError
from events.messages import message


class Lives:
    """Asks the brokers again and again, over one connection."""

    def __init__(self, cluster: Cluster, topics: Sequence[str]) -> None:
        self._cluster = cluster
        self._names = {cluster.topic(topic): topic for topic in topics}
        self._admin = open_client(KafkaAdminClient, cluster, request_timeout_ms=PATIENCE_MS)

    def now(self) -> dict[str, str]:
        """Return the id of each topic, by name without prefix; raises `ClusterError` where one is missing."""
        with broker_errors(self._cluster):
            described = self._admin.describe_topics(list(self._names))
        for topic in described:
            if for_code(topic["error_code"]) is not NoError:
                raise ClusterError(
                    message(
                        "no topic {topic} on {bootstrap}; make it with `xuncha topics apply`",
                        topic=topic["name"],
                        bootstrap=self._cluster.bootstrap,
                    )
                )
        return {self._names[topic["name"]]: str(topic["topic_id"]) for topic in described}

    def close(self) -> None:
        self._admin.close()
