"""A real HTTP endpoint on the loopback interface that answers by script and counts connections."""

import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One answer; `status` None keeps the caller waiting, `status` 0 hangs up."""

    status: int | None = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    endless: bool = False


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: bytes
    came_at: float


class Endpoint(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *answers: Answer, host: str = "127.0.0.1") -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.connections = 0
        self.released = threading.Event()
        super().__init__((host, 0), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def url(self, host: str = "127.0.0.1", path: str = "/hook") -> str:
        return f"http://{host}:{self.port}{path}"

    def get_request(self) -> Any:
        accepted = super().get_request()
        self.connections += 1
        return accepted

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(Request(self.path, dict(self.headers), body, time.monotonic()))
        answer = self.server.answers.pop(0) if self.server.answers else Answer()
        if answer.status is None:
            self.server.released.wait(30)
        elif answer.status:
            self._say(answer)

    def _say(self, answer: Answer) -> None:
        self.send_response(answer.status or 200)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        while answer.endless and not self.server.released.wait(0.01):
            try:
                self.wfile.write(b"x" * 65_536)
            except OSError:
                return

    def send_response(self, code: int, message: str | None = None) -> None:
        self.send_response_only(code, message)

    def log_message(self, *_: object) -> None:
        pass
