"""The process of the console: one server over a home, until a signal."""

import signal
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import structlog
import uvicorn

from pipeline.access.first_run import setup_code
from pipeline.access.sessions import StoredSessions
from pipeline.access.store import open_signin
from pipeline.console.app import Console, make_app
from pipeline.console.protocol import TimedProtocol
from pipeline.console.slow_bodies import in_time
from pipeline.home.folder import Home
from pipeline.home.settings import NO_OVERRIDES, Overrides

_log = structlog.get_logger(__name__)
_KEEP_ALIVE_S = 30
_CONNECTIONS = 200
_LEAVE_S = 10
_HEADER_BYTES = 32 << 10


class Reached(msgspec.Struct, frozen=True):
    """How browsers reach the console."""

    host: str
    port: int
    behind_https: bool = False
    proxy: str = "127.0.0.1"  # whose forwarded headers count, behind HTTPS alone


def serve_console(home: Path, reached: Reached, over: Overrides = NO_OVERRIDES) -> None:
    """Answer browsers until a signal; what is under way is answered first."""
    opened = Home(home, over)
    with closing(open_signin(opened)) as store:
        console = Console(home, StoredSessions(store), over, signin=store, secure=reached.behind_https)
        server = uvicorn.Server(config_of(console, reached))
        _log.info("console", host=reached.host, port=reached.port)
        if code := setup_code(opened, store):
            _print_first_run(reached, code)
        for asked_to_stop in (signal.SIGTERM, signal.SIGINT):  # raised again once the server has ended
            signal.signal(asked_to_stop, lambda *_: None)
        server.run()


def config_of(console: Console, reached: Reached) -> uvicorn.Config:
    """Return how the server runs: bounded in connections, headers and time."""
    return uvicorn.Config(
        in_time(make_app(console)),
        host=reached.host,
        port=reached.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=reached.behind_https,
        forwarded_allow_ips=reached.proxy if reached.behind_https else "",
        h11_max_incomplete_event_size=_HEADER_BYTES,
        http=TimedProtocol,
        ws="none",
        timeout_keep_alive=_KEEP_ALIVE_S,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=_LEAVE_S,
        lifespan="off",
    )


def _print_first_run(reached: Reached, code: str) -> None:
    """Tell on the terminal, and nowhere else, how the first user is made."""
    host = "127.0.0.1" if reached.host in ("0.0.0.0", "::") else reached.host  # noqa: S104 (compared)
    sys.stderr.write(
        f"\n首次使用 first run: http://{host}:{reached.port}/setup\n安装码 setup code: {code}\n\n"
    )
    sys.stderr.flush()
