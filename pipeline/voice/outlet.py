"""A channel as all that is told on it shares it: its thread, its rest after a failure, and whom a message goes to."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog

from connectors.notify.channel import Channel, DeliveryError, Receipt
from connectors.notify.message import Message
from pipeline.home.failpoints import fail_point

RETRY_S = 60.0
"""Pause of a channel that failed for now and did not say for how long."""

LONGEST_REST_S = 3600.0
"""No other side is left alone for longer, whatever it asks for."""

_log = structlog.get_logger(__name__)

Observe = Callable[[str, str, float], None]
"""Takes the channel, what became of a message (sent, partly, refused, failed), and how many seconds that took."""


_OF_NO_UNIT = frozenset({"stalled", "recovered", "impaired", "restored", "test"})
"""Kinds of messages that say nothing of a unit."""


Complete = Callable[[Message], Message]
"""Puts into a message what no event may hold, right before it is sent; raises `DeliveryError`."""


def _as_it_is(message: Message) -> Message:
    return message


def _unobserved(channel: str, outcome: str, seconds: float) -> None:
    del channel, outcome, seconds


class Outlet:
    """Sends messages in one thread, one after another.

    A channel that failed for now rests until `rested_at`, and nobody tries it before: else every partition would wait
    for the same dead endpoint in turn, for longer than a broker waits for its process. A failure that concerns one
    person alone holds up nobody else.
    """

    def __init__(
        self,
        channel: Channel,
        *,
        retry_s: float = RETRY_S,
        observe: Observe = _unobserved,
        complete: Complete = _as_it_is,
        about_units: bool = True,
    ) -> None:
        self.name = channel.name
        self.replays = channel.replays
        self.rested_at = 0.0  # as `time.monotonic` tells time
        self._failing_since: float | None = None
        self._last_reason = ""  # by the channel when it failed last
        self._channel = channel
        self._retry_s = retry_s
        self._observe = observe
        self._complete = complete
        self._about_units = about_units
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"notify-{channel.name}")

    def destinations(self, message: Message) -> Sequence[str]:
        """Return whom the channel tells a message, see `Channel`; a chat of several units is told of none of them."""
        if not self._about_units and message.kind not in _OF_NO_UNIT:
            return ()
        return self._channel.destinations(message)

    @property
    def renewable_for(self) -> timedelta | None:
        """Return how long a message can be renewed, None: never."""
        return self._channel.renewable_for

    @property
    def failing_s(self) -> float:
        """Return for how many seconds the channel has failed without a success between, in this process."""
        return 0.0 if self._failing_since is None else time.monotonic() - self._failing_since

    async def send(self, message: Message, destination: str, reference: str = "") -> Receipt:
        """Deliver a message, in the place of the one with a reference where there is one.

        Raises `DeliveryError`, also where the channel still rests.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._send, message, destination, reference)

    def close(self) -> None:
        """Let go of the thread; what waits for it is not sent, and is not recorded either."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _send(self, message: Message, destination: str, reference: str) -> Receipt:
        if time.monotonic() < self.rested_at:
            reason = f"the channel rests after a failure: {self._last_reason}"
            raise DeliveryError(reason, permanent=False, unknown=False, attempts=0)
        message = self._complete(message)
        fail_point("notify.before_send")
        began = time.monotonic()
        try:
            if reference:
                receipt = self._channel.renew(message, destination, reference)
            else:
                receipt = self._channel.send(message, destination)
        except DeliveryError as e:
            self._observe(self.name, "refused" if e.permanent else "failed", time.monotonic() - began)
            self._failed(message, e)
            raise
        self._failing_since = None
        if receipt.unreached:
            unreached = list(receipt.unreached)
            _log.warning(
                "message reached a part", channel=self.name, message=str(message.id), unreached=unreached
            )
        self._observe(self.name, "partly" if receipt.unreached else "sent", time.monotonic() - began)
        fail_point("notify.after_send")
        return receipt

    def _failed(self, message: Message, error: DeliveryError) -> None:
        """Let the channel rest where it failed for now, for as long as the other side asked to be left alone."""
        reason = str(error.reason)
        if error.permanent:
            _log.error("message refused", channel=self.name, message=str(message.id), reason=reason)
            return
        if error.alone and self._channel.reaches == "people":
            _log.warning("message waits", channel=self.name, message=str(message.id), reason=reason)
            return
        now = time.monotonic()
        rest_s = self._retry_s if error.wait_s is None else min(error.wait_s, LONGEST_REST_S)
        self._failing_since = now if self._failing_since is None else self._failing_since
        self.rested_at, self._last_reason = now + rest_s, reason
        _log.warning("channel paused", channel=self.name, reason=reason, retry_s=rest_s)
