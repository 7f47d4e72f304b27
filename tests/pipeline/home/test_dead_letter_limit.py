"""The limit of dead letters over the batches of a partition."""

import pytest

from events.envelope import Record
from pipeline.home.dead_letter_limit import BURST, WINDOW_RECORDS, BurstError, DeadLetterLimit
from projections.accounts.shard import BadRecord


def bad(offset: int) -> BadRecord:
    return BadRecord(Record(3, offset, 0, b"?"), "no event")


def test_as_many_as_the_limit_pass():
    """A hundred in one batch are let through."""
    DeadLetterLimit().check(map(bad, range(BURST)))


def test_one_more_is_a_burst_wherever_batches_end():
    """Two batches with half of them each are as bad as one with all."""
    limit = DeadLetterLimit()
    limit.check(map(bad, range(BURST)))
    with pytest.raises(
        BurstError, match="101 of 7901 records of partition 3 cannot be read, the last at offset 7900"
    ):
        limit.check([bad(7_900)])


def test_a_bad_record_now_and_then_never_becomes_a_burst():
    """What lies further back than the window counts no more."""
    limit = DeadLetterLimit()
    limit.check(map(bad, range(0, 100 * WINDOW_RECORDS, WINDOW_RECORDS // BURST)))


def test_the_window_ends_after_its_last_record():
    """The first of a hundred and one is just out of the window, or just in it."""
    DeadLetterLimit().check(map(bad, [0, *range(WINDOW_RECORDS - BURST + 1, WINDOW_RECORDS + 1)]))
    with pytest.raises(BurstError):
        DeadLetterLimit().check(map(bad, [1, *range(WINDOW_RECORDS - BURST + 1, WINDOW_RECORDS + 1)]))
