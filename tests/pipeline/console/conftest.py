import pytest

from tests.pipeline.console.city import city_in


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """The home of 江州 in the middle of its quarter (`city.py`), to look at; who writes takes `copy_of` it."""
    return city_in(tmp_path_factory.mktemp("console"))
