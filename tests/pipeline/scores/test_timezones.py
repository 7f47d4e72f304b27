"""The zone of the machine decides nothing."""

import re
import sys

import pytest

from tests.fork_server import run
from tests.pipeline import small_city as c
from tests.pipeline.program import WITHIN_S, environment

WHEN = re.compile(r"20(2[2-9]|[3-9]\d)-\d\d-|run_id|manifest_hash|home:")
"""What tells when and where the work was done, and ids that follow from it; the facts are of 2021."""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """The same work under two zones, as far apart as a working day."""
    return [_work(tmp_path_factory.mktemp("zone"), zone) for zone in ("America/New_York", "Asia/Shanghai")]


@pytest.mark.slow
def test_two_zones_give_identical_json(answers):
    """Accounts with dates alone, polls named in Chinese time, status, round and alerts are the same everywhere."""
    new_york, shanghai = answers
    assert "2020-01-01T23:59:59+08:00" in shanghai
    assert new_york == shanghai


def _work(folder, zone):
    home = folder / "home"
    script = [
        ("init", "--partitions", "2"),
        ("polls", "replay", str(c.recorded_polls(folder)), "--accounts", str(c.registry(folder))),
        ("findings", "import", str(c.findings(folder))),
        ("run", "--until-idle"),
    ]
    asking = [
        ("accounts", "list", "--json"),
        ("status", "--check-point", c.CHECK_POINT, "--json"),
        ("score", "--check-point", c.CHECK_POINT, "--json"),
        ("alerts", "--json"),
        ("findings", "list", "--json"),
        ("sources", "--json"),
        ("explain", c.SERVICE, "--check-point", c.CHECK_POINT, "--json"),
    ]
    program = (
        "from tests.pipeline.program import done\n"
        f"for words in {[*script, *asking]!r}: print(done({str(home)!r}, *words).out)"
    )
    ended = run([sys.executable, "-c", program], env=environment(TZ=zone), timeout=WITHIN_S)
    assert 0 == ended.returncode, ended.stderr
    return "\n".join(line for line in ended.stdout.splitlines() if not WHEN.search(line))
