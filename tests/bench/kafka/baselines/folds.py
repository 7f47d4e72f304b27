"""The folds of a worker in memory, without transport and transactions: `BOOTSTRAP PREFIX`."""

import sys
import time
from contextlib import closing

from connectors.kafka.cluster import Cluster
from connectors.kafka.reader import Reader
from connectors.log.port import FACTS
from events.codec import encode_event
from pipeline.home.rulesets import find_ruleset
from pipeline.home.settings import Settings
from pipeline.runtime.kafka.loop import BATCH_RECORDS
from projections.accounts.shard import Shard
from tests.bench.kafka.baselines.telling import tell


def main(cluster: Cluster) -> None:
    """Fold what a log holds, in batches as a worker makes them of a backlog."""
    with closing(Reader(cluster)) as reader:
        places = range(reader.partitions(FACTS))
        facts = [list(reader.messages(FACTS, p)) for p in places]
    ruleset = find_ruleset(Settings().ruleset).ruleset
    shards = [Shard(p, ruleset) for p in places]
    begin = time.perf_counter()
    for shard, records in zip(shards, facts, strict=True):
        for n in range(0, len(records), BATCH_RECORDS):
            shard.apply_all(records[n : n + BATCH_RECORDS])
            for event in shard.flush().derived:
                encode_event(event)
    tell(sum(map(len, facts)), time.perf_counter() - begin)


if __name__ == "__main__":
    main(Cluster(sys.argv[1], sys.argv[2]))
