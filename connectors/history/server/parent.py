"""The end of the parent process is the end of this one: a folder must not stay locked by an orphan."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_CHECK_EVERY_S = 1.0


async def watch_parent(parent_pid: int, stop: Callable[[], None]) -> None:
    """Call `stop` when the process `parent_pid` is no longer the parent.

    Linux sends the signal at once, but at the end of the *thread* that started this process, so the signal is
    only a reason to look. The look every second serves other systems and a parent that died before the call.
    """
    looked_for = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, looked_for.set)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGHUP, 0, 0, 0)
    while os.getppid() == parent_pid:
        looked_for.clear()
        try:
            await asyncio.wait_for(looked_for.wait(), _CHECK_EVERY_S)
        except TimeoutError:
            continue
    stop()
