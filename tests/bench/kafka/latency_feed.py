"""Appends facts at a steady rate, as a process of its own: `BOOTSTRAP PREFIX MEMORY SECONDS`."""

import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from connectors.kafka.cluster import Cluster
from connectors.kafka.log import KafkaLog
from tests.bench.kafka.baselines.telling import tell
from tests.bench.kafka.latency_facts import BATCH, STEP_S, batch, batches, moment


def main(cluster: Cluster, memory: Path, seconds: int) -> None:
    """Append each batch at its moment, or with others once the log has taken those before it.

    A batch that is kept waiting bears the time at which it was due.
    """
    with closing(KafkaLog(cluster, memory, fail_point=lambda _: None)) as log:
        log.append([])  # connects
        begin = datetime.now(UTC)
        count, done = batches(seconds), 0
        while done < count:
            time.sleep(max(0.0, (moment(begin, done) - datetime.now(UTC)).total_seconds()))
            due = min(count, int((datetime.now(UTC) - begin).total_seconds() / STEP_S) + 1)
            log.append(fact for n in range(done, due) for fact in batch(n, moment(begin, n)))
            done = due
        tell(count * BATCH, (datetime.now(UTC) - begin).total_seconds())


if __name__ == "__main__":
    main(Cluster(sys.argv[1], sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
