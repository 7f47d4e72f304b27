"""The short way of plain facts ends where the general one does."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.envelope import Record
from events.patrol import AccountPatrolled
from projections.accounts.shard import META_KEY, Flush, Shard
from projections.rules.rulesets import Ruleset
from tests.projections.facts import ACCOUNT, DAY, event, opening
from tests.projections.histories import ALL_KINDS, COMMON, Observed, histories, records_of
from tests.projections.rulebooks import KUNSHAN, YIXING

POSTED = datetime(2021, 6, 1, 7, 0, tzinfo=UTC)


class Taken(msgspec.Struct, frozen=True):
    """A record as a client of Kafka hands it over."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


def entries_of(records: list[Record]) -> list[Taken]:
    return [Taken(r.offset, r.recorded_at // 1000, b"key %d" % r.offset, r.value) for r in records]


def one_by_one(records: list[Record], cuts: set[int], ruleset: Ruleset) -> list[Flush]:
    shard, flushes = Shard(0, ruleset), []
    for i, record in enumerate(records):
        if i in cuts:
            flushes.append(shard.flush())
        shard.apply(record)
    return [*flushes, shard.flush()]


def all_at_once(entries: list[Taken] | list[Record], cuts: set[int], ruleset: Ruleset) -> list[Flush]:
    shard = Shard(0, ruleset)
    ends = [*sorted(cut for cut in cuts if cut < len(entries)), len(entries)]
    flushes = []
    for begin, end in zip([0, *ends[:-1]], ends, strict=True):
        shard.apply_all(entries[begin:end])
        flushes.append(shard.flush())
    return flushes


def plain(flush: Flush) -> tuple[object, ...]:
    return flush.derived, flush.states, [bad.reason for bad in flush.bad], flush.next_offset


DOUBLES = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=8)
CUTS = st.sets(st.integers(0, 60), max_size=5)


def doubled(observed: list[Observed], again: list[tuple[int, int]]) -> list[Observed]:
    """Append some facts again, later in their partition."""
    doubled = list(observed)
    for first, distance in again:
        at = first % len(doubled)
        doubled.insert(min(at + 1 + distance, len(doubled)), doubled[at])
    return doubled


@pytest.mark.slow
@settings(max_examples=settings().max_examples * 2)
@given(histories(ALL_KINDS) | histories(COMMON), DOUBLES, CUTS, st.sampled_from([KUNSHAN, YIXING]))
def test_the_two_ways_lead_to_the_same(
    observed: list[Observed], again: list[tuple[int, int]], cuts: set[int], ruleset: Ruleset
) -> None:
    """Derived events, states byte by byte, positions: whatever comes between plain facts, and in whatever batches."""
    records = records_of(doubled(observed, again))
    wanted = [plain(f) for f in one_by_one(records, cuts, ruleset)]
    assert wanted == [plain(f) for f in all_at_once(entries_of(records), cuts, ruleset)]
    assert wanted == [plain(f) for f in all_at_once(records, cuts, ruleset)]


def numbered(*facts: object, begin: int = 0) -> list[Taken]:
    return entries_of(records_of([Observed(0, fact) for fact in facts]))[begin:]


def looked(at: datetime, key: str = "") -> object:
    return event(AccountPatrolled(shows_from=POSTED - 20 * DAY), at, key)


def test_a_look_that_comes_again_is_not_written_again():
    """The changelog need not hear of a fact that changes nothing; the position moves on all the same."""
    shard = Shard(0, KUNSHAN)
    facts = [opening(POSTED - 100 * DAY), looked(POSTED), looked(POSTED)]
    shard.apply_all(numbered(*facts)[:2])
    first = shard.flush()
    shard.apply_all(numbered(*facts))
    again = shard.flush()
    assert ([ACCOUNT, META_KEY], [META_KEY]) == ([k for k, _ in first.states], [k for k, _ in again.states])
    assert (2, 3) == (first.next_offset, again.next_offset)


def test_what_cannot_be_read_keeps_its_key():
    """A dead letter is looked for by the key of its record, whose batch is long gone by then."""
    shard = Shard(3, KUNSHAN)
    shard.apply_all([Taken(0, 7, b"k", b"{"), Taken(1, 7, None, None)])
    (first, second) = shard.flush().bad
    assert (Record(3, 0, 7_000, b"{"), b"k") == (first.record, first.key)
    assert (Record(3, 1, 7_000, b""), None) == (second.record, second.key)


def test_entries_below_the_position_have_been_applied():
    """Design promise 6: a batch that is read again has one effect."""
    shard = Shard(0, KUNSHAN)
    entries = numbered(opening(POSTED - 100 * DAY), looked(POSTED), looked(POSTED + DAY, "2"))
    shard.apply_all(entries)
    before = shard.state(ACCOUNT)
    shard.flush()
    shard.apply_all(entries)
    assert (before, 3) == (shard.state(ACCOUNT), shard.next_offset)
    assert [META_KEY] == [key for key, _ in shard.flush().states]
