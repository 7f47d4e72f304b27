"""chDB as a server's engine: one open folder, one connection a request."""

import contextlib
import fcntl
import importlib
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from connectors.history.server.auth import User
from connectors.history.server.errors import (
    NOT_IMPLEMENTED,
    SYNTAX_ERROR,
    TOO_MANY_ROWS_OR_BYTES,
    QueryError,
)
from connectors.history.server.readonly import OUTWARD_TABLE_FUNCTIONS, check_class, check_reader
from connectors.history.server.statement import InsertHead, needs_session, output_format

_APPEND_BYTES = 16 * 1024 * 1024
_READ_CLASS = 0
_SCRATCH = "tmp"  # the engine's own
_MARK = "log_comment"  # the one setting that does nothing but stand in `system.processes`
_NO_FILES = "information_schema"  # where a reader's bare name is looked for: in `default` it would be a file


class Query(msgspec.Struct, frozen=True):
    """One statement with all that it runs under."""

    sql: bytes  # an INSERT with data: its head and FORMAT clause only
    user: User
    insert: InsertHead | None = None
    data: bytes = b""
    default_format: str = "TabSeparated"
    database: str = ""
    settings: dict[str, str] = {}
    params: dict[str, str] = {}  # bound parameters, escaped as in an HTTP request
    read_only: bool = False  # the method promises it, whoever asks
    mark: str = ""  # by which `Engine.end` finds it while it runs


class Answer(msgspec.Struct, frozen=True):
    """Bytes of a result, its format (None: a statement without one) and what X-ClickHouse-Summary tells."""

    body: bytes
    format: str | None
    summary: dict[str, str]


class Engine:
    """The one chDB engine of this process.

    A connection costs half a millisecond and is thrown away after its request: nothing that a statement sets
    can reach the next one, and a long query holds up no other, for chDB locks a connection while it works.
    """

    def __init__(self, folder: Path) -> None:
        """Open the folder; BlockingIOError if another process has it, RuntimeError if it is damaged.

        chDB is imported here and not above because its import opens an engine in memory, whose threads serve
        later queries too, and a thread that is older than the confinement of this process is outside of it.
        """
        scratch = folder / _SCRATCH
        scratch.mkdir(exist_ok=True)
        os.environ["TMPDIR"] = str(scratch)  # the import makes a folder there, and /tmp is out of reach

        _chdb: Any = importlib.import_module("chdb").__dict__["_chdb"]
        _chdb.set_signal_handlers_enabled(0)
        self._connect = _chdb.connect
        self._folder = str(folder)
        try:
            self._keep: Any = self._connect(self._folder)  # the engine lives as long as any connection
        except RuntimeError:
            _refuse_locked(folder)
            raise
        self.timezone = self._lines("SELECT timezone()")[0]
        self._outward = frozenset(self._lines(OUTWARD_TABLE_FUNCTIONS))

    def run(self, query: Query) -> Answer:
        """Run one statement; QueryError for whatever the engine or the rules of the user refuse."""
        try:
            with self._connection() as connection:
                classified = connection.classify_query(query.sql)
                _check(connection, query, classified, self._outward)
                database = "" if query.database == "default" else query.database
                if query.user.reads_only:
                    database = database or _NO_FILES
                if database:
                    connection.query(f"USE {_quoted(database, '`')}", "Null")
                has_result = int(classified["query_class"]) == _READ_CLASS
                _set(connection, query, reads=has_result)
                started_ns = time.perf_counter_ns()
                if query.insert is not None:
                    return _insert(connection, query, query.insert, started_ns)
                return _query(connection, query, has_result=has_result, started_ns=started_ns)
        except RuntimeError as error:
            raise QueryError.from_engine(error) from None

    def end(self, mark: str) -> None:
        """Ask a query that only reads to end; what writes goes on, for half of it would be no answer either."""
        with contextlib.suppress(RuntimeError), self._connection() as connection:
            wanted = f"Settings[{_quoted(_MARK, chr(39))}] = {_quoted(mark, chr(39))}"
            connection.query(f"KILL QUERY WHERE {wanted} ASYNC", "Null")

    def close(self) -> None:
        self._keep.close()

    def _lines(self, sql: str) -> list[str]:
        return bytes(self._keep.query(sql, "TabSeparated").bytes()).decode().splitlines()

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Any]:
        connection = self._connect(self._folder)
        try:
            yield connection
        finally:
            connection.close()


