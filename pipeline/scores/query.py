"""Read-only SQL for people: one statement that reads the history and nothing else, bounded."""

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.history.client import DATABASE
from connectors.history.server.auth import User
from connectors.history.server.errors import QueryError
from connectors.history.server.readonly import OUTWARD_TABLE_FUNCTIONS, check_reader
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Door, Home

_MAX_ROWS = 1_000_000
_LIMITS = {
    "readonly": 2,
    "max_execution_time": 60,
    "max_memory_usage": 1_000_000_000,
    "max_result_bytes": 250_000_000,
    "max_result_rows": _MAX_ROWS,
    "result_overflow_mode": "throw",
}
_ASK_LESS = message("group, or add LIMIT")
_BROKEN_OFF = "unrecognized data found in stream"  # what the client makes of an answer that ends in an error
_ESCAPE = re.compile(r"\\([\\tn])")
_PLAIN = {"\\": "\\", "t": "\t", "n": "\n"}


class _Parser:
    """Lets the engine parse a statement for `check_reader`, which writes its parameters as the engine reads them."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._answer = b""

    def query(self, sql: str, fmt: str, *, params: Mapping[str, str]) -> "_Parser":
        plain = {name: _ESCAPE.sub(lambda m: _PLAIN[m[1]], value) for name, value in params.items()}
        self._answer = self._client.raw_query(sql, parameters=plain, fmt=fmt)
        return self

    def bytes(self) -> bytes:
        return self._answer


def run_query(home: Home, client: Client, query: str) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    """Run one query that only reads; returns column names and rows. Raises `UsageError` with the database's words.

    `client` is the open history of the home. Where another process owns it, its door is asked as the user
    who only reads. In this process, and on a server, `readonly` alone lets pass what reaches files, and what
    lifts the limits in a clause of the query; so the door's check runs here, over the text as the engine writes it.
    """
    query = query.strip().rstrip(";")
    if not query:
        raise UsageError(message("the query is empty; write one SELECT"))
    door = home.door()
    try:
        if door is None:
            outward = frozenset(name for (name,) in client.query(OUTWARD_TABLE_FUNCTIONS).result_rows)
            check_reader(_Parser(client), query.encode(), DATABASE, outward)
            result = client.query(query, settings=_LIMITS)
        else:
            with closing(_reader(door)) as reader:
                result = reader.query(query)
    except (ClickHouseError, QueryError) as e:
        first = str(e).strip().partition("\n")[0] or type(e).__name__
        if first.startswith(_BROKEN_OFF):
            first = message("its answer grew beyond the limits; {ask_less}", ask_less=_ASK_LESS)
        raise UsageError(message("the history refused the query: {first}", first=first[:500])) from None
    if len(result.result_rows) > _MAX_ROWS:
        # the engine looks from block to block, and one block may be above the limit by itself
        raise UsageError(
            message(
                "the history refused the query: more than {max_rows} rows; {ask_less}",
                max_rows=_MAX_ROWS,
                ask_less=_ASK_LESS,
            )
        )
    return result.column_names, result.result_rows


def _reader(door: Door) -> Client:
    return clickhouse_connect.get_client(
        host="127.0.0.1",
        port=door.port,
        username=User.READER.value,
        password=door.reader_token,
        database=DATABASE,
        tz_mode="aware",
    )
