"""A process that appends posts one by one: `writer BROKER PREFIX MEMORY WRITER APPENDS`."""

import sys
from pathlib import Path

from connectors.kafka.cluster import Cluster
from connectors.kafka.log import KafkaLog
from tests.connectors.log.facts import a_post


def main() -> None:
    bootstrap, prefix, memory, writer, appends = sys.argv[1:]
    log = KafkaLog(Cluster(bootstrap, prefix), Path(memory + writer), fail_point=lambda _: None)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for n in range(int(appends)):
        log.append([a_post(int(writer) * int(appends) + n)])
    log.close()


main()
