"""A bare kafka-python consumer that decodes: `BOOTSTRAP TOPIC RECORDS`."""

import sys
import time
from contextlib import closing

from kafka import KafkaConsumer, TopicPartition

from events.codec import CODEC
from tests.bench.kafka.baselines.telling import tell


def main(bootstrap: str, topic: str, records: int) -> None:
    """Read records from the beginning, decode them and do nothing else; with the sizes of a sink."""
    with closing(
        KafkaConsumer(
            bootstrap_servers=bootstrap,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_partition_fetch_bytes=4 << 20,
        )
    ) as consumer:
        consumer.assign([TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic)])
        begin = time.perf_counter()
        done = 0
        while done < records:
            for messages in consumer.poll(200, max_records=10_000).values():
                done += len(messages)
                for message in messages:
                    CODEC.decode(message.value)
        tell(records, time.perf_counter() - begin)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
