"""Which tables an export consists of, beside those of the history."""

import msgspec
import pyarrow as pa

from connectors.log.dead_letters import DeadLetter

RUNS_FILE = "runs.parquet"
SEEN_FILE = "seen_items.parquet"
VALUES_FILE = "values.parquet"
LETTERS_FILE = "dead_letters.parquet"
RULESETS_FILE = "rulesets.parquet"
EVIDENCE_FILE = "evidence.parquet"

KEPT_VALUES = ("polled:", "last_tick_at")
"""Values of the connectors' memory that say what stands in the log: polls taken, and the last tick."""

SEEN = pa.schema(
    [("source", pa.string()), ("account_id", pa.string()), ("item", pa.binary()), ("told", pa.binary())]
)
SEEN_BEFORE = pa.schema([("source", pa.string()), ("account_id", pa.string()), ("item", pa.binary())])
"""What an export of an earlier release holds of them."""
VALUES = pa.schema([("key", pa.string()), ("value", pa.string())])
RULESETS = pa.schema([("name", pa.string()), ("text", pa.binary())])
EVIDENCE = pa.schema([("name", pa.string()), ("content", pa.binary())])
LETTERS = pa.schema(
    [
        ("origin", pa.string()),
        ("place", pa.string()),
        ("reason", pa.string()),
        ("raw", pa.binary()),
        ("context", pa.string()),
        ("noted_at", pa.timestamp("us", "UTC")),
        ("replayed_at", pa.timestamp("us", "UTC")),
    ]
)


def records_file(topic: str, incarnation: str, partition: int) -> str:
    """Return the name of the file of one partition of one life of a topic."""
    return f"{topic}-{incarnation}-{partition:03}.parquet"


def round_file(run_id: str) -> str:
    """Return the name of the file of a run's verdict rows."""
    return f"round-{run_id}.parquet"


def letters_table(letters: list[DeadLetter]) -> pa.Table:
    """Return dead letters as a table."""
    rows = [
        {
            "origin": letter.origin,
            "place": letter.place,
            "reason": letter.reason,
            "raw": letter.raw,
            "context": msgspec.json.encode(letter.context).decode(),
            "noted_at": letter.noted_at,
            "replayed_at": letter.replayed_at,
        }
        for letter in letters
    ]
    return pa.Table.from_pylist(rows, schema=LETTERS)


def letters_of(table: pa.Table) -> list[DeadLetter]:
    """Return the dead letters of a table."""
    return [
        DeadLetter(
            row["origin"],
            row["place"],
            row["reason"],
            row["raw"],
            msgspec.json.decode(row["context"], type=dict[str, str]),
            noted_at=row["noted_at"],
            replayed_at=row["replayed_at"],
        )
        for row in table.to_pylist()
    ]
