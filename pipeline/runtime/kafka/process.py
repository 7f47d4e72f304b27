"""The end of a process on Kafka that is no Faust app: its exit code, and force where it hangs."""

import os
import threading
import time
from collections.abc import Callable

import structlog

from connectors.log.port import LogError
from pipeline.runtime.kafka.exits import POISON, STOPPED, TRY_AGAIN

STOP_WITHIN_S = 15.0
_log = structlog.get_logger(__name__)


def run_process(work: Callable[[threading.Event], None], stop: threading.Event) -> int:
    """Do work until `stop`; returns the exit code: 0 asked to stop, 65 somebody has to look, 75 try again.

    Ends the process by force where the work does not end a while after it was asked to.
    """
    threading.Thread(target=_end_by_force, args=(stop,), name="end-by-force", daemon=True).start()
    try:
        work(stop)
    except LogError as e:
        _log.error("stopped for a person to look", reason=str(e))
        return POISON
    except Exception:  # noqa: BLE001 # whatever it is, the next start goes on where this one got to
        _log.exception("stopped to be started again")
        return TRY_AGAIN
    return STOPPED


def _end_by_force(stop: threading.Event) -> None:
    stop.wait()
    time.sleep(STOP_WITHIN_S)
    os._exit(TRY_AGAIN)
