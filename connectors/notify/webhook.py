"""The webhook: messages to an HTTP endpoint, as CloudEvents."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import aiohttp
import msgspec
import stamina

from connectors.notify.channel import DeliveryError, OneDestination
from connectors.notify.message import Message
from connectors.notify.outcome import AttemptError, failure_of, judge
from connectors.web import egress


class Limits(msgspec.Struct, frozen=True):
    """How long and how often a message is tried; seconds."""

    attempt_s: float = 10.0  # one attempt in all
    connect_s: float = 5.0  # name, connection and TLS of an attempt
    attempts: int = 5
    within_s: float = 60.0  # no wait for another attempt ends later than this, counted from the first
    first_wait_s: float = 0.5  # doubled each time, up to `longest_wait_s`
    longest_wait_s: float = 5.0
    jitter_s: float = 1.0


class WebhookChannel(OneDestination):
    """Posts messages to one endpoint, each with its id as `Idempotency-Key`.

    2xx is taken. 408, 425, 429, 5xx and broken connections are tried again, after `Retry-After` where the
    endpoint says so and that still fits the time; all else is final, redirects too: they are never followed.
    Only the status is read, never the body of an answer.
    """

    replays = False

    def __init__(
        self,
        url: str,
        *,
        authorization: str | None = None,
        allow_private: bool = False,
        limits: Limits | None = None,
        name: str = "webhook",
    ) -> None:
        """Take the endpoint and its Authorization value; raises `EgressError` if either is unfit."""
        self.name = name
        self._url = egress.checked_url(url)
        self._allow_private = allow_private
        self._limits = limits or Limits()
        self._headers = {
            "User-Agent": "xuncha",
            "Content-Type": "application/cloudevents+json; charset=utf-8",
        }
        if authorization is not None:
            if not (authorization.isascii() and authorization.isprintable() and authorization.strip()):
                raise egress.EgressError(
                    "the Authorization value is empty or holds a line break or non-ASCII"
                )
            self._headers["Authorization"] = authorization

    def deliver(self, message: Message) -> None:
        """Post a message until it is taken or the limits are reached; raises `DeliveryError`."""
        limits, started = self._limits, time.monotonic()
        unknown, tried = False, 0

        def again(error: Exception) -> bool | float:
            if not isinstance(error, AttemptError) or error.permanent:
                return False
            wait_s = error.wait_s or 0.0
            return time.monotonic() - started + wait_s <= limits.within_s and (wait_s or True)

        try:
            for attempt in stamina.retry_context(
                on=again,
                attempts=limits.attempts,
                timeout=limits.within_s,
                wait_initial=limits.first_wait_s,
                wait_max=limits.longest_wait_s,
                wait_jitter=limits.jitter_s,
            ):
                with attempt:
                    tried = attempt.num
                    try:
                        _run(self._post(message))
                    except AttemptError as e:
                        unknown |= e.unknown
                        raise
        except AttemptError as e:
            raise DeliveryError(e.reason, permanent=e.permanent, unknown=unknown, attempts=tried) from None

    async def _post(self, message: Message) -> None:
        timeout = aiohttp.ClientTimeout(total=self._limits.attempt_s, connect=self._limits.connect_s)
        try:
            async with (
                aiohttp.ClientSession(
                    connector=egress.connector(allow_private=self._allow_private),
                    cookie_jar=aiohttp.DummyCookieJar(),
                    timeout=timeout,
                    auto_decompress=False,
                    trust_env=False,  # a proxy would choose the address, behind the back of the connector
                ) as session,
                session.post(
                    self._url,
                    data=_body(message),
                    headers={**self._headers, "Idempotency-Key": str(message.id)},
                    allow_redirects=False,
                ) as response,
            ):
                judge(response.status, response.headers)
        except (aiohttp.ClientError, OSError) as e:
            failed = failure_of(e)
        else:
            return
        raise failed  # out here, so that it does not carry the library's error, which names the whole URL


def _body(message: Message) -> bytes:
    """Return a message as structured CloudEvents JSON; a summary has no subject."""
    data = msgspec.structs.asdict(message)
    event = {
        "specversion": "1.0",
        "id": data.pop("id"),
        "source": "xuncha",
        "type": f"message.{message.kind}",
        "time": data.pop("at"),
        "datacontenttype": "application/json",
        "data": data,
    }
    if message.account_id:
        event["subject"] = message.account_id
    return msgspec.json.encode(event)


def _run(exchange: Coroutine[Any, Any, None]) -> None:
    """Run one exchange in an event loop of its own.

    `asyncio.run` would wait at its end for the thread that looks up a name, however long that takes, and so
    outlast every timeout.
    """
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(exchange)
    finally:
        if left := asyncio.all_tasks(loop):
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.wait(left))
        loop.close()
