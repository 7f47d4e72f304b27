"""A home: the folder of an embedded xuncha, and who may open what in it."""

import contextlib
import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.applied_migrations import applied_in
from connectors.history.client import HistoryError, open_embedded, open_http, open_url, told
from connectors.history.crash_mark import Settled
from connectors.history.migrate import Applied, migrate, read_applied, require_known
from connectors.kafka.cluster import Cluster
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import Log
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.messages import message
from pipeline.home.errors import UnreachableError, UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.given import NOTHING, Given
from pipeline.home.opened_histories import OPENED
from pipeline.home.settings import (
    FILE_NAME,
    NO_OVERRIDES,
    ClickHouse,
    Overrides,
    Settings,
    environment_value,
    load_settings,
)

if TYPE_CHECKING:
    from pipeline.home.kept_texts import KeptTexts
    from pipeline.home.texts import TextCheck

WRITER, SINK = "xuncha", "sink"
_WAIT_S = 60.0
_POLL_S = 0.05


class Door(msgspec.Struct, frozen=True):
    """Where the owner of a home answers for its history: to its commands, to who only reads, to its sink."""

    port: int
    token: str
    reader_token: str
    sink_token: str = ""


def example_path(home: Path) -> Path:
    """Return the file that is there where the office said that its data are invented: not everybody reads the log."""
    return home / "example"