def _refuse_locked(folder: Path) -> None:
    """Raise BlockingIOError if the engine's own lock is held: chDB itself gives no reason."""
    with (folder / "status").open("rb") as status:
        try:
            fcntl.flock(status, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BlockingIOError(
                f"{folder}: another process has this folder open; stop it, or ask it over HTTP"
            ) from None


def _check(connection: Any, query: Query, classified: dict[str, Any], outward: frozenset[str]) -> None:
    if classified["statement_count"] > 1:
        raise QueryError.refused(SYNTAX_ERROR, "Multi-statements are not allowed.")
    if query.user.reads_only:
        check_class(classified, f"the user {query.user.value} only reads")
        check_reader(connection, query.sql, query.database, outward)
    elif query.read_only:
        check_class(classified, "for queries over HTTP, GET and HEAD imply readonly; use POST")
    elif needs_session(query.sql):
        raise QueryError.refused(
            NOT_IMPLEMENTED,
            "This server keeps no sessions: send database and settings with each query, use a common table.",
        )


def _set(connection: Any, query: Query, *, reads: bool) -> None:
    settings = dict(query.settings)
    if reads and query.mark:
        settings[_MARK] = query.mark
    if query.user.reads_only:
        settings["readonly"] = "1"
    changes = ", ".join(f"{name} = {_quoted(value, chr(39))}" for name, value in settings.items())
    if changes:
        connection.query(f"SET {changes}", "Null")


def _insert(connection: Any, query: Query, head: InsertHead, started_ns: int) -> Answer:
    if query.params:
        raise QueryError.refused(NOT_IMPLEMENTED, "Bound parameters are not offered in an INSERT with data.")
    stream = connection.send_insert(head.sql, head.format)
    try:
        for start in range(0, len(query.data), _APPEND_BYTES):
            connection.insert_append(stream, query.data[start : start + _APPEND_BYTES])
        done = connection.insert_done(stream)
    except BaseException:
        connection.insert_cancel(stream)
        raise
    return Answer(b"", None, _summary(done, len(query.data), started_ns))


def _query(connection: Any, query: Query, *, has_result: bool, started_ns: int) -> Answer:
    result = connection.query(query.sql, query.default_format, params=query.params)
    if query.user.reads_only:
        _check_size(query.settings, rows=result.rows_read(), size=result.size())
    body = bytes(result.bytes())
    named = output_format(query.sql, query.default_format) if has_result else None
    return Answer(body, named, _summary(result, len(body), started_ns))


def _check_size(settings: Mapping[str, str], *, rows: int, size: int) -> None:
    """Refuse an answer above the limits: the engine looks from block to block, and one block may be above by itself."""
    for name, limit, found in (
        ("rows", int(settings["max_result_rows"]), rows),
        ("bytes", int(settings["max_result_bytes"]), size),
    ):
        if found > limit and not (name == "rows" and settings.get("result_overflow_mode") == "break"):
            raise QueryError.refused(
                TOO_MANY_ROWS_OR_BYTES,
                f"Limit for result exceeded, max {name}: {limit}, current {name}: {found}.",
            )


def _summary(result: Any, size: int, started_ns: int) -> dict[str, str]:
    """Tell ClickHouse's counters; `written_rows` counts rows of materialised views too, as a server does."""
    return {
        "read_rows": str(result.storage_rows_read()),
        "read_bytes": str(result.storage_bytes_read()),
        "written_rows": str(result.rows_written()),
        "written_bytes": str(result.bytes_written()),
        "result_rows": str(result.rows_read()),
        "result_bytes": str(size),
        "elapsed_ns": str(time.perf_counter_ns() - started_ns),
    }


def _quoted(text: str, quote: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return f"{quote}{escaped}{quote}"
