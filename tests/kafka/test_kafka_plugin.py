"""What a run says and does where Kafka cannot run, and where it must."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READY = "def kafka_jars(): pass"
OUT_OF_ORDER = "def kafka_jars(): pytest.skip('out of order')"
TESTS = """
def test_on_kafka(kafka_jars): pass
def test_of_something_else(): pass
"""


@pytest.fixture
def run(tmp_path):
    """Run a small suite under the plugin, with another `kafka_jars` or in a system without Java."""

    def run(
        *arguments: str, jars: str | None = None, tests: str = TESTS, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        # Under a folder named like the marker: a folder's name is a keyword of its tests.
        suite = tmp_path / "kafka"
        suite.mkdir(exist_ok=True)
        stand_in = "" if jars is None else f'@pytest.fixture(scope="session")\n{jars}\n'
        (suite / "conftest.py").write_text(
            f'import pytest\npytest_plugins = ["tests.kafka_plugin"]\n{stand_in}'
        )
        (suite / "test_suite.py").write_text(tests)
        (suite / "pytest.ini").write_text("[pytest]\nmarkers = kafka\naddopts = --strict-markers\n")
        programs = tmp_path / "bin"
        programs.mkdir(exist_ok=True)
        for name in ("bash", "cksum", "cut", "dirname"):
            if not (programs / name).exists():
                (programs / name).symlink_to(str(shutil.which(name)))
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        kept |= {"CI": "", "XUNCHA_REQUIRE_KAFKA": "", "PYTHONPATH": str(ROOT), "PATH": str(programs)}
        kept |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # those of libraries take longer than the suite
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "no:cacheprovider", "-rs", *arguments],
            cwd=suite,
            env=kept | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_without_java_the_rest_runs_and_the_summary_says_what_was_left_out(run):
    """Somebody without Java sees that the suite was not whole, and why."""
    done = run()
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 skipped" in done.stdout
    assert "left out: 1 tests on a real Kafka (kafka.sh: java is missing" in done.stdout


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"XUNCHA_REQUIRE_KAFKA": "1"}])
def test_where_kafka_is_required_a_missing_java_is_an_error(run, environment):
    """CI cannot turn green without Kafka."""
    done = run(**environment)
    assert done.returncode == 1
    assert "Kafka tests are required here, but kafka.sh: java is missing" in done.stdout


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_where_kafka_is_required_a_run_in_which_none_passed_fails(run, workers):
    """Tests that were skipped by another way than ours are no proof."""
    done = run(*workers, jars=OUT_OF_ORDER, CI="true")
    assert done.returncode == 1, done.stdout
    assert "1 passed, 1 skipped" in done.stdout
    assert "no test on a real Kafka passed, and this run requires them" in done.stdout


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_where_kafka_is_required_and_runs_all_is_well(run, workers):
    """One test that passed on a real node is what the rule asks for."""
    done = run(*workers, jars=READY, CI="true")
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
    assert "real Kafka" not in done.stdout


def test_a_run_that_was_asked_for_other_tests_is_not_hollow(run):
    """The rule looks at tests that were collected and not deselected."""
    done = run("-m", "not kafka", jars=OUT_OF_ORDER, CI="true")
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 deselected" in done.stdout


def test_the_marker_follows_from_the_fixture(run):
    """A test that reaches the jars through another fixture is marked, too."""
    tests = "import pytest\n@pytest.fixture\ndef deep(kafka_jars): pass\ndef test_deep(deep): pass\n"
    done = run("-m", "kafka", jars=READY, tests=tests + TESTS)
    assert "2 passed, 1 deselected" in done.stdout
