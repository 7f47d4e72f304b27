"""A history as small as it can be: each table in one part, and nothing left of what the parts were merged from.

An engine keeps those for some minutes: a home that many tests copy and open would carry hundreds of files along.
"""

import shutil
from contextlib import closing
from pathlib import Path

import tests.engine  # noqa: F401 (it sets how engines are opened)
from connectors.history.client import DATABASE, open_embedded

_TABLES = "SELECT name FROM system.tables WHERE database = {d:String} AND engine LIKE '%MergeTree'"
_MERGED = "SELECT path FROM system.parts WHERE database = {d:String} AND NOT active"


def tidy(history: Path) -> None:
    """Merge the parts of every table of a history that is there, and remove what was merged.

    No process but this one has it open.
    """
    if not (history / "store").is_dir():
        return
    with closing(open_embedded(history)) as client:
        for (name,) in client.query(_TABLES, parameters={"d": DATABASE}).result_rows:
            client.command(f"OPTIMIZE TABLE {name} FINAL")
        merged = client.query(_MERGED, parameters={"d": DATABASE}).result_rows
    for (path,) in merged:
        shutil.rmtree(path)
