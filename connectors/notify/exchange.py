"""Exchanges with a service over HTTP: to hosts that are allowed, bounded, and tried again where that makes sense."""

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Mapping
from typing import Any, TypeVar

import aiohttp
import msgspec
import stamina

from connectors.notify.channel import DeliveryError
from connectors.notify.outcome import AttemptError, failure_of
from connectors.web import egress

ANSWER_BYTES = 64 << 10
"""More than this is read of no answer."""

_T = TypeVar("_T")


class Limits(msgspec.Struct, frozen=True):
    """How long and how often a message is tried; seconds."""

    attempt_s: float = 10.0  # one attempt in all
    connect_s: float = 5.0  # name, connection and TLS of an attempt
    attempts: int = 5
    within_s: float = 60.0  # no wait for another attempt ends later than this, counted from the first
    first_wait_s: float = 0.5  # doubled each time, up to `longest_wait_s`
    longest_wait_s: float = 5.0
    jitter_s: float = 1.0


class Answer(msgspec.Struct, frozen=True):
    """What a service answered; `body` is empty where nobody asked for it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def fields(self) -> dict[str, Any] | None:
        """Return the body where it is a whole JSON object, else None."""
        try:
            return msgspec.json.decode(self.body, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None


class Service:
    """A service under one base URL; redirects are never followed, and no proxy of the environment is used."""

    def __init__(
        self,
        base: str,
        *,
        hosts: Collection[str] | None = None,
        allow_private: bool = False,
        limits: Limits | None = None,
    ) -> None:
        """Take the base URL; raises `EgressError` unless it can be called and its host is one of `hosts`.

        Hosts of None: any; a host that begins with a point stands for all below it.
        """
        self._base = egress.checked_url(base)
        if hosts is not None and not is_allowed(self._base.host or "", hosts):
            known = ", ".join(sorted(hosts)) or "none"
            raise egress.EgressError(
                f"the host is none of those that are allowed ({known}); name it under hosts if it is meant"
            )
        self._allow_private = allow_private
        self.limits = limits or Limits()

    def call(
        self,
        method: str,
        path: str = "",
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        answer_bytes: int = ANSWER_BYTES,
    ) -> Answer:
        """Exchange one request for one answer; raises `AttemptError` where that broke off, and never names the URL."""
        return _run(self._call(method, path, query or {}, body, headers or {}, answer_bytes))

    def call_json(
        self,
        method: str,
        path: str,
        content: object = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Exchange JSON for an answer, as `call` does."""
        body = None if content is None else msgspec.json.encode(content)
        kind = {"Content-Type": "application/json; charset=utf-8"} if body is not None else {}
        return self.call(method, path, query=query, body=body, headers={**kind, **(headers or {})})

    async def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: bytes | None,
        headers: Mapping[str, str],
        answer_bytes: int,
    ) -> Answer:
        url = self._base.joinpath(path.lstrip("/")) if path else self._base
        timeout = aiohttp.ClientTimeout(total=self.limits.attempt_s, connect=self.limits.connect_s)
        try:
            async with (
                aiohttp.ClientSession(
                    connector=egress.connector(allow_private=self._allow_private),
                    cookie_jar=aiohttp.DummyCookieJar(),
                    timeout=timeout,
                    auto_decompress=False,
                    trust_env=False,  # a proxy would choose the address, behind the back of the connector
                ) as session,
                session.request(
                    method,
                    url.extend_query(query) if query else url,
                    data=body,
                    headers={"User-Agent": "xuncha", "Accept-Encoding": "identity", **headers},
                    allow_redirects=False,
                ) as response,
            ):
                read = await _read(response.content, answer_bytes)
                return Answer(response.status, dict(response.headers), read)
        except (aiohttp.ClientError, OSError) as e:
            failed = failure_of(e)
        raise failed  # out here, so that it does not carry the library's error, which names the whole URL


def is_allowed(host: str, hosts: Collection[str]) -> bool:
    """Tell whether a host is one of a list; one that begins with a point stands for all below it."""
    host = host.lower().rstrip(".")
    return any(host.endswith(h.lower()) if h.startswith(".") else host == h.lower() for h in hosts)


def in_attempts(attempt: Callable[[], _T], limits: Limits) -> _T:
    """Try until an attempt is taken or the limits are reached; raises `DeliveryError`.

    A wait that the other side asked for is kept where it fits the time, else handed to the caller. What any of the
    attempts left unknown stays so.
    """
    started = time.monotonic()
    unknown, tried = False, 0

    def again(error: Exception) -> bool | float:
        if not isinstance(error, AttemptError) or error.permanent:
            return False
        wait_s = error.wait_s or 0.0
        return time.monotonic() - started + wait_s <= limits.within_s and (wait_s or True)

    try:
        for turn in stamina.retry_context(
            on=again,
            attempts=limits.attempts,
            timeout=limits.within_s,
            wait_initial=limits.first_wait_s,
            wait_max=limits.longest_wait_s,
            wait_jitter=limits.jitter_s,
        ):
            with turn:
                tried = turn.num
                try:
                    return attempt()
                except AttemptError as e:
                    unknown |= e.unknown
                    raise
    except AttemptError as e:
        failed = DeliveryError(
            e.reason,
            permanent=e.permanent,
            unknown=unknown,
            attempts=tried,
            wait_s=e.wait_s,
            alone=e.alone,
        )
    raise failed


async def _read(content: aiohttp.StreamReader, most: int) -> bytes:
    """Read an answer to its end, and not beyond the bound; the rest is left to the closing of the connection."""
    parts, left = [], most
    while left > 0 and (part := await content.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _run(exchange: Coroutine[Any, Any, Answer]) -> Answer:
    """Run one exchange in an event loop of its own.

    `asyncio.run` would wait at its end for the thread that looks up a name, however long that takes, and so
    outlast every timeout.
    """
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(exchange)
    finally:
        if left := asyncio.all_tasks(loop):
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.wait(left))
        loop.close()
