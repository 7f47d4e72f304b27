from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.log.embedded import EmbeddedLog
from tests.connectors.log.contract import PARTITIONS


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    path = tmp_path / "log.sqlite"
    EmbeddedLog.make(path, partitions=PARTITIONS)
    return path


@pytest.fixture
def opened() -> Iterator[Callable[..., EmbeddedLog]]:
    """Open logs that are closed after the test."""
    logs: list[EmbeddedLog] = []

    def _open(path: Path, **options: object) -> EmbeddedLog:
        logs.append(EmbeddedLog(path, **options))  # type: ignore[arg-type]
        return logs[-1]

    yield _open
    for log in logs:
        log.close()


@pytest.fixture
def log(log_path: Path, opened: Callable[..., EmbeddedLog]) -> EmbeddedLog:
    return opened(log_path)
