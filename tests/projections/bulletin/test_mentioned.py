"""Second mention: the internal edition marks a problem that a round within a year before told of."""

from datetime import timedelta

import pytest

from events.bulletin import Extras, Imprint
from events.facts import Deduction
from events.figures import Conventions
from projections.bulletin.content import content_of
from projections.bulletin.material import ScoredRound
from tests.projections.bulletin.city import CHECK_POINT, finding, material, row

MUTE = "red-7-no-interaction"
PLAIN = Conventions()


def notes(*, days: int, rule: str = MUTE, edition="internal") -> tuple[str, ...]:
    """Return the remarks of an account that this round finds mute, and a round so many days ago told of `rule`."""
    mute = finding(1, MUTE)
    before = ScoredRound(
        name="before",
        quarter="2022Q2",
        check_point=CHECK_POINT - timedelta(days=days),
        full_points=100,
        rows=(row(1, deductions=(Deduction(rule, "附件2", 1, 0),)),),
    )
    told = material(row(1, evidence=(mute.id,)), findings=(mute,), past=(before,))
    internal = content_of(told, PLAIN, edition, extras=Extras(), imprint=Imprint()).internal
    return internal[0].notes if internal else ()


@pytest.mark.parametrize(("days", "again"), [(1, True), (365, True), (366, False)])
def test_a_problem_told_of_within_a_year_is_marked(days, again):
    """No document gives a time for 屡改屡犯: 365 days are ours, counted between the check points."""
    assert (("一年内再次出现：未提供有效互动功能（上次2022年第二季度）",) if again else ()) == notes(
        days=days
    )


def test_another_problem_of_the_account_is_not_marked():
    """Repeated is the same problem."""
    assert () == notes(days=90, rule="yellow-9-functions")


def test_the_public_edition_has_no_marks():
    """Whether units are named for it in public is the office's decision."""
    assert () == notes(days=90, edition="public")
