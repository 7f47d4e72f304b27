"""Named points at which a test kills the process: between each two durable steps."""

import os
import signal


def fail_point(name: str) -> None:
    """Die here by SIGKILL if the environment asks for this point, as `NAME` or `NAME:n` for the n-th time."""
    wanted = os.environ.get("XUNCHA_FAIL_POINT")
    if not wanted:
        return
    point, _, nth = wanted.partition(":")
    if point != name:
        return
    _passed[name] = _passed.get(name, 0) + 1
    if _passed[name] >= int(nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)


_passed: dict[str, int] = {}
