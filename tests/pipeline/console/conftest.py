import pytest

from tests.made_once import made_once
from tests.pipeline.console.city import city_in
from tests.pipeline.console.whole_city import add_year


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """The home of 江州 in the middle of its quarter (`city.py`), to look at; who writes takes `copy_of` it."""
    return city_in(tmp_path_factory.mktemp("console"))


@pytest.fixture(scope="session")
def whole_city(tmp_path_factory):
    """The same with the year of its office (`whole_city.py`): no page of it is empty."""
    return made_once(tmp_path_factory, "year", lambda folder: add_year(city_in(folder), folder)) / "city"
