"""The one process that patrols under load; prints what it did and what that cost, as JSON."""

import json
import socket
import ssl
import sys
import time
from pathlib import Path
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from pipeline.home.folder import Home
from pipeline.patrol.process import AskPatrol, patrol
from pipeline.patrol.surroundings import Surroundings
from tests.patrol_load.feeds import DOWN


class LoopbackNames(AbstractResolver):
    """Finds every host on loopback; of the one that is down, where nobody listens."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del family
        address = "127.9.9.9" if host in DOWN else "127.0.0.1"
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
        ]

    async def close(self) -> None:
        """Nothing is open."""


def run(home: Path, authority: Path) -> dict[str, Any]:
    """Make one pass over everything that is due."""
    tls = ssl.create_default_context(cafile=str(authority))
    began, cpu = time.monotonic(), time.process_time()
    done = patrol(
        Home(home), AskPatrol(once=True), surroundings=Surroundings(resolver=LoopbackNames, tls=tls)
    )
    return {
        "looks": done.total("looks"),
        "good": done.total("good"),
        "failed": done.total("failed"),
        "seconds": time.monotonic() - began,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mb": _peak_mb(),
        "loads_history": "chdb" in sys.modules,
    }


def _peak_mb() -> float:
    """Return the most memory that this program held; `getrusage` counts that of whoever forked it, too."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), Path(sys.argv[2]))) + "\n")
