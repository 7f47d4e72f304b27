"""The server of a patrol under load: one TLS port of loopback, and every host and fault of `feeds`."""

import asyncio
import gzip
import json
import ssl
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from tests.patrol_load.feeds import CLOSED

_ITEM = (
    "<item><title>关于做好近期有关工作的通知（第{i}号）</title><link>https://www.example.cn/{key}/{i}</link>"
    "<guid>{key}-{i}</guid><pubDate>{at}</pubDate>"
    "<description>各有关单位：为进一步做好有关工作，现将有关事项通知如下，请认真贯彻执行。</description></item>"
)
_BOMB = gzip.compress(bytes(200 << 20), 9)
_PIECE = bytes(262_144)
_PAGE = b"<!doctype html><html><head><title>-</title></head><body><p>hello</p></body></html>"
_PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
_IN_A_LOOK_S = 60.0


def feed(key: str, items: int = 5) -> bytes:
    """Return an RSS feed whose newest post is some hours old."""
    now = datetime.now(UTC)
    made = (
        _ITEM.format(i=i, key=key, at=format_datetime(now - timedelta(hours=3 + 7 * i))) for i in range(items)
    )
    return f'<rss version="2.0"><channel><title>{key}</title>{"".join(made)}</channel></rss>'.encode()


class Server:
    """Answers each request by its path, and closes: every look is a new connection."""

    def __init__(self) -> None:
        self.connections = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            host = head.lower().split("\r\nhost: ")[1].split("\r\n")[0].partition(":")[0]
            await self._answer(host, path, writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, IndexError):
            pass
        finally:
            writer.close()

    async def _answer(self, host: str, path: str, writer: asyncio.StreamWriter) -> None:
        _, what, *rest = path.split("/")
        key = rest[0].removesuffix(".xml") if rest else ""
        if path == "/robots.txt":
            rules = b"User-agent: *\nDisallow: /\n" if host == CLOSED else b""
            writer.write(_whole(rules, "text/plain") if rules else _status("404 Not Found"))
        elif what == "good":
            writer.write(_whole(feed(key)))
        elif what == "moved":
            writer.write(_status("301 Moved Permanently", Location=f"/good/{key}.xml"))
        elif what in ("endless", "dripping"):
            await _without_end(writer, slow=what == "dripping")
        elif what == "slow":
            await asyncio.sleep(_IN_A_LOOK_S)
        else:
            writer.write(_faulty(what, key, path))


def _faulty(what: str, key: str, path: str) -> bytes:
    """Return the answer of a fault that is one answer; of "closing" there is none."""
    body = feed(key)
    answers: dict[str, Callable[[], bytes]] = {
        "broken": lambda: _whole(body[: len(body) * 3 // 4]),
        "error": lambda: _status("500 Internal Server Error"),
        "gone": lambda: _status("410 Gone"),
        "bomb": lambda: _whole(_BOMB, Content_Encoding="gzip"),
        "long": lambda: b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n",
        "loop": lambda: _status("302 Found", Location=path),
        "private": lambda: _status("302 Found", Location="http://10.0.0.1/feed.xml"),
        "metadata": lambda: _status("302 Found", Location="http://169.254.169.254/latest/meta-data"),
        "page": lambda: _whole(_PAGE, "text/html"),
        "picture": lambda: _whole(_PICTURE, "image/png"),
        "empty": lambda: _whole(b""),
        "packed": lambda: _whole(body, Content_Encoding="br"),
        "cut": lambda: b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + body,
    }
    return answers.get(what, bytes)()


def _whole(body: bytes, kind: str = "application/rss+xml", **headers: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = ["HTTP/1.1 200 OK", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *lines]
    return "\r\n".join([*head, "Connection: close", "", ""]).encode() + body


def _status(status: str, **headers: str) -> bytes:
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(
        [f"HTTP/1.1 {status}", "Content-Length: 0", *lines, "Connection: close", "", ""]
    ).encode()


async def _without_end(writer: asyncio.StreamWriter, *, slow: bool) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
    while not writer.transport.is_closing():
        writer.write(b"<" if slow else _PIECE)
        await writer.drain()
        await asyncio.sleep(0.2 if slow else 0)  # or the loop never sees that the client has gone


async def serve(certificate: Path) -> None:
    """Serve until the process is ended; says on standard output at which port, as JSON."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(Server().talk, "127.0.0.1", 0, ssl=context, backlog=1024)
    sys.stdout.write(json.dumps({"port": server.sockets[0].getsockname()[1]}) + "\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
