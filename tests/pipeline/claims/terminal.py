"""What a clerk types: `python -m tests.pipeline.claims.terminal HOME`; `--apart`: each command in a process of its own.

A process that opens histories keeps threads of each, and a home that nobody runs is opened by every command.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import NoReturn


def _serve(home: Path, *, apart: bool) -> None:
    for order in sys.stdin:
        if not apart:
            _run(home, order)
            continue
        child = os.fork()
        if child == 0:
            _run_and_end(home, order)
        _, ended = os.waitpid(child, 0)
        if ended:
            raise SystemExit(1)


def _run_and_end(home: Path, order: str) -> NoReturn:
    status = 1
    try:
        _run(home, order)
        status = 0
    finally:
        os._exit(status)


def _run(home: Path, order: str) -> None:
    from tests.pipeline.program import in_process

    at, *words = json.loads(order)
    while time.monotonic() < at:
        pass
    sys.stdout.write(json.dumps(in_process(home, *words)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), apart="--apart" in sys.argv[2:])
