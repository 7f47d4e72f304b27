"""A server on loopback that answers bytes as a test writes them, and counts who connected."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Self

from connectors.web.client import Limits, WebClient
from connectors.web.egress import PRIVATE

Script = Callable[[str, asyncio.StreamWriter], Awaitable[None]]
QUICK = Limits(total_s=1.0, connect_s=0.5, body_bytes=2 << 20)


class RawServer:
    """Hands the target of each request to a script, which writes the answer."""

    def __init__(self, script: Script, host: str = "127.0.0.1") -> None:
        self._script, self._host = script, host
        self.connections = 0
        self.targets: list[str] = []

    def url(self, host: str = "", path: str = "/") -> str:
        return f"http://{host or self._host}:{self.port}{path}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, self._host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.targets.append(head.split(" ")[1])
            await self._script(head, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def answer(body: bytes = b"hello", status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "Connection: close", "", ""]).encode() + body


def says(*parts: bytes) -> Script:
    """Return a script that writes the same to everybody."""

    async def script(head: str, writer: asyncio.StreamWriter) -> None:
        del head
        for part in parts:
            writer.write(part)
            await writer.drain()

    return script


def asked(script: Script, act: Callable[[RawServer, WebClient], Awaitable[Any]], **options: Any) -> Any:
    """Start a server, let `act` call it with a client that may reach it, and return what that returns."""

    async def run() -> Any:
        given = {"allowed": PRIVATE, "limits": QUICK, "robots": False, **options}
        async with RawServer(script) as server, WebClient(**given) as client:
            return await act(server, client)

    return asyncio.run(run())
