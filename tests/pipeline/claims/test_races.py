"""Two at once: of each pair one wins, the log holds one fact, and nothing is left over; with real processes."""

import os
from contextlib import closing

import pytest

from connectors.log.port import FACTS
from events.claim import bulletin_number
from events.ids import partition_of
from pipeline.home.claims import Wanted, claimed, holding
from pipeline.home.claims.attempts import kept_attempt
from pipeline.home.errors import BusyError, UsageError
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from tests.pipeline.claims.office import (
    Office,
    races_for_adoptions,
    races_for_decisions,
    races_for_filings,
    races_for_numbers,
    races_for_rounds,
)

SHORT = int(os.environ.get("XUNCHA_RACES", "2"))
"""5 in CI."""

LONG = 50
RUNTIMES = ("running_office", "kafka_office")


def races(office: Office, count: int, folder) -> None:
    """Race for every pair: names of rounds, draws, freezes, decisions, opinions, filings, numbers, adoptions."""
    names = races_for_rounds(office, [f"r{n}" for n in range(count)])
    races_for_decisions(office, names[0], count)
    races_for_filings(office, count)
    races_for_numbers(office, names, folder)
    races_for_adoptions(office, count)
    office.assert_nothing_is_left()


@pytest.mark.slow
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_of_two_at_once_one_wins_and_nothing_is_left_over(request, runtime, tmp_path):
    """Definitions, what must hold once: through the door of `xuncha run`, and on Kafka from two homes."""
    races(request.getfixturevalue(runtime), SHORT, tmp_path / "out")


@pytest.mark.slow
def test_of_two_at_once_one_wins_in_a_home_that_nobody_runs(lone_office):
    """Commands take turns there, and the second of two is told of the first just so."""
    (name,) = races_for_rounds(lone_office, ["r"])
    races_for_decisions(lone_office, name, 1)
    races_for_filings(lone_office, 1)
    lone_office.assert_nothing_is_left()


@pytest.mark.long
@pytest.mark.parametrize("runtime", ["lone_office", *RUNTIMES])
def test_of_two_at_once_one_wins_fifty_times(request, runtime, tmp_path):
    """The same, many times as often."""
    races(request.getfixturevalue(runtime), LONG, tmp_path / "out")


@pytest.mark.slow
def test_nobody_wins_by_not_seeing(kafka_office, monkeypatch):
    """An open transaction of somebody else keeps what is behind it from every reader: busy, and the claim stays.

    Once it has ended, the same command goes on under its claim.
    """
    home = Home(kafka_office.home)
    thing = bulletin_number("江府办〔2020〕1号")
    wanted = Wanted(thing, "a")
    monkeypatch.setattr(holding, "WITHIN_S", 0.5)
    with open_workspace(home) as workspace, closing(foreign(home.cluster)) as producer:
        partition = partition_of(thing.subject, workspace.log.partitions)
        producer.begin_transaction()
        producer.send(home.cluster.topic(FACTS), b"{", b"k", partition=partition).get(30)
        with pytest.raises(BusyError, match="nobody has won yet"), claimed(workspace, wanted):
            pytest.fail("held what it did not see")
        left = kept_attempt(workspace.log, thing)
        producer.abort_transaction()
        monkeypatch.setattr(holding, "WITHIN_S", 20.0)
        with pytest.raises(UsageError), claimed(workspace, wanted) as hold:
            assert (left.id,) == hold.ids
            raise UsageError("seen, and let go of")


def foreign(cluster):
    """Return a producer with transactions, as another program would have one."""
    from kafka import KafkaProducer

    producer = KafkaProducer(
        bootstrap_servers=cluster.bootstrap, transactional_id=f"{cluster.prefix}-foreign", acks="all"
    )
    producer.init_transactions()
    return producer
