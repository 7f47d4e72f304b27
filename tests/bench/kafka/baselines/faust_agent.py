"""A bare Faust agent that counts: `BOOTSTRAP PREFIX RECORDS FOLDER`."""

import os
import sys
import time
from pathlib import Path

import faust

from connectors.kafka.cluster import Cluster
from connectors.log.port import FACTS
from pipeline.home.logs import configure_process_logs
from pipeline.runtime.kafka.app import new_app, run_worker
from tests.bench.kafka.baselines.telling import tell


def main(cluster: Cluster, records: int, folder: Path) -> None:
    """Count records from the beginning, and do nothing else; the time begins with the first one."""
    configure_process_logs()
    (folder / "run").mkdir(exist_ok=True)
    app = new_app(cluster, "counting-agent", folder, consumer_auto_offset_reset="earliest")
    facts = app.topic(cluster.topic(FACTS), key_serializer="raw", value_serializer="raw")

    @app.agent(facts)
    async def count(values: faust.StreamT[bytes]) -> None:
        begin, done = 0.0, 0
        async for _ in values:
            done += 1
            if done == 1:
                begin = time.perf_counter()
            elif done == records:
                tell(records, time.perf_counter() - begin)
                os._exit(0)

    sys.exit(run_worker(app))


if __name__ == "__main__":
    main(Cluster(sys.argv[1], sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
