"""The shorter form of `make crash`: thirty kills of everything, then all is compared with the pure folds."""

import pytest

from tests.crash.run import Plan, run


@pytest.mark.usefixtures("kafka_jars")
def test_thirty_kills_lose_invent_and_double_nothing(tmp_path):
    """Workers, sinks, notifiers, broker and history die or sleep at random; what is left equals an undisturbed run."""
    said: list[str] = []
    verdict = run(Plan(kills=30, events=20_000, accounts=800, seed=30), tmp_path, say=said.append)
    assert "kills 30 lost 0 wrong 0 doubled 0 missing 0 digest equal" == verdict.line(), said
    assert verdict.holds
