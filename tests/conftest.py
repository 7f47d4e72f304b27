"""Settings of all tests.

Hypothesis: the same examples on every run; `make test-long` draws more of them, and new ones. Temporary homes lie in
memory where there is room: few tests are about the disk, and those mount or limit one of their own.
"""

import gc
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from connectors.history.server import spawn
from tests.fork_server import Process

pytest_plugins = ["tests.kafka_plugin", "tests.postgres_plugin", "tests.chromium_plugin"]

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, print_blob=True, suppress_health_check=_SLOW
)
settings.register_profile("long", settings.get_profile("ci"), derandomize=False, max_examples=2000)


_MEMORY = Path("/dev/shm")  # noqa: S108 (below it pytest makes a folder that nobody else may enter)
_ROOM_BYTES = 6 << 30
_TEMPORARY = "PYTEST_DEBUG_TEMPROOT"


def _is_long(config: pytest.Config) -> bool:
    return str(config.getoption("markexpr")) == "long"


_SUBPROCESS = SimpleNamespace(
    Popen=Process, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
)


def pytest_configure(config: pytest.Config) -> None:
    os.environ.pop("LC_ALL", None)
    os.environ["LC_MESSAGES"] = "C"  # tests read English, wherever they run
    spawn.subprocess = _SUBPROCESS  # the servers that tests start are forked, like the program's own
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("long" if _is_long(config) else "ci"))
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES:
        os.environ.setdefault(_TEMPORARY, str(_MEMORY))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let `-m long` run the property tests, too, with the examples of its profile, and what has larger inputs there."""
    for item in items if _is_long(config) else ():
        if is_hypothesis_test(getattr(item, "function", None)) or item.get_closest_marker("larger"):
            item.add_marker(pytest.mark.long)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect no garbage while tests are collected: what that makes stays to the end, out of every later collection."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()
