"""How far a consumer group has come, as its committed offsets tell."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from connectors.kafka.client import admin
from connectors.kafka.cluster import Cluster
from tests.bench.kafka.process import WITHIN_S, Process

_LOOK_S = 0.04


class Progress:
    """Looks at one group over one connection."""

    def __init__(self, cluster: Cluster, group: str, client: KafkaAdminClient) -> None:
        self._group = cluster.group(group)
        self._client = client

    def committed(self) -> int:
        """Return the number of records that the group has behind it."""
        try:
            offsets = self._client.list_group_offsets({self._group: None})
        except KafkaError:  # the group has not begun
            return 0
        return sum(max(o.offset, 0) for o in offsets.get(self._group, {}).values())

    def wait(self, records: int, *processes: Process) -> float:
        """Wait until so many records are committed; returns when that was, as `time.monotonic` tells time."""
        deadline = time.monotonic() + WITHIN_S
        while (done := self.committed()) < records:
            for process in processes:
                process.check()
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self._group} came to {done} of {records} in {WITHIN_S:.0f} s")
            time.sleep(_LOOK_S)
        return time.monotonic()


@contextmanager
def progress(cluster: Cluster, group: str) -> Iterator[Progress]:
    """Look at a group of a log."""
    with admin(cluster) as client:
        yield Progress(cluster, group, client)
