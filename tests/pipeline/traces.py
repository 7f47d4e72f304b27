"""Whatever a home and its exports hold, for tests that look for traces of people in it."""

from pathlib import Path

import pyarrow.parquet as pq

from pipeline.home.folder import Home


def files_of(folder: Path) -> bytes:
    return b"".join(f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file())


def texts_of_history(home: Path) -> str:
    """Return every text of every table and view of the history."""
    texts = []
    with Home(home).history() as (client, _):
        found = client.query(
            "SELECT table, groupArray(name) FROM system.columns"
            " WHERE database = currentDatabase() AND match(type, 'String|JSON|Tuple|Map|Array') GROUP BY table"
        )
        for table, columns in found.result_rows:
            listed = ", ".join(f"toString(`{column}`)" for column in columns)
            texts.append(str(client.query(f"SELECT {listed} FROM `{table}`").result_rows))
    assert len(texts) > 10
    return "".join(texts)


def texts_of_export(folder: Path) -> str:
    """Return every cell of every table of an export."""
    found = [str(pq.read_table(f).to_pylist()) for f in sorted(folder.rglob("*.parquet"))]
    assert found
    return "".join(found)
