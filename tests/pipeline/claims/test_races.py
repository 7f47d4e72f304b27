"""Two at once: of each pair one wins, the log holds one fact, and nothing is left over; with real processes."""

import pytest

from tests.pipeline.claims.office import (
    Office,
    races_for_decisions,
    races_for_filings,
    races_for_numbers,
    races_for_rounds,
)

SHORT, LONG = 5, 50
RUNTIMES = ("running_office", "kafka_office")


def races(office: Office, count: int, folder) -> None:
    """Race for every pair: names of rounds, draws, freezes, decisions, opinions, filings, numbers of bulletins."""
    names = races_for_rounds(office, [f"r{n}" for n in range(count)])
    races_for_decisions(office, names[0], count)
    races_for_filings(office, count)
    races_for_numbers(office, names, folder)
    office.assert_nothing_is_left()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_of_two_at_once_one_wins_and_nothing_is_left_over(request, runtime, tmp_path):
    """Definitions, what must hold once: through the door of `xuncha run`, and on Kafka from two homes."""
    races(request.getfixturevalue(runtime), SHORT, tmp_path / "out")


def test_of_two_at_once_one_wins_in_a_home_that_nobody_runs(lone_office, tmp_path):
    """Commands take turns there, and the second of two is told of the first just so."""
    races(lone_office, 1, tmp_path / "out")


@pytest.mark.long
@pytest.mark.parametrize("runtime", ["lone_office", *RUNTIMES])
def test_of_two_at_once_one_wins_fifty_times(request, runtime, tmp_path):
    """The same, ten times as often."""
    races(request.getfixturevalue(runtime), LONG, tmp_path / "out")
