"""A short part of the simulated year (python -m tests.voice_year): the laws hold."""

import pytest

from tests.projections.rulebooks import KUNSHAN
from tests.voice_year.year import Year, begin_of


@pytest.mark.slow
@pytest.mark.parametrize("cards", [False, True])
def test_nobody_gets_too_much_and_nobody_goes_stale_unwarned(cards):
    """Two months with the Spring Festival: within the limit of a day, and told of nothing that nobody can know."""
    figures = Year(KUNSHAN, 40, cards=cards, begin=begin_of(2025)).run(55)
    assert (0, 0, 0) == (figures.over_limit, figures.unwarned, figures.wrongly_told)
    assert figures.alerts > 20
    assert bool(figures.renewed) is cards
    assert figures.messages < figures.naive * (0.6 if cards else 1.0)
