"""Place files: what stands in them, and what is refused."""

import tomllib
from importlib import resources

import pytest

from pipeline.home.errors import UsageError
from pipeline.simulate.place import load_place, parse_place, place_names
from tests.pipeline.simulate.small_place import TOML, small_place


def numbers(value: object) -> set[object]:
    """Return every number and text of plain data."""
    if isinstance(value, dict):
        return set().union(*(numbers(v) for v in value.values()))
    if isinstance(value, list):
        return set().union(*(numbers(v) for v in value))
    return {value}


def test_the_places_of_the_three_bulletins_can_be_read():
    """Words of made-up units, styles and the nation are no places."""
    assert ["suzhou", "wuxi", "xiangtan"] == place_names()
    for name in place_names():
        assert name == load_place(name).name


@pytest.mark.parametrize("name", ["suzhou", "wuxi", "xiangtan"])
def test_no_result_of_a_bulletin_stands_in_its_place_file(name):
    """Figures follow from facts: neither a rate nor a number of passed, failed or faultless accounts is an input."""
    results = {353, 354, 0.927, 92.7, 60.1, 442, 99.3, 166, 111, 99.11, "92.7%", "99.3%", "99.11%", "60.1%"}
    text = (resources.files("infra") / "places" / f"{name}.toml").read_text("utf-8")
    assert not results & numbers(tomllib.loads(text))


def test_a_misspelt_field_is_refused_with_its_place():
    """A place file is data that people write."""
    with pytest.raises(UsageError, match=r"smalltown.toml: .*pass_rate"):
        parse_place(f"pass_rate = 92.7\n{TOML}".encode(), origin="smalltown.toml")


def test_a_habit_of_an_account_that_nobody_named_is_refused():
    """A habit names accounts of [[named]]."""
    text = TOML.replace('names = ["某溪发布"]', 'names = ["某河发布"]')
    with pytest.raises(UsageError, match="某河发布"):
        parse_place(text.encode(), origin="smalltown.toml")


def test_rounds_stand_in_the_order_of_their_check_points():
    """The office takes one after another."""
    text = TOML.replace("2022-11-30T18", "2023-01-30T18")
    with pytest.raises(UsageError, match="order of their check points"):
        parse_place(text.encode(), origin="smalltown.toml")


def test_an_unknown_place_is_refused_with_those_that_exist():
    """The message names what can be simulated."""
    with pytest.raises(UsageError, match="suzhou, wuxi, xiangtan"):
        load_place("atlantis")


def test_the_small_place_has_two_rounds():
    """The place of the other tests reads like those that are shipped."""
    assert ["small-2022-11", "small-2022Q4"] == [r.name for r in small_place().rounds]
