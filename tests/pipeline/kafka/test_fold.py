"""The folds as the task of a partition loop: what a transaction holds of them, and a change of the ruleset."""

import asyncio
from collections.abc import Iterable

import pytest

from events.codec import CODEC, encode_event
from events.envelope import Record
from pipeline.home.dead_letter_limit import BURST, BurstError
from pipeline.home.rulesets import find_ruleset
from pipeline.runtime.kafka.fold import FoldTask
from projections.accounts.shard import META_KEY, folded_under
from tests.kafka.city import city

NEW, OLD = (find_ruleset(name).ruleset for name in ("jiangsu-kunshan-2019-162", "national-2019-19"))
RECORDS = [Record(0, offset, 0, encode_event(event)) for offset, event in enumerate(city(30, 20))]


class Changelog(dict[str, bytes]):
    """What stands in the changelog after the transactions so far."""

    def work(self, ruleset, records: Iterable[Record], batch: int = 100) -> list[bytes]:
        """Work records off as one process does, in batches; returns the derived events."""
        task = FoldTask(0, ruleset, dict(self))
        waiting = [r for r in records if r.offset >= task.next_offset]
        derived = []
        for begin in range(0, len(waiting), batch):
            for record in waiting[begin : begin + batch]:
                task.take(record)
            flush = asyncio.run(task.finish())
            assert flush.next_offset == task.next_offset
            self.update(flush.states)
            for key in [key for key, state in self.items() if not state]:
                del self[key]
            derived += [encode_event(event) for event in flush.derived]
        return derived


def test_states_and_position_go_on_from_the_changelog():
    """Two processes one after another leave the states that one leaves."""
    one, two = Changelog(), Changelog()
    derived = one.work(NEW, RECORDS)
    parts = two.work(NEW, RECORDS[:333]) + two.work(NEW, RECORDS)
    assert one == two
    assert sorted(derived) == sorted(parts)


def test_the_position_is_the_last_state_of_a_batch():
    """Whoever reads part of a batch must not take the rest for done."""
    task = FoldTask(0, NEW, {})
    for record in RECORDS[:50]:
        task.take(record)
    assert META_KEY == asyncio.run(task.finish()).states[-1][0]


@pytest.mark.parametrize("through", [1, 5, 40, len(RECORDS)])
def test_states_of_another_ruleset_never_mix_with_new_ones(through):
    """However far a refold came before it was cut off, the next process ends where one without a past ends."""
    wanted = Changelog()
    wanted.work(NEW, RECORDS)
    changelog = Changelog()
    changelog.work(OLD, RECORDS)
    changelog.work(NEW, RECORDS[:through], batch=through)
    assert NEW.label == folded_under(changelog)
    changelog.work(NEW, RECORDS)
    assert wanted == changelog


def test_a_refold_takes_the_old_states_away_in_its_first_transaction():
    """Every key that it does not write anew is emptied there; later ones have nothing left to do."""
    before = _folded(OLD)
    task = FoldTask(0, NEW, dict(before))
    assert 0 == task.next_offset
    task.take(RECORDS[0])
    first = dict(asyncio.run(task.finish()).states)
    assert before.keys() == first.keys()
    assert {META_KEY, CODEC.decode(RECORDS[0].value).subject} == {
        key for key, state in first.items() if state
    }
    task.take(RECORDS[1])
    assert 2 == len(asyncio.run(task.finish()).states)


def _folded(ruleset) -> Changelog:
    changelog = Changelog()
    changelog.work(ruleset, RECORDS)
    return changelog


def test_a_burst_hands_nothing_out():
    """Neither letters nor a position: the error leaves `finish` before anything is handed out."""
    task = FoldTask(0, NEW, {})
    for offset in range(BURST + 1):
        task.take(Record(0, offset, 0, b"no event"))
    with pytest.raises(BurstError):
        asyncio.run(task.finish())


@pytest.mark.parametrize("remade", [None, {"fold-states"}, {"facts"}, {"derived", "facts"}])
def test_states_whose_position_speaks_of_other_topics_are_folded_anew(remade):
    """Made again since, or nobody can tell: what is not there may be an account, and an alert of it."""
    before = _folded(NEW)
    part = {key: before[key] for key in [*sorted(before)[1:3], META_KEY]}
    task = FoldTask(0, NEW, dict(part), remade)
    assert 0 == task.next_offset
    task.take(RECORDS[0])
    assert part.keys() <= dict(asyncio.run(task.finish()).states).keys()


def test_states_without_a_position_are_folded_anew():
    """Nobody can say how far they were folded."""
    before = _folded(NEW)
    del before[META_KEY]
    assert 0 == FoldTask(0, NEW, dict(before), None).next_offset
    assert len(RECORDS) == FoldTask(0, NEW, _folded(NEW), ()).next_offset
