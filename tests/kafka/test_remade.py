"""Topics that are deleted and made again under live processes: nothing is believed that speaks of a life before."""

import pytest

from connectors.kafka.changelog import lives_header
from connectors.kafka.client import admin
from connectors.kafka.cluster import FOLD_STATES, Cluster
from connectors.kafka.topics import apply_topics, incarnations
from connectors.log.port import DERIVED, FACTS
from pipeline.runtime.kafka.exits import TRY_AGAIN
from pipeline.runtime.kafka.fold import fold_loop
from projections.accounts.shard import META_KEY
from tests.kafka.city import city
from tests.kafka.contents import WITHIN_S, Contents, until
from tests.kafka.test_loop import run
from tests.kafka.worker_process import RULESET
from tests.kafka_plugin import PARTITIONS

FEW = 3


def remake(cluster: Cluster, topic: str) -> None:
    """Delete a topic and make it again, as somebody does who runs the wrong command."""
    before = incarnations(cluster)[topic]
    with admin(cluster) as client:
        client.delete_topics([cluster.topic(topic)])
        until(lambda: cluster.topic(topic) not in client.list_topics())
    apply_topics(cluster, partitions=PARTITIONS)
    assert before != incarnations(cluster)[topic]


def fold(contents: Contents) -> None:
    run(fold_loop(contents.cluster, RULESET, session_timeout_s=6), contents.is_worked_off)


def check(contents: Contents) -> None:
    """Assert that every event is there that follows from the facts, and no other, and that the states are whole."""
    derived, states = contents.folded(RULESET)
    assert [set(of) for of in derived] == [set(of) for of in contents.derived()]
    assert states == contents.states()
    assert any(derived)


@pytest.mark.slow
def test_workers_whose_changelog_was_made_again_end_and_fold_anew(contents, start_worker):
    """Two live ones: each ends with 75, and their successors leave no alert out and no state."""
    facts = list(city(40, 20))
    contents.append(facts[:600])
    workers = [start_worker(contents.cluster, "worker", "--session-timeout", 6) for _ in range(2)]
    until(contents.is_worked_off, 2 * WITHIN_S)
    until(lambda: all(worker.said("partitions taken over") for worker in workers))
    remake(contents.cluster, FOLD_STATES)
    contents.append(facts[600:700])
    assert [TRY_AGAIN] * 2 == [worker.code() for worker in workers]
    contents.append(facts[700:])
    start_worker(contents.cluster)
    until(contents.is_worked_off)
    check(contents)


@pytest.mark.slow
def test_the_part_of_the_states_that_a_live_worker_wrote_into_a_new_changelog_is_not_believed(contents):
    """What it knew of accounts that were quiet since is not there, and an alert of theirs would be lost for good."""
    facts = list(city(40, 20))
    contents.append(facts[:600])
    fold(contents)
    before, lives = contents.states(), incarnations(contents.cluster)
    remake(contents.cluster, FOLD_STATES)
    note = lives_header({topic: str(lives[topic]) for topic in (FACTS, DERIVED, FOLD_STATES)})
    for partition, states in enumerate(before):
        part = [(key.encode(), states[key]) for key in sorted(states)[1:FEW]]
        contents.append_raw(partition, part, FOLD_STATES)
        contents.append_raw(partition, [(b"", states[META_KEY])], FOLD_STATES, [note])
    contents.append(facts[600:])
    fold(contents)
    check(contents)


@pytest.mark.slow
def test_what_was_derived_is_derived_again_where_its_topic_was_made_again(contents):
    """The states remember alerts as raised that nobody can read any more."""
    facts = list(city(40, 20))
    contents.append(facts[:600])
    fold(contents)
    remake(contents.cluster, DERIVED)
    contents.append(facts[600:])
    fold(contents)
    check(contents)


@pytest.mark.slow
def test_a_position_among_the_facts_of_before_says_nothing_of_those_of_now(contents):
    """Though as many stand there, so that it looks like one of theirs."""
    facts = list(city(40, 20, seed=1))
    contents.append(facts)
    fold(contents)
    remake(contents.cluster, FACTS)
    remake(contents.cluster, DERIVED)
    contents.append(city(40, 20, seed=2))
    contents.append(facts)
    fold(contents)
    check(contents)


def test_a_loop_ends_when_its_source_was_made_again(contents):
    """It would go on reading at an offset of the life before."""
    contents.append(list(city(5, 20)))
    loop = fold_loop(contents.cluster, RULESET, session_timeout_s=6)
    remade: list[bool] = []

    def remake_once_worked_off() -> bool:
        if not remade and contents.is_worked_off():
            remake(contents.cluster, FACTS)
            contents.append(list(city(10, 20)))
            remade.append(True)
        return False

    with pytest.raises(Exception, match=r"made again|out of range|no topic"):
        run(loop, remake_once_worked_off)
    assert remade
