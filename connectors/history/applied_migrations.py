"""Which migrations an embedded history has, told without opening it: an engine writes into the folder that it opens."""

import re
import shutil
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.history.client import DATABASE, HistoryError, open_embedded
from connectors.history.migrate import STATUS, Applied, read_applied
from events.messages import message

_UUID = re.compile(r"UUID '([0-9a-f]{3})([0-9a-f-]+)'")
_PART = re.compile(r"all_(\d+)_(\d+)_(\d+)(?:_(\d+))?")
_TABLE = "schema_migrations"


def applied_in(folder: Path) -> Applied:
    """Return the migrations that the history in a folder has; nothing in it changes.

    The few rows of the status table are copied aside and read there. Raises `HistoryError` where this cannot be done.
    """
    definition = folder / "metadata" / DATABASE / f"{_TABLE}.sql"
    if not definition.exists():
        return {}
    try:
        with TemporaryDirectory(prefix="xuncha-schema-") as aside:
            return _read_aside(_data_of(folder, definition), Path(aside))
    except OSError as e:
        raise HistoryError(
            message(
                "the schema of the history in {folder} cannot be read: {error}; try it again",
                folder=folder,
                error=e,
            )
        ) from None


def _data_of(folder: Path, definition: Path) -> Path:
    found = _UUID.search(definition.read_text("utf-8"))
    if found is None:
        raise HistoryError(
            message(
                "{definition} names no table; the history was not made by this program", definition=definition
            )
        )
    return folder / "store" / found[1] / (found[1] + found[2])


def _read_aside(data: Path, aside: Path) -> Applied:
    """Read the parts of a table in an engine of its own."""
    with closing(open_embedded(aside)) as client:
        client.command(STATUS)
        detached = _data_of(aside, aside / "metadata" / DATABASE / f"{_TABLE}.sql") / "detached"
        for part in _active(data):
            shutil.copytree(part, detached / part.name)
            client.command(f"ALTER TABLE {_TABLE} ATTACH PART '{part.name}'")
        return read_applied(client)


def _active(data: Path) -> list[Path]:
    """Return the parts of a table without those that another one replaced: they are taken away minutes later.

    Their names say which blocks they hold, how often they were merged, and, behind that, up to which change.
    """
    places = {}
    for path in data.iterdir():
        if (named := _PART.fullmatch(path.name)) is not None:
            begin, end, merges, change = (int(number or 0) for number in named.groups())
            places[path] = begin, end, (merges, change)
    return [
        path
        for path, (begin, end, age) in places.items()
        if not any(b <= begin and end <= e and age < a for b, e, a in places.values())
    ]
