"""Owners: one unit under two names, or two units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.registry.identity.owners import Owners, compare_owners
from tests.projections.registry.identity.town import called, ended, tree, unit


@pytest.mark.parametrize(
    ("stated", "known", "answer"),
    [
        ("柳溪区民政局", "柳溪区民政局", Owners.SAME),
        ("柳溪区府办", "柳溪区人民政府办公室", Owners.SAME),
        ("区民政局", "柳溪区民政局", Owners.SAME),
        ("民政局", "柳溪区民政局", Owners.SAME),
        ("柳溪区民政局", "区民政局", Owners.SAME),
        ("", "柳溪区民政局", Owners.UNSAID),
        ("柳溪区民政局", "", Owners.UNSAID),
        ("柳溪区司发局", "柳溪区司法局", Owners.SLIP),
        ("柳溪区民政局", "柳溪区教育局", Owners.DIFFERS),
        ("柳溪区第一小学", "柳溪区第二小学", Owners.DIFFERS),
        ("市民政局", "柳溪区民政局", Owners.DIFFERS),
        ("政局", "柳溪区民政局", Owners.DIFFERS),
    ],
)
def test_two_names_of_an_owner(stated, known, answer):
    """Written otherwise is the same; one slip is a correction; what else differs, nobody can know."""
    assert answer is compare_owners(stated, known, area="柳溪区")


def test_the_tree_says_who_was_renamed_and_who_took_over():
    """A renamed unit and its successor keep the accounts; a paper that is older than the tree does, too."""
    units = tree(
        unit("1", "柳溪区水务局"),
        unit("2", "柳溪区旅游局"),
        unit("3", "柳溪区文化和旅游局"),
        called("1", "柳溪区水利局"),
        ended("2", successor="3"),
    )
    for new, old in (("柳溪区水利局", "柳溪区水务局"), ("柳溪区文化和旅游局", "柳溪区旅游局")):
        assert Owners.FOLLOWS is compare_owners(new, old, units)
        assert Owners.FOLLOWS is compare_owners(old, new, units)


def test_units_that_both_stand_are_no_slip():
    """水务局 and 商务局 are one character apart, and two units."""
    assert Owners.SLIP is compare_owners("柳溪区水务局", "柳溪区商务局")
    both = tree(unit("1", "柳溪区水务局"), unit("2", "柳溪区商务局"))
    assert Owners.DIFFERS is compare_owners("柳溪区水务局", "柳溪区商务局", both)


def test_units_that_take_over_from_each_other_end():
    """A circle of successors is walked once."""
    units = tree(unit("1", "甲局"), unit("2", "乙局"), ended("1", successor="2"), ended("2", successor="1"))
    assert Owners.FOLLOWS is compare_owners("甲局", "乙局", units)
    assert Owners.DIFFERS is compare_owners("丙丁局", "乙局", units)


def test_a_tree_knows_the_words_for_its_places():
    """Names of accounts call a street by its short name, and a bureau by what it does."""
    units = tree(
        unit("1", "柳溪区青石街道办事处"), unit("2", "柳溪区水务局"), unit("3", "柳溪区白马镇人民政府")
    )
    assert {"柳溪", "柳溪区", "青石", "水务", "水务局", "白马", "白马镇"} <= units.places


UNITS = st.text("柳溪市区民政局委员会", max_size=8)


@given(UNITS, UNITS)
def test_owners_are_compared_even_handedly(one, other):
    """Whichever is stated and whichever is known; a unit is itself."""
    assert compare_owners(one, other, area="柳溪区") is compare_owners(other, one, area="柳溪区")
    assert compare_owners(one, one) in (Owners.SAME, Owners.UNSAID)


def test_a_unit_of_a_city_may_be_written_without_the_city():
    """市教育局 is 云汀市教育局 whatever areas are known; a district has to be known, for a city has several."""
    assert Owners.SAME is compare_owners("市教育局", "云汀市教育局")
    assert Owners.SAME is compare_owners("黔东州民政局", "州民政局")
    assert Owners.DIFFERS is compare_owners("区教育局", "东岭区教育局")
    assert Owners.DIFFERS is compare_owners("市场监督管理局", "东岭区市场监督管理局")  # 市场 is no city
    assert Owners.DIFFERS is compare_owners("市民服务中心", "云汀县市民服务中心")
    assert Owners.DIFFERS is compare_owners("市教育局", "云汀市东岭区下辖县级市教育局")
