"""Read-only SQL for people: one SELECT, bounded."""

from collections.abc import Sequence
from typing import Any

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from pipeline.errors import UsageError

_LIMITS = {
    "readonly": 2,
    "max_execution_time": 60,
    "max_result_rows": 1_000_000,
    "result_overflow_mode": "throw",
}


def run_query(client: Client, query: str) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    """Run one query that only reads; returns column names and rows. Raises `UsageError` with the database's words."""
    try:
        result = client.query(query.strip().rstrip(";"), settings=_LIMITS)
    except ClickHouseError as e:
        first = str(e).strip().splitlines()[0]
        raise UsageError(f"the history refused the query: {first[:500]}") from None
    return result.column_names, result.result_rows
