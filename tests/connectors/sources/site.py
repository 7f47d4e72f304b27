"""A real HTTP server on loopback that answers by script, and a plain client for kinds to look through."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Self

import aiohttp
from aiohttp import web

from connectors.sources.kind import Failure, LookError, Memory, Page

REASONS = {404: "gone", 410: "gone"}


class Site:
    """Answers each path as `says` has it; counts what was asked and by which headers."""

    def __init__(self, says: dict[str, Any] | None = None) -> None:
        self.says: dict[str, Any] = says or {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.origin = ""

    async def __aenter__(self) -> Self:
        door = socket.socket()
        door.bind(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{door.getsockname()[1]}"
        self._runner = web.ServerRunner(web.Server(self._answer), shutdown_timeout=0)
        await self._runner.setup()
        await web.SockSite(self._runner, door).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        self.headers.append({k.lower(): v for k, v in request.headers.items()})
        self.bodies.append(await request.read())
        said = self.says.get(request.path_qs, self.says.get(request.path))
        if callable(said):
            said = said(request)
        if said is None:
            return web.Response(status=404)
        if isinstance(said, bytes):
            return web.Response(body=said)
        status, headers, body = said
        if "ETag" in headers and request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304)
        return web.Response(status=status, headers=headers, body=body)


class PlainWeb:
    """A client without guards: what a kind sees of the net, for servers that a test has started itself."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self.requests = 0

    async def get(
        self, url: str, *, memory: Memory | None = None, headers: dict[str, str] | None = None
    ) -> Page:
        conditions = {}
        if memory and memory.etag:
            conditions["If-None-Match"] = memory.etag
        if memory and memory.modified:
            conditions["If-Modified-Since"] = memory.modified
        return await self._ask("GET", url, headers={**(headers or {}), **conditions})

    async def post(self, url: str, *, json: object, headers: dict[str, str] | None = None) -> Page:
        return await self._ask("POST", url, json=json, headers=headers)

    async def _ask(self, method: str, url: str, **given: Any) -> Page:
        self.requests += 1
        try:
            async with self._session.request(method, url, **given) as answer:
                body = await answer.read()
        except aiohttp.ClientError:
            raise LookError(Failure("no_connection", "the connection failed")) from None
        if not (200 <= answer.status < 300 or answer.status == 304):
            after = answer.headers.get("Retry-After")
            reason: Any = REASONS.get(answer.status, "answered")
            raise LookError(
                Failure(reason, f"status {answer.status}", timedelta(seconds=int(after)) if after else None)
            )
        names = {k.lower(): v for k, v in answer.headers.items()}
        return Page(answer.status, str(answer.url), names, body, took_s=0.1)


def at(says: dict[str, Any], act: Callable[[Site, PlainWeb], Awaitable[Any]]) -> Any:
    """Start a server, let `act` look at it, and return what that returns."""

    async def run() -> Any:
        async with Site(says) as site, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            return await act(site, PlainWeb(session))

    return asyncio.run(run())
