"""Homes that take long to make: one worker of a run makes each, tidy, and every worker has a copy of it."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tidy_history import tidy


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
            making.rename(model)
        copy = factory.mktemp(name) / name
        shutil.copytree(model, copy, symlinks=True)
    return copy
