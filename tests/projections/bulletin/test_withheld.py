"""Severe cases in a public edition: counted in total and failed, named nowhere, and not to be found by subtraction."""

from itertools import combinations

import pytest
from msgspec.structs import replace

from events.bulletin import Extras
from events.facts import Deduction
from events.figures import Conventions
from projections.bulletin.content import content_of
from projections.bulletin.contradictions import contradictions
from projections.bulletin.material import OutsideAccount
from projections.bulletin.read_back import compare, said_of
from tests.projections.bulletin.city import COUNTY, EARLIER, FAILED, finding, material, row, silent

PLACES = (
    {"area": "市级", "platform": "微信订阅号"},
    {"area": "甲县", "tier": COUNTY, "platform": "抖音"},
    {"area": "甲县", "tier": COUNTY, "platform": "新浪微博"},
    {"area": "乙县", "tier": COUNTY, "platform": "微信订阅号"},
    {"area": "市级", "platform": "抖音"},
)
CODES = ("red-2-secrets", "red-3-harmful-content")


def severe(number, code, **fields):
    return row(number, reason=code, evidence=(finding(number, code).id,), **(FAILED | fields))


def city(hidden, **fields):
    """Return a round where a named account is silent and others fail by severe cases."""
    rows = [silent(9, 20, area="甲县", tier=COUNTY)]
    for number, place in enumerate(PLACES, 1):
        code = CODES[number % 2]
        rows.append(severe(number, code, **place) if number in hidden else row(number, **place))
    found = tuple(finding(number, code) for number in hidden for code in CODES)
    return material(*rows, findings=found, **fields)


def published(hidden, edition="public", **fields):
    return content_of(city(hidden, **fields), Conventions(), edition, extras=Extras())


def printed(content):
    """Return everything that a public edition says."""
    named = {name: [a.name for a in found] for name, found in content.named.items()}
    return content.figures.plain(), content.annex, named, content.series, content.internal


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("past", [False, True])
def test_no_subtraction_finds_an_account_that_is_not_named(count, past):
    """Brute force: whichever of the unnamed accounts fail by a severe case, the public edition says the same.

    With an earlier round of the quarter, in which one of them was named and another had its severe case.
    """
    before = (silent(1, 20, **PLACES[0]), severe(2, CODES[0], **PLACES[1]), row(3, **PLACES[2]))
    fields = {"past": (replace(EARLIER, rows=before),)} if past else {}
    worlds = [printed(published(hidden, **fields)) for hidden in combinations(range(1, 6), count)]
    assert all(world == worlds[0] for world in worlds)


def test_the_internal_edition_tells_them_apart():
    """The test above would fail on it: what is withheld stands there."""
    one, other = (printed(published(hidden, "internal")) for hidden in ((1,), (2,)))
    assert one != other


def test_they_count_in_total_and_failed():
    """One line says how many; rows and numbers do not contradict one another."""
    made = published((1, 2))
    figures = made.figures.plain()
    assert (6, 3, 3, "50.0%", 2, 1) == tuple(
        figures[n] for n in ("checked", "failed", "passed", "pass_rate", "not_named", "named")
    )
    assert {"不公开列名": 2, "监测时间点前2周内无更新": 1} == figures["failed_by_reason"]
    assert ["某号9"] == [r.name for r in made.annex]
    assert [] == contradictions(made.figures, 1)
    assert figures["failed_by_area"] == figures["pass_rate_by_tier"] == {}
    assert {"市级": 2, "甲县": 3, "乙县": 1} == figures["checked_by_area"]


def test_an_account_with_a_severe_case_beside_another_red_line_is_not_named_for_the_other():
    """Its silence is counted in no class: the class less its names would tell."""
    lines = (Deduction("red-5-silent", "", 1, 0), Deduction("red-2-secrets", "", 1, 0))
    made = content_of(
        material(silent(1, 20, deductions=lines), silent(2, 30)), Conventions(), "public", extras=Extras()
    )
    figures = made.figures.plain()
    assert (1, 1, {"某号2（微信订阅号）": 30}) == (
        figures["silent_two_weeks"],
        figures["not_named"],
        figures["silent_days"],
    )


def test_an_outside_account_with_a_severe_case_is_not_listed():
    """It counts nowhere, and a row would name it."""
    outside = OutsideAccount(
        account_id="douyin:x", name="某文旅", platform="抖音号", unit="某市", findings=(finding(9, CODES[0]),)
    )
    assert [] == [r.name for r in published((), outside=(outside,)).annex if r.name == "某文旅"]
    assert "某文旅" in [r.name for r in published((), "internal", outside=(outside,)).annex]


def test_the_checker_asks_for_the_line():
    """A document that leaves out how many it does not name is refused, and so is one that says another number."""
    made = published((1,))
    said = said_of(made)
    places = {place: [text] for place, text in said.items()}
    assert [] == compare(places, made.annex, made, said)
    without = {place: texts for place, texts in places.items() if place != "not_named"}
    (fault,) = compare(without, made.annex, made, said)
    assert "has no figure not_named that can be read back" in fault
    (fault,) = compare({**places, "not_named": ["2"]}, made.annex, made, said)
    assert "not_named is written as 2" in fault
