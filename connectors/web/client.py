"""The web client of the patrol: guarded at the socket, bounded in time, size and redirects, polite to hosts."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from types import TracebackType
from typing import Self

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from connectors.web import egress
from connectors.web.bodies import ENCODINGS, BodyBrokenError, BodyReader, BodyTooLargeError
from connectors.web.exchange import Exchanges, request_of
from connectors.web.names import NamesInThreads
from connectors.web.page import Failure, LookError, Memory, Page
from connectors.web.request_errors import UnconnectedError, failure_of
from connectors.web.robots import Robots
from connectors.web.sessions import Sessions, resuming

USER_AGENT = "xuncha/0.1 (+government account patrol)"
FULL_EVERY = timedelta(hours=24)
"""At least this often a page is asked for without conditions: a server may say 304 for ever."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_WAIT = timedelta(days=1)
_SHORTEST_WAIT = timedelta(seconds=1)
_ERRORS = (
    aiohttp.ClientError,
    HttpProcessingError,
    UnconnectedError,
    ValueError,
    OSError,
    BodyTooLargeError,
    BodyBrokenError,
)
"""How a request may fail that was sent, or would have been."""


class Limits(msgspec.Struct, frozen=True):
    """Bounds of a request."""

    total_s: float = 30.0  # redirects and body included
    connect_s: float = 8.0  # name, connection and TLS of one hop
    body_bytes: int = 5 << 20  # as it comes, and unpacked
    redirects: int = 4
    at_once: int = 64  # requests; how many of them at one host, the allocator says


class WebClient:
    """Fetches pages for the kinds of sources; raises `LookError` for whatever keeps one from coming.

    `allowed` are networks that may be called beside public addresses. There are no cookies, and no proxy of the
    environment is used: it would choose the address behind the back of the guard. Own headers, which may carry a
    token, go to the host that was asked and never on to where it redirects. Open it where its event loop runs.
    """

    def __init__(
        self,
        *,
        allowed: tuple[egress.Network, ...] = (),
        limits: Limits = Limits(),  # noqa: B008 (frozen)
        user_agent: str = USER_AGENT,
        robots: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._bodies = BodyReader(limits.body_bytes)
        self._robots = Robots(self._robots_page) if robots else None
        self._exchanges = Exchanges(
            allowed,
            resolver or NamesInThreads(),
            resuming(tls or _authorities(), Sessions()),
            connect_s=limits.connect_s,
            at_once=limits.at_once,
        )
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": ENCODINGS, "Accept": "*/*"}

    async def get(
        self, url: str, *, memory: Memory | None = None, headers: dict[str, str] | None = None
    ) -> Page:
        """Fetch a page; with `memory` conditionally, but once a day. Raises `LookError`."""
        address = _checked(url)
        conditions = self._conditions(memory)
        async with self._in_time():
            if self._robots is not None and not await self._robots.allow(address, self._clock()):
                raise LookError(Failure("not_allowed", "robots.txt of the host does not allow it"))
            return await self._follow(address, headers or {}, conditions)

    async def post(self, url: str, *, json: object, headers: dict[str, str] | None = None) -> Page:
        """Send JSON and return the answer; an answer that redirects is a failure. Raises `LookError`."""
        address = _checked(url)
        sent = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
        async with self._in_time():
            page = await self._ask("POST", address, sent, msgspec.json.encode(json))
        if isinstance(page, URL):
            raise LookError(Failure("redirects", "a request with content was redirected"))
        return page

    async def close(self) -> None:
        """Look up no more names."""
        await self._exchanges.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _in_time(self) -> "_InTime":
        return _InTime(self._limits.total_s)

    def _conditions(self, memory: Memory | None) -> dict[str, str]:
        if memory is None or memory.full_at is None or self._clock() - memory.full_at >= FULL_EVERY:
            return {}
        found = {"If-None-Match": memory.etag, "If-Modified-Since": memory.modified}
        return {name: value for name, value in found.items() if value}

    async def _robots_page(self, url: str) -> Page:
        return await self._follow(URL(url), {}, {})

    async def _follow(self, url: URL, headers: Mapping[str, str], conditions: Mapping[str, str]) -> Page:
        """Fetch a page through redirects; each hop is checked anew, and its socket again."""
        asked, seen = url, {url}
        for _ in range(self._limits.redirects + 1):
            own = headers if url is asked or url.origin() == asked.origin() else {}
            page = await self._ask("GET", url, {**own, **conditions})
            if not isinstance(page, URL):
                return page
            if page in seen:
                raise LookError(Failure("redirects", "redirects in a circle"))
            seen.add(page)
            url = page
        raise LookError(Failure("redirects", f"more than {self._limits.redirects} redirects"))

    async def _ask(
        self, method: str, url: URL, headers: Mapping[str, str], content: bytes | None = None
    ) -> Page | URL:
        """Send one request; returns the page, or where it redirects to."""
        began = time.monotonic()
        try:
            request = request_of(method, url, {**self._headers, **headers}, content)
            async with self._exchanges.answer(url, request) as (head, sent):
                if head.code in _REDIRECTS:
                    return _target(url, head.headers.get("Location", ""))
                _judge(head.code, head.headers, self._clock(), conditional=_is_conditional(headers))
                body = b""
                if head.code != 304:
                    length = head.headers.get("Content-Length")
                    body = await self._bodies.read(
                        sent.readany,
                        head.headers.get("Content-Encoding", ""),
                        None if length is None else int(length),
                    )
                names = {name.lower(): value for name, value in head.headers.items()}
                return Page(head.code, str(url), names, body, time.monotonic() - began)
        except _ERRORS as error:
            failed = failure_of(error)
        raise LookError(
            failed
        )  # out here, so that it does not carry the library's error, which names the whole URL


@cache
def _authorities() -> ssl.SSLContext:
    """Return what the machine trusts; reading it takes as long as many requests."""
    return ssl.create_default_context()


class _InTime:
    """The total time of a look; what does not end in it is too slow."""

    def __init__(self, total_s: float) -> None:
        self._timeout = asyncio.timeout(total_s)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError:
            raise LookError(Failure("too_slow", "no whole answer in time")) from None


def _checked(url: str | URL) -> URL:
    try:
        return egress.checked_url(str(url))
    except egress.EgressError as error:
        raise LookError(Failure("refused_address", error.reason)) from None


def _target(url: URL, location: str) -> URL:
    """Return where a redirect leads, checked like any other address."""
    try:
        target = url.join(URL(location))
    except ValueError:
        raise LookError(Failure("redirects", "redirects to what is no URL")) from None
    if not location or target.scheme not in ("http", "https"):
        raise LookError(Failure("redirects", "redirects to what is no http or https URL"))
    return _checked(target.with_fragment(None))


def _is_conditional(headers: Mapping[str, str]) -> bool:
    return "If-None-Match" in headers or "If-Modified-Since" in headers


def _judge(status: int, headers: Mapping[str, str], now: datetime, *, conditional: bool) -> None:
    """Raise `LookError` unless a status is a success; 304 is one where it was asked for."""
    if 200 <= status < 300 or (status == 304 and conditional):
        return
    wait = retry_after(headers.get("Retry-After"), now) if status in (429, 503) else None
    if status in (404, 410):
        raise LookError(Failure("gone", f"status {status}", status=status))
    is_of_all = status == 429 or wait is not None
    raise LookError(Failure("answered", f"status {status}", wait=wait, of_lane=is_of_all, status=status))


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Read the header Retry-After, seconds or a date; a day at most, None where it says nothing."""
    if not text:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), 86_400))
    else:
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(wait, _SHORTEST_WAIT), _LONGEST_WAIT)
