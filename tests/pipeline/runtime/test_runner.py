"""The embedded runner: dead letters one by one, and the burst that stops it."""

import pytest

from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS, LogError
from pipeline.home.dead_letter_limit import BURST
from pipeline.home.rulesets import find_ruleset
from pipeline.runtime.embedded.runner import Runner

RULESET = find_ruleset("national-2019-19").ruleset


@pytest.fixture
def log(tmp_path):
    EmbeddedLog.make(tmp_path / "log.sqlite", partitions=1)
    log = EmbeddedLog(tmp_path / "log.sqlite")
    yield log
    log.close()


def write_bad(log, count):
    with log.transaction():
        log.write(FACTS, {0: [b"no event %d" % i for i in range(count)]})


def test_a_few_unreadable_records_become_dead_letters(log):
    """The position moves on, and each is kept with its place and bytes."""
    write_bad(log, 3)
    assert 3 == Runner(log, RULESET).catch_up()
    assert ["partition 0 offset 0", "partition 0 offset 1", "partition 0 offset 2"] == [
        letter.place for letter in log.letters()
    ]
    assert 0 == Runner(log, RULESET).catch_up()


def test_a_burst_of_them_stops_the_run_and_takes_nothing(log):
    """A bad release must not drain the log into the dead letters."""
    write_bad(log, BURST + 1)
    with pytest.raises(LogError, match="101 of 101 records of partition 0 cannot be read"):
        Runner(log, RULESET).catch_up()
    assert [] == log.letters()
    assert 0 == Runner(log, RULESET).shards[0].next_offset
