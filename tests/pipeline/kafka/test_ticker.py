"""What the ticker closes: a moment behind facts that nobody else has closed, at most once a minute."""

from contextlib import closing

import pytest

from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from pipeline.home.ticks import tick_at
from pipeline.runtime.kafka.ticker import Closer
from tests.connectors.log.facts import START, a_marker, a_post, everything


@pytest.fixture
def log(tmp_path):
    EmbeddedLog.make(tmp_path / "log.sqlite", partitions=4)
    with closing(EmbeddedLog(tmp_path / "log.sqlite")) as log:
        yield log


def markers(log):
    return [record for record in everything(log) if b'"log.marked"' in record.value]


def test_facts_are_closed_by_one_marker_in_every_partition(log):
    """Whoever died behind facts, or wrote them from outside, needs not close them."""
    log.append([a_post(1)])
    assert Closer().close(log, now=0.0)
    assert log.partitions == len(markers(log))
    assert all(log.read(FACTS, p, end - 1, 1) for p, end in enumerate(log.end_offsets(FACTS)))


def test_nothing_is_written_where_there_is_nothing_to_close(log):
    """An empty log stays empty; behind a marker or a tick, every moment before it is closed."""
    assert not Closer().close(log, now=0.0)
    assert sum(log.end_offsets(FACTS)) == 0
    for record in (a_marker(), tick_at(START)):
        log.append([a_post(1)])
        log.append([record])
        ends = log.end_offsets(FACTS)
        assert not Closer().close(log, now=0.0)
        assert ends == log.end_offsets(FACTS)


def test_a_moment_is_closed_once_a_minute_at_most(log):
    """Facts that come by the second do not make as many markers."""
    closer = Closer()
    log.append([a_post(1)])
    assert closer.close(log, now=0.0)
    log.append([a_post(2)])
    assert not closer.close(log, now=59.0)
    assert closer.close(log, now=60.0)
    assert not closer.close(log, now=120.0)
    assert not closer.close(log, now=180.0)
    assert 2 * log.partitions == len(markers(log))
