"""The owner unit's end of the webhook: notes which message came when."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(ThreadingHTTPServer):
    """Answers 200 and remembers; a message that a killed notifier did not hear the answer of comes again."""

    daemon_threads = True

    def __init__(self) -> None:
        self.came: list[tuple[float, str]] = []  # wall time and id of the message
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/alerts"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.came.append((time.time(), body["id"]))
        self.send_response_only(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass
