"""What a sink notes of a batch in its group, and whom it binds."""

import pytest

from connectors.history.heads import Head
from connectors.history.writer import Range
from connectors.kafka.offsets import Committed
from connectors.log.port import DERIVED, FACTS
from pipeline.runtime.kafka.plans import MOST_RANGES, Plan, binding, plan_of

LIFE = "4a4d2f35-5a41-4b5e-9a0c-1f6f1f2f3a4b"
PLAN = Plan(FACTS, LIFE, (Range(0, 10, 17), Range(2, 5, 9)))
BROKERS_TAKE = 4096


@pytest.mark.parametrize("partition", [0, 2])
def test_each_partition_of_a_plan_tells_all_of_it(partition):
    """Whoever holds one of them finishes the batch."""
    begin = PLAN.begins()[FACTS, partition]
    assert plan_of((FACTS, partition), Committed(begin, PLAN.note())) == PLAN


def test_a_note_of_the_former_form_is_a_plan_of_one_partition():
    """Its token is the one that the former program sent."""
    plan = plan_of((DERIVED, 3), Committed(10, f"17 {LIFE}"))
    assert plan == Plan(DERIVED, LIFE, (Range(3, 10, 17),))
    assert plan.token == f"{LIFE}/derived/3:10-17"


def test_a_former_program_sees_no_plan_in_a_note():
    """It would take the part of one partition for the whole, under another token."""
    assert not PLAN.note().partition(" ")[0].isdecimal()


NO_PLANS = (
    "",
    "batch",
    f"batch {LIFE}",
    f"batch {LIFE} 0:10",
    f"batch {LIFE} 0:10-17,x",
    f"batch {LIFE} 1:10-17",
    f"batch {LIFE} 0:9-17",
    f"other {LIFE} 0:10-17",
    "2021-06-01T00:00:00Z",
)


@pytest.mark.parametrize("note", NO_PLANS)
def test_what_is_no_note_of_a_plan_is_none(note):
    """Nothing, a position alone, something cut off, or what speaks of another partition or offset."""
    assert plan_of((FACTS, 0), Committed(10, note)) is None


def test_the_longest_note_fits():
    """As many partitions as a batch may have, each with the greatest number and offsets that there are."""
    last = 2**63 - 1
    plan = Plan(FACTS, LIFE, tuple(Range(65_535 - n, last - 1, last) for n in range(MOST_RANGES)))
    assert len(plan.note().encode()) < 0.9 * BROKERS_TAKE
    place = (FACTS, 65_535)
    assert plan_of(place, Committed(last - 1, plan.note())) == plan


def test_a_plan_binds_whoever_has_one_of_its_partitions():
    """And the partition still ends where the plan begins, in the life of the topic that it speaks of."""
    plans = {(FACTS, 0): PLAN, (FACTS, 2): PLAN}
    heads = {(FACTS, 0): Head(10), (FACTS, 2): Head(5)}
    lives = {FACTS: LIFE, DERIVED: LIFE}
    assert binding(plans, [(FACTS, 0)], heads, lives) == {PLAN}
    assert binding(plans, [(FACTS, 0), (FACTS, 2)], heads, lives) == {PLAN}
    assert binding(plans, [(FACTS, 1), (DERIVED, 0)], heads, lives) == set()
    assert binding(plans, [(FACTS, 0)], heads | {(FACTS, 0): Head(17)}, lives) == set()
    assert binding(plans, [(FACTS, 0)], heads, lives | {FACTS: "next life"}) == set()


def test_a_plan_is_open_where_none_of_its_partitions_has_gone_on():
    """One that nothing was ever stored of begins at 0."""
    assert PLAN.is_open({(FACTS, 0): Head(10), (FACTS, 2): Head(5)})
    assert not PLAN.is_open({(FACTS, 0): Head(10), (FACTS, 2): Head(6)})
    assert Plan(FACTS, LIFE, (Range(0, 0, 3),)).is_open({})
