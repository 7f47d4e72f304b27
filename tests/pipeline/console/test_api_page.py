"""docs/api.md says what is true: its examples run against a server, in a shell and in Python."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from pipeline.console.app import Console, make_app
from tests.console_walk.serving import served
from tests.fork_server import run
from tests.pipeline.console.browsing import NOW
from tests.pipeline.console.city import copy_of
from tests.pipeline.console.programs import FixedTokens, Token
from tests.pipeline.console.signed_in import FixedSessions
from tests.pipeline.program import environment

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
TOKEN = Token("t-page")
pytestmark = pytest.mark.source_tree


def examples(language: str) -> list[str]:
    """Return the examples of a language, in order."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def around(city, tmp_path_factory):
    """The environment of a reader of the page."""
    home = copy_of(city, tmp_path_factory.mktemp("page"))
    console = Console(home, FixedSessions({}), now=lambda: NOW, tokens=FixedTokens(TOKEN))
    with served(make_app(console)) as base:
        yield environment(XUNCHA_URL=base, XUNCHA_TOKEN=f"xct_{TOKEN.id}")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_examples_for_a_shell_run(around):
    """A batch with one row that is refused, a hint, and a list."""
    handing_in, hinting, reading = (
        run(["sh", "-c", text], env=around, timeout=60) for text in examples("sh")
    )
    rows = json.loads(handing_in.stdout)["rows"]
    assert ["accepted", "accepted", "refused"] == [row["status"] for row in rows]
    assert "account" == rows[2]["field"]
    assert [{"status": "accepted", "index": 0}] == json.loads(hinting.stdout)["rows"]
    shown = json.loads(reading.stdout)
    assert "/accounts" == shown["path"]


def test_the_example_in_python_runs(around):
    """Nothing is refused, and done again nothing is either."""
    (text,) = examples("python")
    for _ in range(2):
        done = run([sys.executable, "-c", text], env=around, timeout=60)
        assert (0, "[]") == (done.returncode, done.stdout.strip()), done.stderr


def test_the_page_names_every_problem():
    """The table of problems has each code that programs are answered with."""
    codes = (
        "no_token",
        "not_found",
        "slow",
        "too_large",
        "wrong_type",
        "invalid",
        "too_many",
        "busy",
        "fault",
    )
    assert all(f"`{code}`" in PAGE.read_text("utf-8") for code in codes)
