"""The posts of a round reduced by the history, DuckDB and Polars: newest live post and weeks with posts an account.

A process of its own: it prints one JSON object, processor time in seconds of all threads, the least of three runs; null
for a library that is not there (group `bench` of pyproject.toml). The others read the same rows from Parquet files, and
what they find has to be what the history finds.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.client import open_embedded
from connectors.history.measures import measure_posts
from connectors.history.migrate import migrate
from events.instants import to_micros
from projections.rules.period import quarter_of
from tests.bench.generate import QUARTER_END, fill_quarter

WEEK_US = 7 * 86_400_000_000
RUNS = 3
PERIOD = quarter_of(QUARTER_END)
KNOWN_AT = QUARTER_END + timedelta(days=2)
T, K, MASK = to_micros(PERIOD.check_point), to_micros(KNOWN_AT), (1 << PERIOD.weeks) - 1

Row = tuple[int, int, int, int, int]
"""Key of the account, newest post in microseconds, its id in two halves, a bit for each week with posts."""

_POSTS = """
SELECT account_key, toUnixTimestamp64Micro(published_at) AS us, toUnixTimestamp64Micro(recorded_at) AS known_us,
    toUInt64(bitShiftRight(reinterpretAsUInt128(event_id), 64)) AS high, toUInt64(reinterpretAsUInt128(event_id)) AS low
    FROM posts"""
_VOIDS = """
SELECT account_key, toUnixTimestamp64Micro(recorded_at) AS known_us, toUnixTimestamp64Micro(void_from) AS us,
    toUInt64(bitShiftRight(reinterpretAsUInt128(post_id), 64)) AS high, toUInt64(reinterpretAsUInt128(post_id)) AS low
    FROM post_voids"""
_DUCKDB = f"""
SELECT account_key, newest.us, newest.high, newest.low, weeks & {MASK} FROM
(
    SELECT account_key, max({{'us': us, 'high': high, 'low': low}}) AS newest,
           bit_or(1::UBIGINT << least(63, ({T} - us) // {WEEK_US})::UBIGINT) AS weeks
    FROM read_parquet($posts) AS p
    WHERE known_us <= {K} AND us <= {T} AND NOT EXISTS
        (SELECT 1 FROM read_parquet($voids) AS v
         WHERE v.account_key = p.account_key AND v.high = p.high AND v.low = p.low AND v.known_us <= {K} AND v.us < {T})
    GROUP BY account_key
)
"""


def main(accounts: int, posts_each: int) -> None:
    """Fill a quarter, write its posts for the others, and measure all three."""
    with tempfile.TemporaryDirectory(prefix="xuncha-bench-") as name:
        folder = Path(name)
        posts, voids = folder / "posts.parquet", folder / "voids.parquet"
        with closing(open_embedded(folder / "history")) as client:
            migrate(client)
            fill_quarter(client, accounts, posts_each, looks_a_day=1)
            client.command("OPTIMIZE TABLE posts FINAL")
            for path, query in ((posts, _POSTS), (voids, _VOIDS)):
                client.command(f"INSERT INTO FUNCTION file('{path}', 'Parquet') {query}")
            took, wanted = least(lambda: of_history(client))
            told: dict[str, float | None] = {"history_s": took}
            for key, rows in (("duckdb_s", of_duckdb), ("polars_s", of_polars)):
                try:
                    told[key], found = least(lambda rows=rows: rows(posts, voids))  # type: ignore[misc]
                except ImportError:
                    told[key] = None
                    continue
                if sorted(found) != sorted(wanted):
                    raise RuntimeError(f"{key}: another answer than that of the history")
        sys.stdout.buffer.write(msgspec.json.encode(told))


def least(work: Callable[[], list[Row]]) -> tuple[float, list[Row]]:
    """Return the least processor time of some runs, and what the last one found."""
    took = []
    for _ in range(RUNS):
        begin = time.process_time()
        found = work()
        took.append(time.process_time() - begin)
    return min(took), found


def of_history(client: Client) -> list[Row]:
    """Ask as a round asks, which counts the updates of service accounts, too."""
    found = measure_posts(client, PERIOD.check_point, KNOWN_AT, weeks=PERIOD.weeks, service_days=28)
    return [
        (key, to_micros(m.newest_at), *_halves(m.newest_id), m.weeks)
        for key, m in found.items()
        if m.newest_at is not None and m.newest_id is not None
    ]


def _halves(id_: UUID) -> tuple[int, int]:
    """Return the second half and the first, as ClickHouse orders ids."""
    return id_.int & (1 << 64) - 1, id_.int >> 64


def of_duckdb(posts: Path, voids: Path) -> list[Row]:
    """Ask DuckDB."""
    import duckdb

    with duckdb.connect() as db:
        db.execute(_DUCKDB, {"posts": str(posts), "voids": str(voids)})
        return [(account, us, high, low, weeks) for account, us, high, low, weeks in db.fetchall()]


def of_polars(posts: Path, voids: Path) -> list[Row]:
    """Ask Polars; of two posts at the same moment it takes any."""
    import polars as pl

    void = pl.scan_parquet(voids).filter((pl.col("known_us") <= K) & (pl.col("us") < T))
    live = (
        pl.scan_parquet(posts)
        .filter((pl.col("known_us") <= K) & (pl.col("us") <= T))
        .join(void, on=["account_key", "high", "low"], how="anti")
    )
    week = pl.lit(2, pl.UInt64).pow(((T - pl.col("us")) // WEEK_US).clip(0, 63)).cast(pl.UInt64)
    newest = pl.col("us").arg_max()
    found = live.group_by("account_key").agg(
        pl.col("us").max(),
        pl.col("high").get(newest),
        pl.col("low").get(newest),
        week.bitwise_or().alias("weeks") & MASK,
    )
    return found.collect().rows()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
