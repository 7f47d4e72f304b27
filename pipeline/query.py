"""Read-only SQL for people: one statement that reads the history and nothing else, bounded."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.history.client import DATABASE
from connectors.history.server.errors import QueryError
from connectors.history.server.readonly import check_reader
from pipeline.errors import UsageError

_LIMITS = {
    "readonly": 2,
    "max_execution_time": 60,
    "max_result_rows": 1_000_000,
    "result_overflow_mode": "throw",
}
# those that are functions of values too are named by `check_reader` itself
_OUTWARD = (
    "SELECT lower(name) FROM system.table_functions WHERE NOT allow_readonly"
    " AND name NOT IN ('zeros', 'zeros_mt') AND name NOT IN (SELECT name FROM system.functions)"
)
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
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


def run_query(client: Client, query: str) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    """Run one query that only reads; returns column names and rows. Raises `UsageError` with the database's words.

    `readonly` alone lets pass what reaches files, and in this process nothing else stands before them.
    """
    if not query.strip():
        raise UsageError("the query is empty; write one SELECT")
    try:
        outward = frozenset(name for (name,) in client.query(_OUTWARD).result_rows)
        check_reader(_Parser(client), query.encode(), DATABASE, outward)
        if re.search(r"\bINTO\s+OUTFILE\b", _QUOTED.sub("''", query), re.IGNORECASE):
            raise UsageError("the history refused the query: it writes a file; send the output there instead")
        result = client.query(query.strip().rstrip(";"), settings=_LIMITS)
    except (ClickHouseError, QueryError) as e:
        first = str(e).strip().splitlines()[0]
        raise UsageError(f"the history refused the query: {first[:500]}") from None
    return result.column_names, result.result_rows
