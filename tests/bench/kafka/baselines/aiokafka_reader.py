"""A bare aiokafka consumer: `BOOTSTRAP TOPIC RECORDS decode|read`."""

import asyncio
import sys
import time

from aiokafka import AIOKafkaConsumer

from events.codec import CODEC
from pipeline.runtime.kafka.loop import BATCH_RECORDS
from tests.bench.kafka.baselines.telling import tell


async def main(bootstrap: str, topic: str, records: int, *, decode: bool) -> None:
    """Read records from the beginning, decode them and do nothing else; with the sizes of a worker."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", max_partition_fetch_bytes=2 << 20
    )
    await consumer.start()
    begin = time.perf_counter()
    done = 0
    while done < records:
        for messages in (await consumer.getmany(timeout_ms=200, max_records=BATCH_RECORDS)).values():
            done += len(messages)
            if decode:
                for message in messages:
                    CODEC.decode(message.value)
    tell(records, time.perf_counter() - begin)
    await consumer.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), decode=sys.argv[4] == "decode"))
