"""The short form of `make voice-crash` on Kafka."""

import pytest

from tests.voice_crash.run import Plan, run_on_kafka


@pytest.mark.slow
def test_nobody_misses_an_alert_though_the_notifier_dies(tmp_path, broker):
    """Five kills: every alert came, and only those came twice that were in flight at a kill."""
    said: list[str] = []
    plan = Plan(kills=5, alerts=100, takes_s=0.03, lives_s=2.5)
    counted = run_on_kafka(plan, tmp_path, broker, said.append)
    assert counted.holds, (counted, said)
