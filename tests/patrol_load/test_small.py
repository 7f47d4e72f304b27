import pytest

from tests.patrol_load.outage import spread_after_outage
from tests.patrol_load.run import patrol_under_load


@pytest.mark.slow
def test_every_feed_has_its_fate(tmp_path):
    """300 feeds, half of them on one host, every fault among them: the good ones are read, each other says why not."""
    load = patrol_under_load(tmp_path, 340)
    assert ([], 0) == (load.wrong, load.lost)
    assert 340 == load.figures["looks"]
    assert not load.figures["loads_history"]
    assert load.figures["peak_mb"] < 300


def test_feeds_of_a_host_do_not_come_back_together():
    """After an outage of hours no tenth of the time in which they return holds a quarter of them."""
    assert spread_after_outage(1_000) < 0.25
