"""What a run says and does where PostgreSQL is not there, and where it must be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WITHOUT = """
import tests.postgres_cluster as cluster

def program(name):
    raise cluster.MissingError(f"no PostgreSQL: {name} is not there")

cluster.program = program
"""
TESTS = """
def test_on_postgres(postgres): pass
def test_of_something_else(): pass
"""


@pytest.fixture
def run(tmp_path):
    """Run a small suite under the plugin, on a system without PostgreSQL."""

    def run(**environment: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "conftest.py").write_text(f'pytest_plugins = ["tests.postgres_plugin"]\n{WITHOUT}')
        (tmp_path / "test_suite.py").write_text(TESTS)
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        kept |= {"CI": "", "XUNCHA_REQUIRE_POSTGRES": "", "PYTHONPATH": str(ROOT)}
        kept |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # those of libraries take longer than the suite
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs"],
            cwd=tmp_path,
            env=kept | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_without_postgres_the_rest_runs_and_the_summary_says_what_is_missing(run):
    """Somebody without PostgreSQL sees that the suite was not whole, and why."""
    done = run()
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 skipped" in done.stdout
    assert "no PostgreSQL: initdb is not there" in done.stdout


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"XUNCHA_REQUIRE_POSTGRES": "1"}])
def test_where_postgres_is_required_a_missing_one_is_an_error(run, environment):
    """CI cannot turn green without it."""
    done = run(**environment)
    assert done.returncode == 1
    assert (
        "PostgreSQL tests are required here, but there is no PostgreSQL: initdb is not there" in done.stdout
    )
