"""Logs: structured, on standard error; JSON unless a person is watching."""

import logging
import sys

import structlog
from structlog.typing import Processor

_STEPS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
_SELDOM_S = 10.0
_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)
_PROCESSORS: list[Processor] = [*_STEPS, _JSON]
"""One list for as long as the process lives: loggers keep what they began with, and a later set-up reaches them."""


def configure_logs() -> None:
    """Set up structlog once, for every command."""
    _configure(structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else _JSON)


def ensure_logs() -> None:
    """Set up structlog where nobody has: by itself it writes to standard output."""
    if not structlog.is_configured():
        configure_logs()


def configure_process_logs() -> None:
    """Set up the logs of a process that runs for long: JSON only, and the libraries' own warnings among ours."""
    _configure(_JSON)
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Seldom())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder(), *_STEPS],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _JSON],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


class _Seldom(logging.Filter):
    """Lets the same warning of a library through once in a while: without brokers they come by the dozen a second."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        key = record.name, str(record.msg)
        if record.created - self._last.get(key, 0.0) < _SELDOM_S:
            return False
        self._last[key] = record.created
        return True


def _configure(renderer: Processor) -> None:
    # what these log, with a traceback, they raise too
    logging.getLogger("clickhouse_connect").setLevel(logging.CRITICAL)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    _PROCESSORS[-1] = renderer
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
