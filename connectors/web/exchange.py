"""One request and its answer, over a connection of their own to an address that may be called.

The library's reader of answers is used as it is. Its session is not: what it does for connections that are kept, for
cookies, redirects and proxies costs as much as a fifth of a request, and the patrol has none of these.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import cast

import aiohappyeyeballs
from aiohappyeyeballs import AddrInfoType
from aiohttp import StreamReader
from aiohttp.abc import AbstractResolver
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage
from yarl import URL

from connectors.web import egress
from connectors.web.names import Names
from connectors.web.request_errors import UnconnectedError

_NEXT_ADDRESS_S = 0.25  # after which the next address of a host is tried beside the first
_LINE_BYTES = 16_384  # of a header
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SWITCHING = 101


class Exchanges:
    """Sends requests under one guard: `allowed` are networks that may be called beside public addresses."""

    def __init__(
        self,
        allowed: tuple[egress.Network, ...],
        resolver: AbstractResolver,
        tls: ssl.SSLContext,
        *,
        connect_s: float,
        at_once: int,
    ) -> None:
        self._sockets = egress.guarded_sockets(allowed)
        self._names = Names(resolver)
        self._tls = tls
        self._connect_s = connect_s
        self._turns = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def answer(
        self, url: URL, request: bytes
    ) -> AsyncIterator[tuple[RawResponseMessage, StreamReader]]:
        """Send a request as it is, and give the answer's head and its body, which comes while it is read.

        Raises `UnconnectedError`, `ValueError` for a host that is none, and what the library raises for an answer that
        is none: `aiohttp.ClientError`, `HttpProcessingError`, `OSError`.
        """
        async with self._turns:
            exchange = await self._connected(url, request)
            try:
                head, body = await exchange.head()
                yield head, body
                if body.is_eof():
                    exchange.close()
            finally:
                exchange.abort()  # whoever was not heard out may send for ever: a polite end would go on reading

    async def close(self) -> None:
        """Give up what is being looked up; connections are closed by those who read from them."""
        await self._names.close()

    async def _connected(self, url: URL, request: bytes) -> "_Exchange":
        """Return an exchange whose request has been sent, to the first address of a host that takes it."""
        host, port = url.raw_host or "", url.port or 0
        try:
            addresses = await self._names.addresses(host, port)
        except OSError as error:
            raise UnconnectedError("dns", error) from None
        tls = self._tls if url.scheme == "https" else None
        while True:
            try:
                return await self._connected_to(addresses, tls, host, request)
            except OSError as error:
                aiohappyeyeballs.pop_addr_infos_interleave(addresses)
                if not addresses:
                    raise UnconnectedError(
                        "tls" if isinstance(error, ssl.SSLError) else "connect", error
                    ) from None

    async def _connected_to(
        self, addresses: list[AddrInfoType], tls: ssl.SSLContext | None, host: str, request: bytes
    ) -> "_Exchange":
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._connect_s):
            sock = await self._socket(loop, addresses)
            _, exchange = await loop.create_connection(
                partial(_Exchange, loop, request),
                sock=sock,
                ssl=tls,
                server_hostname=None if tls is None else host.rstrip("."),  # certificates write it without
            )
        return exchange

    async def _socket(self, loop: asyncio.AbstractEventLoop, addresses: list[AddrInfoType]) -> socket.socket:
        """Return a guarded socket that is connected to one of some addresses."""
        if len(addresses) > 1:
            return await aiohappyeyeballs.start_connection(
                addresses, happy_eyeballs_delay=_NEXT_ADDRESS_S, loop=loop, socket_factory=self._sockets
            )
        sock = self._sockets(addresses[0])
        try:
            sock.setblocking(False)
            await loop.sock_connect(sock, addresses[0][4])
        except BaseException:
            sock.close()
            raise
        return sock


class _Exchange(ResponseHandler):
    """Sends its request as soon as the connection stands, and reads one answer."""

    def __init__(self, loop: asyncio.AbstractEventLoop, request: bytes) -> None:
        super().__init__(loop)
        self._request = request

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(
            asyncio.Transport, transport
        )  # the loop lets no small piece wait; the library's asks again
        self.set_response_params(
            read_until_eof=True,
            auto_decompress=False,
            max_line_size=_LINE_BYTES,
            max_field_size=_LINE_BYTES,
        )
        self.transport.write(self._request)

    async def head(self) -> tuple[RawResponseMessage, StreamReader]:
        """Return the head of the answer, and its body; what a server says before it, like 103, is passed over."""
        while True:
            message, body = await self.read()
            if not 100 <= message.code < 200 or message.code == _SWITCHING:
                return message, body


def request_of(method: str, url: URL, headers: Mapping[str, str], content: bytes | None = None) -> bytes:
    """Write a request; raises `ValueError` for a header that would be more than one line."""
    lines = [f"{method} {url.raw_path_qs or '/'} HTTP/1.1", f"Host: {url.host_port_subcomponent}"]
    for name, value in headers.items():
        line = f"{name}: {value}"
        if _CONTROL.search(line):
            raise ValueError("a header with a control character")
        lines.append(line)
    if content is not None:
        lines.append(f"Content-Length: {len(content)}")
    lines += ("Connection: close", "", "")
    return "\r\n".join(lines).encode() + (content or b"")
