"""Scored rounds out of one history and into another, as they were stored."""

from collections.abc import Iterator
from uuid import UUID

import pyarrow as pa
from clickhouse_connect.driver.client import Client

from connectors.history.copies import PAGE_ROWS

RUNS = pa.schema(
    [
        ("run_id", pa.binary(16)),
        ("scored_at", pa.timestamp("us", "UTC")),
        ("check_point", pa.timestamp("us", "UTC")),
        ("known_at", pa.timestamp("us", "UTC")),
        ("quarter", pa.string()),
        ("ruleset", pa.string()),
        ("checked", pa.uint32()),
        ("passed", pa.uint32()),
        ("failed", pa.uint32()),
        ("unknown", pa.uint32()),
        ("digest", pa.string()),
        ("manifest_hash", pa.string()),
        ("manifest", pa.string()),
    ]
)
VERDICT_ROWS = pa.schema(
    [
        ("run_id", pa.binary(16)),
        ("account_id", pa.string()),
        ("given_id", pa.string()),
        ("name", pa.string()),
        ("platform", pa.string()),
        ("owner", pa.string()),
        ("tier", pa.string()),
        ("area", pa.string()),
        ("verdict", pa.string()),
        ("reason", pa.string()),
        ("freshness", pa.string()),
        ("newest_post_at", pa.timestamp("us", "UTC")),
        ("whole_days_silent", pa.int32()),
        ("points", pa.int32()),
        ("row", pa.string()),
    ]
)


def read_runs(client: Client) -> pa.Table:
    """Return every complete run, oldest first."""
    names = ", ".join(RUNS.names)
    return client.query_arrow(
        f"SELECT {names} FROM runs ORDER BY scored_at, run_id LIMIT 1 BY run_id"  # noqa: S608 (own names)
    ).cast(RUNS)


def verdict_pages(client: Client, run_id: UUID) -> Iterator[pa.Table]:
    """Yield the rows of a run by account; one that stands twice, after a crash, once."""
    names = ", ".join(VERDICT_ROWS.names)
    after = ""
    while True:
        page = client.query_arrow(
            f"SELECT {names} FROM verdict_rows WHERE run_id = {{r:UUID}} AND account_id > {{a:String}}"  # noqa: S608
            " ORDER BY account_id LIMIT 1 BY account_id LIMIT {n:UInt32}",
            parameters={"r": run_id, "a": after, "n": PAGE_ROWS},
        )
        if not page.num_rows:
            return
        yield page.cast(VERDICT_ROWS)
        after = page.column("account_id")[-1].as_py()
