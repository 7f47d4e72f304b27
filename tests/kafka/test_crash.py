"""Shorter forms of `make crash`: kills of everything, then all is compared with the pure folds."""

import pytest

from tests.crash.run import Plan, run


@pytest.mark.usefixtures("kafka_jars")
@pytest.mark.parametrize(
    "kills", [pytest.param(12, marks=pytest.mark.slow), pytest.param(30, marks=pytest.mark.long)]
)
def test_kills_lose_invent_and_double_nothing(tmp_path, kills):
    """Workers, sinks, notifiers, broker and history die or sleep at random; what is left equals an undisturbed run."""
    said: list[str] = []
    verdict = run(Plan(kills=kills, events=20_000, accounts=800, seed=30), tmp_path, say=said.append)
    assert f"kills {kills} lost 0 wrong 0 doubled 0 missing 0 digest equal" == verdict.line(), said
    assert verdict.holds
