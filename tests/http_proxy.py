"""A proxy in front of a history server that loses answers, holds them back, or answers errors itself."""

import http.client
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NOT_ENOUGH_SPACE = (
    b"Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)\n"
)
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class Forward:
    """Pass the request on and the answer back, after a while."""

    def __init__(self, *, answer_after_s: float = 0.0) -> None:
        self.answer_after_s = answer_after_s


class LoseAnswer:
    """Pass the request on, and hang up once it is answered."""


class Refuse:
    """Answer an error of the server's; the request goes nowhere."""

    def __init__(self, code: int, body: bytes) -> None:
        self.code = code
        self.body = body


Fate = Forward | LoseAnswer | Refuse


class Proxy:
    """Decides the fate of each request by `rule`, which is given the statement; counts what it did."""

    def __init__(self, upstream_port: int) -> None:
        self.upstream_port = upstream_port
        self.rule: Callable[[str], Fate]
        self.fates: list[Fate]
        self.reset()
        self._server = _Server(self)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @contextmanager
    def running(self) -> Iterator["Proxy"]:
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def reset(self) -> None:
        """Pass everything on again, and forget what was done."""
        self.rule = lambda _: Forward()
        self.fates = []

    def next_inserts(self, table: str, *fates: Fate) -> None:
        """Give the next inserts into a table these fates, one each."""
        waiting = list(fates)
        inserts = re.compile(rf"\s*INSERT INTO [`\"]?{table}\b")
        lock = threading.Lock()

        def rule(statement: str) -> Fate:
            with lock:
                if waiting and inserts.match(statement):
                    return waiting.pop(0)
            return Forward()

        self.rule = rule


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, proxy: Proxy) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = proxy

    def handle_error(self, *_: Any) -> None:
        """Let a client that hung up go; anything else is told where it is raised."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*_)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self._body())

    def log_message(self, *_: Any) -> None:
        pass

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _serve(self, body: bytes) -> None:
        fate = self.server.proxy.rule(_statement(self.path, body))
        self.server.proxy.fates.append(fate)
        if isinstance(fate, Refuse):
            self._answer(500, {"X-ClickHouse-Exception-Code": str(fate.code)}, fate.body)
            return
        try:
            status, headers, answer = self._ask(body)
        except OSError:
            self.close_connection = True
            return
        if isinstance(fate, LoseAnswer):
            self.close_connection = True
            return
        time.sleep(fate.answer_after_s)
        self._answer(status, headers, answer)

    def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.proxy.upstream_port, timeout=30)
        try:
            sent = {k: v for k, v in self.headers.items() if k.lower() not in _HOP}
            upstream.request(self.command, self.path, body, sent)
            response = upstream.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        except http.client.HTTPException as e:
            raise OSError(str(e)) from e
        finally:
            upstream.close()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # the client has given up
            self.close_connection = True


def _statement(path: str, body: bytes) -> str:
    """Return the statement of a request: from the address, a form, or the body itself."""
    query = parse_qs(urlsplit(path).query).get("query")
    if query:
        return query[0]
    text = body[:2000].decode("utf-8", "replace")
    _, form, rest = text.partition('name="query"')
    return rest.lstrip() if form else text
