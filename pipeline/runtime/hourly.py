"""What is done at most once an hour beside a loop, on a thread of its own, so that it holds up nothing."""

import threading
import time
from collections.abc import Callable

import structlog

EVERY_S = 3600.0
FIRST_AFTER_S = 60.0
"""So long after the start it is done first: whoever starts for a moment does nothing else."""

_log = structlog.get_logger(__name__)


class Hourly:
    """Something to do each hour; what fails is logged, and tried again at the next one.

    What it does has to have the effect of once: a process that is started anew does it again.
    """

    def __init__(
        self, do: Callable[[], object] | None, *, name: str, first_after_s: float = FIRST_AFTER_S
    ) -> None:
        self._do = do
        self._name = name
        self._due = time.monotonic() + first_after_s
        self._thread: threading.Thread | None = None

    def look(self) -> bool:
        """Begin it where an hour has passed and it does not run still; tells whether it was begun."""
        if self._do is None or time.monotonic() < self._due:
            return False
        if self._thread is not None and self._thread.is_alive():
            return False
        self._due = time.monotonic() + EVERY_S
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()
        return True

    def wait(self, wait_s: float) -> None:
        """Let what runs come to its end, for a while."""
        if self._thread is not None:
            self._thread.join(wait_s)

    def _run(self) -> None:
        if self._do is None:
            return
        try:
            self._do()
        except Exception:  # noqa: BLE001 # whatever it is, the loop beside it goes on
            _log.exception("not done, tried again in an hour", what=self._name)
