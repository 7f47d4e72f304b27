"""Named points between each two durable steps, at which a test kills the process or slows it down."""

import os
import signal
import time


def fail_point(name: str) -> None:
    """Die here by SIGKILL if the environment asks for this point, as `NAME` or `NAME:n` for the n-th time.

    XUNCHA_THROTTLE_MS makes every point last so long, so that a kill from outside finds each of them.
    """
    throttle_ms = os.environ.get("XUNCHA_THROTTLE_MS")
    if throttle_ms:
        time.sleep(int(throttle_ms) / 1000)
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
