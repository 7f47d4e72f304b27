"""A request has to arrive in time: whoever sends a byte now and then would hold a connection for ever."""

import asyncio
import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, Message, Receive, Scope, Send, WebSocketReceiveMessage

WHOLE_S = 300.0
"""For a body in all: 64 MB at two megabits a second."""

PART_S = 20.0
"""For the next part of one."""


class TooSlowError(Exception):
    """A body did not come in time."""


def in_time(app: ASGIApp, whole_s: float = WHOLE_S, part_s: float = PART_S) -> ASGIApp:
    """Return the application with a limit for how long the body of a request may take."""

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        until = time.monotonic() + whole_s
        whole = started = False

        async def receive_in_time() -> HTTPReceiveMessage | WebSocketReceiveMessage:
            nonlocal whole
            if whole:  # then it waits for the browser to leave
                return await receive()
            left = min(part_s, until - time.monotonic())
            try:
                async with asyncio.timeout(max(0.0, left)):
                    message = await receive()
            except TimeoutError:
                raise TooSlowError from None
            whole = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        async def note_start(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await app(scope, receive_in_time, note_start)
        except TooSlowError:
            if not started:
                await _refuse(send)

    return limited


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 408, "headers": headers})
    await send({"type": "http.response.body", "body": "上传超时，请重试。\n".encode(), "more_body": False})
