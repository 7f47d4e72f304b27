"""The other end of the channel: counts what comes, and takes its time before it says so."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(ThreadingHTTPServer):
    """Takes every message, and answers a little later: a kill between the two leaves the sender in doubt."""

    daemon_threads = True

    def __init__(self, takes_s: float) -> None:
        self.takes_s = takes_s
        self.came: list[tuple[float, str]] = []  # wall time and id of the message
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/alerts"

    @property
    def ids(self) -> set[str]:
        return {message for _, message in list(self.came)}


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.came.append((time.time(), body["id"]))
        time.sleep(self.server.takes_s)
        self.send_response_only(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass
