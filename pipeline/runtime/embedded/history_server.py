"""The history server of an owned home: started, watched, and started again when it ends or hangs."""

import secrets
import time
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

import msgspec
import structlog
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.history.client import HistoryError, open_http
from connectors.history.migrate import migrate
from connectors.history.server.limits import Limits
from connectors.history.server.spawn import BiDoor, Server, ServerStartError, start_server, write_private
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import SINK, Door, Home
from pipeline.home.settings import secret_value

_PAUSES_S = (0.0, 0.2, 1.0, 3.0, 10.0, 30.0)  # before it is started again, by how often it ended in a row
_HEALTHY_S = 30.0
_PING_EVERY_S = 15.0
_PING_WITHIN_S = 30.0
_PINGS_MISSED = 3  # in a row; under load an honest server may be slow
_ENDS_WITHIN_S = 1.0
_SHORTEST_TOKEN = 32
_log = structlog.get_logger(__name__)


class HistoryServer:
    """Keeps one server running for whoever owns the home, and the door file that says where it answers.

    A server that was killed has lost nothing that it acknowledged; what was under way is not known, and whoever
    stores asks the database where to go on.
    """

    def __init__(self, home: Home) -> None:
        """Take the settings; raises `UsageError` where they open a door for BI tools without a fit token."""
        self._home = home
        self._bi = bi_door(home)
        self._server: Server | None = None
        self._door: Door | None = None
        self._ended = 0  # times in a row
        self._started_at = 0.0
        self._start_at = 0.0
        self._ping_at = 0.0
        self._missed = 0

    @property
    def door(self) -> Door | None:
        """Return where the server answers, None while it does not."""
        return self._door

    @property
    def pid(self) -> int:
        """Return the process of the running server."""
        if self._server is None:
            raise LookupError("no history server was started")
        return self._server.pid

    def look(self) -> None:
        """Start the server where it does not run and its pause is over; kill one that does not answer.

        Raises `ServerStartError` and `HistoryError` where the very first one cannot open the folder or bring its
        tables up to date: no other try would help.
        """
        now = time.monotonic()
        if self._server is not None and now >= self._ping_at:
            self._missed = 0 if _answers(self._server.port) else self._missed + 1
            self._ping_at = time.monotonic() + _PING_EVERY_S
            if self._missed >= _PINGS_MISSED and self._server.is_running:
                _log.warning("history server does not answer", pid=self._server.pid, asked=self._missed)
                self._server.kill()
        if self._server is not None and not self._server.is_running:
            self._close(now)
        if self._server is None and now >= self._start_at:
            self._start()

    def stop(self) -> None:
        self._home.door_path.unlink(missing_ok=True)
        server = self._server  # a thread that watches may close it meanwhile
        if server is not None:
            server.stop()

    def _close(self, now: float) -> None:
        """Shut the door of a server that has ended, and choose the pause before the next one."""
        healthy = now - self._started_at > _HEALTHY_S
        self._ended = 1 if healthy else min(self._ended + 1, len(_PAUSES_S))
        pause_s = _PAUSES_S[self._ended - 1]
        self._start_at = now + pause_s
        _log.warning("history server ended", again_in_s=pause_s)
        self._door = None
        self.stop()
        self._server = None

    def _start(self) -> None:
        is_first = self._started_at == 0.0
        self._started_at = time.monotonic()
        self._ping_at, self._missed = self._started_at + _PING_EVERY_S, 0
        door = Door(0, *(secrets.token_urlsafe(32) for _ in range(3)))
        try:
            self._server = start_server(
                self._home.history_path,
                token=door.token,
                reader_token=door.reader_token,
                sink_token=door.sink_token,
                bi=self._bi,
                limits=_limits(self._home),
                state_dir=self._home.path / "run",
            )
            door = msgspec.structs.replace(door, port=self._server.port)
            with closing(
                open_http("127.0.0.1", door.port, username=SINK, password=door.sink_token)
            ) as client:
                migrate(client)
        except (ServerStartError, HistoryError, ClickHouseError) as e:
            was_killed = self._server is not None and self._server.ends_within(_ENDS_WITHIN_S)
            if is_first and not was_killed:
                raise
            _log.warning("history server did not start", reason=str(e).partition("\n")[0])
            if self._server is not None:
                self._server.kill()
            self._close(time.monotonic())
            return
        write_private(self._home.door_path, msgspec.json.encode(door).decode())
        self._door = door
        _log.info("history answers", port=door.port, pid=self._server.pid, bi_port=self._server.bi_port)


def bi_door(home: Home) -> BiDoor | None:
    """Return the door of a home for BI tools, None where settings open none; raises `UsageError` for its token."""
    settings = home.settings.bi
    if not settings.token:
        return None
    token = secret_value(settings.token) or ""
    if len(token) < _SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(
            message(
                "[bi] token {reference} refers to no token; put {shortest} letters, digits or signs there, or more",
                reference=settings.token,
                shortest=_SHORTEST_TOKEN,
            )
        )
    return BiDoor(token, settings.host, settings.port)


def _limits(home: Home) -> Limits:
    settings = home.settings.bi
    return Limits(
        bi_slots=settings.queries_at_once,
        bi_queries_an_hour=settings.queries_an_hour,
        bi_seconds_an_hour=settings.seconds_an_hour,
    )


def _answers(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=_PING_WITHIN_S)) as connection:
        try:
            connection.request("GET", "/ping")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
