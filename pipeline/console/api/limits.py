"""How much a program may hand in: by its token, and all of them together."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import msgspec

_KEPT = 10_000


class Limits(msgspec.Struct, frozen=True):
    """What one token may do, on average and at once."""

    rows_per_s: float = 10_000
    rows_at_once: float = 100_000
    requests_per_s: float = 50
    requests_at_once: float = 300


class Overrun(Exception):  # noqa: N818 (it is an answer, and no fault)
    """A token did more than it may; `wait_s` is when it may go on."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"{wait_s:.1f} s")
        self.wait_s = wait_s


class Throttle:
    """Buckets of tokens; safe for threads, and never more than a few thousand of them are remembered."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._full: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def request(self, token: str) -> None:
        """Count a request; raises `Overrun`."""
        self._take("request", token, 1, self._limits.requests_per_s, self._limits.requests_at_once)

    def rows(self, token: str, number: int) -> None:
        """Count rows; raises `Overrun`."""
        self._take("rows", token, number, self._limits.rows_per_s, self._limits.rows_at_once)

    def _take(self, what: str, token: str, number: float, per_s: float, at_once: float) -> None:
        now = self._clock()
        with self._lock:
            used, since = self._full.pop((what, token), (0.0, now))
            used = max(0.0, used - (now - since) * per_s)
            over = used + number - at_once
            self._full[what, token] = (used if over > 0 else used + number, now)
            while len(self._full) > _KEPT:
                self._full.popitem(last=False)
        if over > 0:
            raise Overrun(over / per_s)
