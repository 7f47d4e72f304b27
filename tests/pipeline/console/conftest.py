import pytest

from tests.pipeline.console.browsing import open_city


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """A home of the sample city in the middle of its quarter; tests that write copy it (`browsing.copy_of`)."""
    return open_city(tmp_path_factory.mktemp("console"))
