"""Nearness of names: slips are near, words that tell accounts apart are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.closeness import close_to, distance
from projections.registry.identity.nearness import differ_tellingly, near, sounds_alike

NAMES = st.text("柳溪文旅民政发布12东西", max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("", "", 0),
        ("柳溪文旅", "柳溪文旋", 1),
        ("柳溪文旅", "柳溪旅文", 1),
        ("柳溪", "柳溪文旅", 2),
        ("ab", "cd", 2),
    ],
)
def test_a_swap_of_neighbours_is_one_slip(one, other, apart):
    """Put in, left out, changed: one each; two characters in each other's place: one, too."""
    assert apart == distance(one, other, 3)


@given(NAMES, NAMES, st.integers(0, 3))
def test_distance_is_even_handed_and_bounded(one, other, limit):
    """The same from both sides, 0 only for the same name, and never more than the limit and one."""
    apart = distance(one, other, limit)
    assert apart == distance(other, one, limit) <= limit + 1
    assert (apart == 0) == (one == other)


@given(NAMES, NAMES, st.integers(0, 2))
def test_a_small_limit_hides_nothing(one, other, limit):
    """What is within a limit has the distance that it has without one."""
    assert distance(one, other, limit) == min(distance(one, other, 20), limit + 1)


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        ("柳溪文旅", "柳溪文旋", True),
        ("柳溪文旅", "柳溪民政", False),
        ("柳溪文化旅游", "柳溪文广旅游", True),
        ("柳溪文化旅游", "柳西文广旅游", True),
        ("柳溪文化旅游", "柳西文广旅行", False),
        ("柳溪文旅", "柳溪文旅发布", True),
        ("柳溪文旅", "柳溪文旅发布厅", False),
        ("柳溪文旅", "留西闻绿", True),
        ("柳", "溪", False),
        ("柳溪", "留溪", True),
        ("柳溪文旅", "柳溪文旅", False),
    ],
)
def test_near_is_a_slip_a_sound_or_a_word_more(one, other, is_near):
    """Up to five characters one slip, from six on two; alike by sound; up to two characters more; never itself."""
    assert is_near == near(one, other) == near(other, one)


def test_one_of_several_readings_is_enough():
    """行 is read hang and xing; whoever types one may mean the other character."""
    assert sounds_alike("行业", "航业")
    assert sounds_alike("行业", "形业")
    assert not sounds_alike("行业", "河业")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("柳溪一中", "柳溪二中"),
        ("柳溪1号", "柳溪2号"),
        ("柳溪12", "柳溪21"),
        ("美丽城东", "美丽城西"),
        ("柳溪农业", "柳溪三农业"),
        ("青石街道", "白马街道"),
        ("柳溪发布", "柳溪青石发布"),
    ],
)
def test_numbers_directions_and_places_tell_accounts_apart(one, other):
    """Such names come near each other and are never one."""
    places = frozenset(("青石", "青石街道", "白马", "白马街道"))
    assert differ_tellingly(one, other, places)
    assert differ_tellingly(other, one, places)


def test_a_mistyped_place_tells_nothing():
    """柳希 is no place, so it may be 柳溪 written wrongly."""
    assert not differ_tellingly("柳希文旅", "柳溪文旅", frozenset(("柳溪", "青石")))


def test_who_is_not_found_is_shown_the_closest():
    """The closest first, and none that has no character in common."""
    names = ["柳溪文旅", "柳溪民政", "柳溪文化旅游", "青石发布"]
    assert ["柳溪文旅", "柳溪文化旅游"] == close_to("柳溪文旋", names, 2)
    assert [] == close_to("abc", names, 3)


@given(NAMES, NAMES)
def test_nearness_is_even_handed(one, other):
    """Whichever of two names is known and whichever is stated; and no name is near or told apart from itself."""
    places = frozenset(("柳溪", "民政"))
    assert near(one, other) == near(other, one)
    assert differ_tellingly(one, other, places) == differ_tellingly(other, one, places)
    assert not near(one, one)
    assert not differ_tellingly(one, one, places)


@given(NAMES, st.sampled_from("东西12一二"), st.sampled_from("东西12一二"), NAMES)
def test_names_with_another_number_or_direction_are_never_one(before, left, right, after):
    """Whatever stands around it."""
    assert differ_tellingly(before + left + after, before + right + after) == (left != right)
