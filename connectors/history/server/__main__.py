"""Run the server: `python -m connectors.history.server --path DIR --token-file FILE --ready-file FILE`."""

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import structlog
from aiohttp import web

from connectors.history.server.app import build_app
from connectors.history.server.auth import Tokens
from connectors.history.server.confine import confine
from connectors.history.server.connections import Connections
from connectors.history.server.engine import Engine
from connectors.history.server.limits import Limits
from connectors.history.server.parent import watch_parent
from connectors.history.server.ready import Herald, Ready

_LOOPBACK = "127.0.0.1"
_END_QUERIES_WITHIN_S = 5.0
_CLOSE_WITHIN_S = 2.0
_LINGER_S = 2.0  # over the rest of a body whose request is answered
_LONGEST_LINE_BYTES = 1024 * 1024  # a query may stand in the URL

log = structlog.get_logger()


def main() -> int:
    """Serve the folder until a signal or the end of the parent; 1 if it can't be opened or bound."""
    options = _options()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        tokens = Tokens.read(options.token_file)
        options.path.mkdir(parents=True, exist_ok=True)
        folder = options.path.resolve()
        listeners = [socket.create_server((_LOOPBACK, options.port))]
        if options.bi_port is not None:
            listeners.append(_bi_listener(options.bi_host, options.bi_port))
        herald = Herald(options.ready_file)
        why_not = confine(folder)
        if why_not is not None:
            log.warning("history server is not confined", reason=why_not)
        # in a worker: of the main thread glibc learns the stack from /proc, which is out of reach by now
        threads = sum(options.limits.slots.values()) + 1
        workers = ThreadPoolExecutor(threads, thread_name_prefix="query")
        engine = workers.submit(Engine, folder).result()
    except (OSError, ValueError, RuntimeError) as error:
        text = str(error).partition(", Stack trace")[0]  # the engine's own trace says nothing to a person
        log.error("history server can't start", path=str(options.path), error=text)  # noqa: TRY400 (the same)
        return 1
    ports = [listener.getsockname()[1] for listener in listeners]
    bi_port = ports[1] if len(ports) > 1 else None
    ready = Ready(port=ports[0], pid=os.getpid(), confined=why_not is None, bi_port=bi_port)
    connections = Connections(options.limits.connections)
    app = build_app(engine, tokens, workers, options.limits, connections, bi_port)
    asyncio.run(_serve(app, connections, listeners, herald, ready, options))
    closed = workers.submit(engine.close)
    with contextlib.suppress(TimeoutError):
        closed.result(_CLOSE_WITHIN_S)
    log.info("history server stopped", closed=closed.done())
    # a query that still runs would hold up the interpreter; the folder is safe at any moment
    os._exit(0)


async def _serve(
    app: web.Application,
    connections: Connections,
    listeners: list[socket.socket],
    herald: Herald,
    ready: Ready,
    options: argparse.Namespace,
) -> None:
    """Serve until stopped; requests under way get a few seconds to end."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    # bodies are unpacked in a worker, to their last frame: aiohttp's own unpacking stays off
    runner = web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,
        handler_cancellation=True,
        keepalive_timeout=options.limits.silent_s,
        lingering_time=_LINGER_S,
        shutdown_timeout=_END_QUERIES_WITHIN_S,
        max_line_size=_LONGEST_LINE_BYTES,
    )
    await runner.setup()
    if runner.server is None:
        raise RuntimeError("aiohttp made no server")
    connections.serve(runner.server)
    watch = asyncio.create_task(watch_parent(options.parent_pid, stopped.set))
    try:
        sites = [await loop.create_server(connections, sock=listener) for listener in listeners]
        herald.announce(ready)
        log.info("history server answers", port=ready.port, confined=ready.confined)
        await stopped.wait()
        for site in sites:
            site.close()
    finally:
        watch.cancel()
        await runner.cleanup()


def _bi_listener(host: str, port: int) -> socket.socket:
    """Listen where BI tools ask; of an address of IPv6, too."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m connectors.history.server", description=__doc__)
    parser.add_argument("--path", type=Path, required=True, help="the chDB folder")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--token-file", type=Path, required=True, help="tokens of writer, reader, sink, bi; mode 0600"
    )
    parser.add_argument("--bi-host", default=_LOOPBACK, help="address at which BI tools ask")
    parser.add_argument("--bi-port", type=int, help="port for BI tools; without it they have no door")
    parser.add_argument("--ready-file", type=Path, required=True, help="written once the server answers")
    parser.add_argument(
        "--parent-pid", type=int, default=os.getppid(), help="the server ends with this process"
    )
    parser.add_argument(
        "--limits",
        type=lambda text: msgspec.json.decode(text, type=Limits),
        default=Limits(),
        help="bounds other than the usual ones, as JSON",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
