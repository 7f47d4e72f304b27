"""Each contradiction is found when a number is changed (of 66 real bulletins, 4 contradict themselves)."""

import pytest
from msgspec.structs import replace

from events.figures import Conventions, Figure, Figures, Part
from projections.bulletin.contradictions import contradictions
from projections.bulletin.figures import figures_of
from projections.bulletin.material import OutsideAccount
from tests.projections.bulletin.city import (
    CHECK_POINT,
    COUNTY,
    DAY,
    EARLIER,
    finding,
    material,
    row,
    silent,
    unknown,
)

MUTE = finding(3, "red-7-no-interaction")
OUTSIDE = OutsideAccount(account_id="douyin:x", name="某文旅", platform="抖音号", unit="某市", unfiled=True)
SOUND = figures_of(
    material(
        silent(1, 20),
        row(2, tier=COUNTY, area="甲县", platform="抖音"),
        row(3, evidence=(MUTE.id,)),
        unknown(4),
        row(5, newest_post_at=CHECK_POINT - 9 * DAY, whole_days_silent=9),
        findings=(MUTE,),
        outside=(OUTSIDE,),
        past=(EARLIER,),
    ),
    Conventions(),
)
COUNTS = [
    "accounts_total", "checked", "checked_whole", "checked_sampled", "passed", "failed", "unknown", "not_updated",
    "silent_two_weeks", "over_seven_days", "named", "named_outside", "annex_rows",
]  # fmt: skip
RATES = ["pass_rate", "share_checked"]
SPLIT = [
    f"{name}_by_{dimension}"
    for name in ("checked", "passed", "failed", "unknown", "pass_rate")
    for dimension in ("tier", "platform", "area")
] + ["accounts_by_tier", "accounts_by_platform"]


def changed(name, change):
    return Figures(tuple(change(f) if f.name == name else f for f in SOUND.all))


def test_figures_from_rows_do_not_contradict():
    """What is derived from one set of rows holds together."""
    assert [] == contradictions(SOUND, 1)


@pytest.mark.parametrize("name", COUNTS)
def test_a_count_that_is_one_more_is_found(name):
    """Sums by tier, platform and area; checked as whole and drawn, and by outcome; named as the annex has it."""
    told = contradictions(changed(name, lambda f: replace(f, value=f.value + 1)), 1)
    assert any(name in text for text in told), told


@pytest.mark.parametrize("name", RATES)
def test_a_rate_that_its_numbers_do_not_give_is_found(name):
    """A rate is computed again from the printed numbers."""
    told = contradictions(changed(name, lambda f: replace(f, value="50.0%")), 1)
    assert any(text.startswith(name) for text in told), told


@pytest.mark.parametrize("name", SPLIT)
def test_a_part_that_is_changed_is_found(name):
    """One number of a table, whichever."""

    def change(figure):
        first, *rest = figure.parts
        value = first.value + 1 if isinstance(first.value, int) else "12.3%"
        return replace(figure, parts=(replace(first, value=value), *rest))

    assert contradictions(changed(name, change), 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [("focus_checked", 9), ("full_marks", 9), ("full_marks_all_year", 9)],
)
def test_a_part_greater_than_its_whole_is_found(name, value):
    """More of the focus list checked than it has, more full marks than passed."""
    told = contradictions(changed(name, lambda f: replace(f, value=value)), 1)
    assert any(text.startswith(f"{name} is 9, which is more than") for text in told), told


@pytest.mark.parametrize("name", ["silent_days", "slow_days", "failed_by_reason"])
def test_a_list_of_another_length_is_found(name):
    """Every account of a count is named, and none besides."""
    told = contradictions(changed(name, lambda f: replace(f, parts=(*f.parts, Part("多出的", 1)))), 1)
    assert any(name in text for text in told), told


def test_missing_figures_are_not_compared():
    """A document prints a part of the figures; what it does not print cannot contradict."""
    assert [] == contradictions(Figures((Figure("checked", 5),)), 1)
