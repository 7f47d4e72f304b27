"""Homes that take long to make: one worker of a run makes each, tidy, and every worker has a copy of it."""

import fcntl
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.copied import copied
from tests.tidy_history import tidy

PART = re.compile(r"(?P<partition>.+?)_(?P<first>\d+)_(?P<last>\d+)_(?P<level>\d+)(?:_(?P<mutation>\d+))?")
"""The name of a part of a table: which blocks of which partition it holds, merged how often, as of which change."""


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a copy of the folder that `make` fills, which is this process's own; the name is this folder's alone.

    Who comes while another worker makes it waits. What was not made to its end is begun anew by the next.
    """
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    model, making = shared / f"model-{name}", shared / f"making-{name}"
    with (shared / f"lock-{name}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not model.exists():
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            make(making)
            for history in (*making.glob("history"), *making.glob("*/history")):
                tidy(history)
            without_merged_parts(making)
            making.rename(model)
        copy = factory.mktemp(name) / name
        copied(model, copy)
    return copy


def without_merged_parts(folder: Path) -> None:
    """Remove parts of tables that were merged into others: an engine keeps them for minutes, and homes are copied.

    They are two thirds of the files of an empty home. Whoever has a history in there open lets it go when it is read.
    """
    for table in folder.glob("**/store/*/*"):
        parts = [(path, found) for path in table.iterdir() if (found := PART.fullmatch(path.name))]
        for path, part in parts:
            if any(_is_merged_into(part, other) for _, other in parts if other is not part):
                shutil.rmtree(path)


def _is_merged_into(part: re.Match[str], other: re.Match[str]) -> bool:
    def place(of: re.Match[str]) -> tuple[int, int, int, int]:
        return -int(of["first"]), int(of["last"]), int(of["level"]), int(of["mutation"] or 0)

    return part["partition"] == other["partition"] and all(map(int.__le__, place(part), place(other)))
