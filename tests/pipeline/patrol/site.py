"""Feeds on loopback that a patrol looks at: real HTTP on a thread, changed by the test while it runs."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from events.codec import CODEC, Event

SETTINGS = """
[[source]]
name = "feeds"
kind = "feed"
lag = "0"
canaries = {canaries}
allow_private = ["127.0.0.0/8"]
pause_s = 0.0
at_once = 4
timeout_s = 5
{more}
[source.accounts]
{accounts}
"""


class Site:
    """Feeds by path, with what was asked for."""

    def __init__(self) -> None:
        self.feeds: dict[str, str | int] = {}  # path to a feed, or to a status
        self.asked: list[tuple[str, str]] = []  # path and If-None-Match
        self.port = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def looks_at(self, path: str) -> int:
        return sum(asked == path for asked, _ in self.asked)


@contextmanager
def site() -> Iterator[Site]:
    """Serve feeds until the end of the block; each has an ETag."""
    served = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tag = self.headers.get("If-None-Match", "")
            served.asked.append((self.path, tag))
            said = served.feeds.get(self.path, 404)
            body = said.encode() if isinstance(said, str) else b""
            etag = f'"{hash(said)}"'
            status = said if isinstance(said, int) else 304 if tag == etag else 200
            self.send_response(status)
            self.send_header("ETag", etag)
            self.send_header("Content-Length", str(0 if status == 304 else len(body)))
            self.end_headers()
            if status != 304:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def look_at(
    home: Path, accounts: dict[str, str], more: str = "", canaries: Sequence[str] = ("test:a",)
) -> None:
    """Write the settings of a home whose one source looks at these accounts."""
    lines = "\n".join(f'"{account}" = "{url}"' for account, url in accounts.items())
    (home / "xuncha.toml").write_text(
        SETTINGS.format(accounts=lines, more=more, canaries=list(canaries)), "utf-8"
    )


def facts(home: Path, *types: str) -> list[Event]:
    """Return the facts of a home of some types, in the order of each partition, broadcasts once."""
    log = EmbeddedLog(home / "log.sqlite")
    try:
        records = [r for p, end in enumerate(log.end_offsets(FACTS)) for r in log.read(FACTS, p, 0, end)]
        events = [CODEC.decode(record.value) for record in records]
    finally:
        log.close()
    return list({event.id: event for event in events if event.type in types}.values())
