"""Tests on a real PostgreSQL: their fixtures, and what a run without PostgreSQL says and does.

Where PostgreSQL cannot be had such tests are skipped and say so; with CI=true or XUNCHA_REQUIRE_POSTGRES=1 they fail.
"""

import os
import uuid
from collections.abc import Iterator

import pytest

from tests.postgres_cluster import Cluster, MissingError


def is_required() -> bool:
    """Whether this run must not do without PostgreSQL."""
    return os.environ.get("CI") == "true" or os.environ.get("XUNCHA_REQUIRE_POSTGRES") == "1"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The server that the tests of a process share; each takes a database of its own."""
    try:
        cluster = Cluster()
    except MissingError as e:
        if is_required():
            pytest.fail(f"PostgreSQL tests are required here, but there is {e}", pytrace=False)
        pytest.skip(str(e))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
def database(postgres: Cluster) -> str:
    """An empty database of the test's own."""
    import psycopg

    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return name
