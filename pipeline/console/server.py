"""The process of the console: one server over a home, until a signal."""

from pathlib import Path

import structlog
import uvicorn

from pipeline.access.sessions import Sessions
from pipeline.console.app import Console, make_app
from pipeline.home.settings import NO_OVERRIDES, Overrides

_log = structlog.get_logger(__name__)
_KEEP_ALIVE_S = 30
_CONNECTIONS = 200
_LEAVE_S = 10


def serve_console(
    home: Path, sessions: Sessions, host: str, port: int, over: Overrides = NO_OVERRIDES
) -> None:
    """Answer browsers until a signal; what is under way is answered first."""
    config = uvicorn.Config(
        make_app(Console(home, sessions, over)),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=_LEAVE_S,
        lifespan="off",
    )
    _log.info("console", host=host, port=port)
    uvicorn.Server(config).run()
