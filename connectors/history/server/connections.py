"""Open connections, bounded: beyond the bound those that ask for nothing are closed, the oldest first."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from connectors.history.server.auth import User


class Connections:
    """A factory of connections for `loop.create_server`.

    One of the sink is never closed here, nor one whose request has a slot or waits for one: those are bounded
    by the slots. Connections are let in before anybody knows whose they are; so nobody is refused, and who
    opens many and says nothing loses the oldest of them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._server: web.Server | None = None
        self._busy: set[RequestHandler] = set()
        self._of_sink: set[RequestHandler] = set()

    def serve(self, server: web.Server) -> None:
        self._server = server

    def __call__(self) -> asyncio.Protocol:
        if self._server is None:
            raise RuntimeError("no server to make connections for")
        asyncio.get_running_loop().call_soon(self._shed)
        return self._server()

    @contextmanager
    def busy(self, request: web.BaseRequest, user: User) -> Iterator[None]:
        """Keep the connection of a request that is being served."""
        connection = request.protocol
        if user is User.SINK:
            self._of_sink.add(connection)
        self._busy.add(connection)
        try:
            yield
        finally:
            self._busy.discard(connection)

    def _shed(self) -> None:
        if self._server is None:
            return
        connections = self._server.connections
        self._of_sink.intersection_update(connections)
        too_many = len(connections) - self._most
        for connection in connections:
            if too_many <= 0:
                return
            if connection in self._busy or connection in self._of_sink or connection.transport is None:
                continue
            connection.transport.abort()
            too_many -= 1