class Home:
    """Paths and handles of one folder; opening it checks that it is one.

    `over` are options of the command line, which stand above the settings of the folder; `given` is what a command
    was given to take in, so that a text which is refused can be found there. Without `prepare` the folders of a home
    on Kafka are not made. `on_closed` hears of the moment that was closed behind what a command wrote, None where it
    is not known yet. `on_texts_elsewhere` hears once that facts were read whose texts this home does not have.
    """

    def __init__(
        self,
        path: Path,
        over: Overrides = NO_OVERRIDES,
        given: Given = NOTHING,
        *,
        prepare: bool = True,
        on_closed: Callable[[datetime | None], None] = lambda _: None,
        on_texts_elsewhere: Callable[[], None] = lambda: None,
    ) -> None:
        self.path = path
        self.given = given
        self.on_closed = on_closed
        self.on_texts_elsewhere = on_texts_elsewhere
        self.settings: Settings = over.applied_to(load_settings(path))
        self.max_clock_gap = None if over.clock_is_right else timedelta(days=self.settings.max_clock_gap_days)
        if self.settings.kafka is None and not self.log_path.exists():
            raise UsageError(
                message(
                    "{path} is no xuncha home; make it with `xuncha {home} {path} init`",
                    path=path,
                    home=field("home"),
                )
            )
        if self.settings.kafka is not None:
            self._refuse_embedded_log()
            if prepare:  # containers begin with an empty folder
                make_folders(path)

    @property
    def log_path(self) -> Path:
        return self.path / "log.sqlite"

    @property
    def memory_path(self) -> Path:
        """What the connectors of this home remember where its log is on Kafka."""
        return self.path / "memory.sqlite"

    @property
    def read_model_path(self) -> Path:
        """What pages read; it follows from the log, and may be removed at any time."""
        return self.path / "readmodel.sqlite"

    @property
    def example_path(self) -> Path:
        """See `example_path`."""
        return example_path(self.path)

    @property
    def cluster(self) -> Cluster | None:
        """Where the log is on Kafka, None in an embedded home."""
        kafka = self.settings.kafka
        return Cluster(kafka.bootstrap, kafka.prefix) if kafka is not None else None

    @property
    def kafka(self) -> Cluster:
        """Where the log is on Kafka; raises `UsageError` in an embedded home."""
        if self.cluster is None:
            raise UsageError(
                message(
                    "the log of {path} is embedded, and this command is for one on Kafka; write"
                    " {kafka} HOST:PORT before the command, or [kafka] into {path_2}",
                    path=self.path,
                    kafka=field("kafka"),
                    path_2=self.path / FILE_NAME,
                )
            )
        return self.cluster

    @property
    def history_path(self) -> Path:
        return self.path / "history"

    @property
    def settled(self) -> Settled:
        """Whether a batch was under way when the last process of an embedded home ended."""
        return Settled(self.history_path)

    @property
    def door_path(self) -> Path:
        return self.path / "run" / "door.json"

    @cached_property
    def texts(self) -> "TextCheck":
        """What every text passes before it is written."""
        from pipeline.home.texts import TextCheck  # noqa: PLC0415 (it opens the people store of a home)

        return TextCheck(self)

    @cached_property
    def kept_texts(self) -> "KeptTexts":
        """Where texts go that people typed, and come from."""
        from pipeline.home.kept_texts import KeptTexts  # noqa: PLC0415 (it opens the people store of a home)

        return KeptTexts(self)

    def admission(self, events: Sequence[Event[Payload]]) -> Sequence[Event[Payload]]:
        """Return facts as they go into the log: none tells of a person, and texts are references."""
        self.texts.refuse_in_facts(events)
        return self.kept_texts.keep(events)

    def open_log(self) -> Log:
        """Open the log, in the home or on Kafka; any number of processes may."""
        if self.cluster is None:
            return self.open_embedded_log()
        from connectors.kafka.log import KafkaLog  # noqa: PLC0415 (its library is slow to import)
        from pipeline.home.logs import ensure_logs  # noqa: PLC0415 (imports structlog)

        ensure_logs()  # what is tried again there is logged, and would stand among a command's answers
        return KafkaLog(
            self.cluster,
            self.memory_path,
            max_clock_gap=self.max_clock_gap,
            fail_point=fail_point,
            admit=self.admission,
        )

    def open_embedded_log(self) -> EmbeddedLog:
        """Open the log of an embedded home."""
        try:
            return EmbeddedLog(
                self.log_path,
                max_clock_gap=self.max_clock_gap,
                fail_point=fail_point,
                admit=self.admission,
            )
        except (sqlite3.DatabaseError, KeyError) as e:
            raise UsageError(
                message(
                    "{log_path} is not complete: {error}; `xuncha init` completes a home that was cut off",
                    log_path=self.log_path,
                    error=e,
                )
            ) from None

    @contextlib.contextmanager
    def owned(self, *, wait_s: float = 0.0) -> Iterator[None]:
        """Own the home: one process runs its folds and opens its history.

        Raises `UnreachableError` where another process still has it open after `wait_s` seconds.
        """
        with (self.path / "owner.lock").open("a") as lock:
            if not _locked(lock, wait_s):
                raise UnreachableError(
                    message(
                        "{path} is in use: another process has the home open; let it end, or stop the"
                        " `xuncha run` that owns the home",
                        path=self.path,
                    )
                )
            self._take_over()
            with told(self.history_path):
                yield

    @contextlib.contextmanager
    def history(self, *, unfilled: bool = False) -> Iterator[tuple[Client, bool]]:
        """Open the history: through the owner's door where `xuncha run` is running, else in this process.

        Where the log is on Kafka, a history that lies in the home is opened in this process only for work to which it
        need not be current (`unfilled`): nobody fills it meanwhile. The second value tells whether who asks owns the
        home for as long as the history is open. A thread that has opened it here gets the same client again, which it
        would wait for in vain; whoever opened it first fills it.
        """
        is_filled_elsewhere = self.settings.kafka is not None and not unfilled
        server = self.settings.clickhouse
        if server is not None or is_filled_elsewhere:
            with _closing(self.history_client()) as client, told(server.url if server else self.history_path):
                yield client, False
            return
        deadline = time.monotonic() + _WAIT_S
        with (self.path / "owner.lock").open("a") as lock:
            while not _locked(lock, 0.0):
                answering = self._answering()
                if answering is not None:
                    with _closing(answering) as client, told(self.history_path):
                        yield _known(client), False
                    return
                if (opened := OPENED.by_path.get(self.path)) is not None:
                    yield opened, False
                    return
                if time.monotonic() > deadline:
                    raise UnreachableError(
                        message(
                            "{path} has been in use for {wait_s:.0f} s by a process without a door",
                            path=self.path,
                            wait_s=_WAIT_S,
                        )
                    )
                time.sleep(_POLL_S)
            self._take_over()
            with _closing(open_embedded(self.history_path)) as client, told(self.history_path):
                migrate(client)
                OPENED.by_path[self.path] = client
                try:
                    yield client, True
                finally:
                    del OPENED.by_path[self.path]

    def history_client(self, *, timeout_s: float | None = None, for_sink: bool = False) -> Client:
        """Connect to the ClickHouse server of the settings, else to the door of this home.

        `timeout_s` is how long an answer may take, None: as long as the client library thinks right. A sink has
        slots of its own at the door. Raises `UnreachableError` where neither is there.
        """
        options = (
            {} if timeout_s is None else {"send_receive_timeout": timeout_s, "connect_timeout": timeout_s}
        )
        client = self._server(**options) or self._answering(for_sink=for_sink, **options)
        if client is None:
            raise UnreachableError(
                message(
                    "nobody answers for the history of {path}: start `xuncha run`, or name a"
                    " ClickHouse server under [clickhouse] in {path_2}",
                    path=self.path,
                    path_2=self.path / FILE_NAME,
                )
            )
        return _known(client)

    def applied_migrations(self) -> Applied:
        """Return which migrations the history has; nothing is made or changed, not even a lock."""
        client = self._server(create=False) or self._answering(create=False)
        if client is None:
            return applied_in(self.history_path)
        with _closing(client):
            return read_applied(client)

    def _server(self, **options: Any) -> Client | None:
        """Connect to the ClickHouse server of the settings, None where they name none."""
        clickhouse = self.settings.clickhouse
        if clickhouse is None:
            return None
        return open_url(clickhouse.url, username=clickhouse.user, password=_password(clickhouse), **options)

    def _refuse_embedded_log(self) -> None:
        if self.log_path.exists():
            raise UsageError(
                message(
                    "{path} holds an embedded log; name another home for Kafka, and move this one's"
                    " facts with `xuncha export` and `xuncha import`",
                    path=self.path,
                )
            )

    def _answering(self, *, for_sink: bool = False, **options: Any) -> Client | None:
        """Return the owner's history, None while nobody answers: no door yet, or one that is being shut."""
        door = self.door()
        if door is None:
            return None
        user, token = (SINK, door.sink_token) if for_sink else (WRITER, door.token)
        try:
            return open_http("127.0.0.1", door.port, username=user, password=token, **options)
        except HistoryError:
            return None

    def _take_over(self) -> None:
        """Clear away what an owner that was killed left: its door, and its server, which ends within seconds."""
        self.door_path.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError), (self.history_path / "status").open("r+b") as file:
            _locked(file, _WAIT_S)

    def door(self) -> Door | None:
        """Return where the owner answers, None while nobody does."""
        try:
            return msgspec.json.decode(self.door_path.read_bytes(), type=Door)
        except (FileNotFoundError, msgspec.DecodeError):
            return None


def _known(client: Client) -> Client:
    """Return a client; raises `HistoryError` where a newer release has migrated what it is connected to."""
    try:
        require_known(read_applied(client))
    except HistoryError:
        client.close()
        raise
    return client


def _password(clickhouse: ClickHouse) -> str:
    if not clickhouse.password_from:
        return ""
    password = environment_value(clickhouse.password_from)
    if password is None:
        raise UsageError(
            message(
                "[clickhouse] password_from names {password_from}, which is not set in the environment",
                password_from=clickhouse.password_from,
            )
        )
    return password


def make_folders(path: Path) -> None:
    """Make what is missing of a home's folders, for this user only; those that are there stay as they are."""
    for folder, mode in ((path, 0o700), (path / "run", 0o700), (path / "history", 0o755)):
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(mode)


def _locked(lock: IO[Any], wait_s: float) -> bool:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_S)
        else:
            return True


@contextlib.contextmanager
def _closing(client: Client) -> Iterator[Client]:
    try:
        yield client
    finally:
        client.close()
