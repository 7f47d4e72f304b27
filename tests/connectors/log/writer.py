"""A process that appends posts one by one: `python -m tests.connectors.log.writer PATH WRITER APPENDS`."""

import sys
from pathlib import Path

from connectors.log.embedded import EmbeddedLog
from tests.connectors.log.facts import a_post


def main() -> None:
    path, writer, appends = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    log = EmbeddedLog(path)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for n in range(appends):
        log.append([a_post(writer * appends + n)])
    log.close()


main()
