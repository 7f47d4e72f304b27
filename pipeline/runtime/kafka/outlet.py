"""A channel as the partitions of one process share it."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import structlog

from connectors.notify.channel import Channel, DeliveryError
from connectors.notify.message import Message
from pipeline.home import metrics
from pipeline.home.failpoints import fail_point
from pipeline.voice.telling import RETRY_S

_log = structlog.get_logger(__name__)


class Outlet:
    """Sends the messages of all partitions in one thread, one after another.

    A channel that failed for now rests until `rested_at`, and nobody tries it before: else every partition would wait
    for the same dead endpoint in turn, for longer than the broker waits for this process.
    """

    def __init__(self, channel: Channel, *, retry_s: float = RETRY_S) -> None:
        self.name = channel.name
        self.replays = channel.replays
        self.rested_at = 0.0  # as `time.monotonic` tells time
        self._channel = channel
        self._retry_s = retry_s
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"notify-{channel.name}")

    async def send(self, message: Message) -> None:
        """Deliver a message; raises `DeliveryError`, also where the channel still rests."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._send, message)

    def close(self) -> None:
        """Let go of the thread; what waits for it is not sent, and is not recorded either."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _send(self, message: Message) -> None:
        if time.monotonic() < self.rested_at:
            raise DeliveryError("the channel rests after a failure", permanent=False, unknown=False)
        fail_point("notify.before_send")
        try:
            with metrics.SEND_SECONDS.labels(self.name).time():
                self._channel.send(message)
        except DeliveryError as e:
            metrics.MESSAGES.labels(self.name, "refused" if e.permanent else "failed").inc()
            if e.permanent:
                _log.error("message refused", channel=self.name, message=str(message.id), reason=e.reason)
            else:
                self.rested_at = time.monotonic() + self._retry_s
                _log.warning("channel paused", channel=self.name, reason=e.reason, retry_s=self._retry_s)
            raise
        metrics.MESSAGES.labels(self.name, "sent").inc()
        fail_point("notify.after_send")
