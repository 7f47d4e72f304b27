"""The short form of `make voice-crash` in a folder; tests/kafka has the one on Kafka."""

import pytest

from tests.voice_crash.run import Plan, run_embedded


@pytest.mark.slow
def test_nobody_misses_an_alert_though_the_notifier_dies(tmp_path):
    """Five kills: every alert came, and only those came twice that were in flight at a kill."""
    said: list[str] = []
    counted = run_embedded(Plan(kills=5, alerts=60, takes_s=0.01, lives_s=0.1), tmp_path, said.append)
    assert counted.holds, (counted, said)
