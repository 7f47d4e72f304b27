"""Homes: an empty one, and a small city that is built once and copied for each test that changes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.copied import copied
from tests.made_once import made_once
from tests.pipeline import small_city
from tests.pipeline.made_homes import MadeHomes
from tests.pipeline.program import done


@pytest.fixture(scope="session")
def made_homes(tmp_path_factory: pytest.TempPathFactory) -> MadeHomes:
    return MadeHomes(tmp_path_factory)


@pytest.fixture(scope="session")
def city_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "small-city", lambda folder: small_city.build(folder / "home", folder))


@pytest.fixture
def city(city_model: Path, tmp_path: Path) -> Path:
    """A copy of the small city, to change."""
    copied(city_model / "home", tmp_path / "city")
    return tmp_path / "city"


@pytest.fixture(scope="module")
def shared_city(city_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small city for tests that only look."""
    folder = tmp_path_factory.mktemp("shared") / "city"
    copied(city_model / "home", folder)
    return folder


@pytest.fixture(scope="session")
def home_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home whose history has its tables, which takes longer to make than most tests take.

    Tests copy it. One that wrote into it would change what others see, so that they passed or failed by their order.
    """
    home = made_once(tmp_path_factory, "empty", lambda folder: _begin(folder / "home")) / "home"
    made = {path.name for path in home.iterdir()}
    yield home
    assert made == {path.name for path in home.iterdir()}, "a test wrote into the home that all copy"


def _begin(home: Path) -> None:
    done(home, "init", "--partitions", 4)
    done(home, "accounts", "list")


@pytest.fixture
def new_home(tmp_path: Path) -> Path:
    """A home whose history nobody has opened yet."""
    done(tmp_path / "new", "init", "--partitions", 4)
    return tmp_path / "new"


@pytest.fixture
def home(home_model: Path, tmp_path: Path) -> Path:
    """An empty home, to fill."""
    copied(home_model, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def registered(home_model: Path, made_homes: MadeHomes, tmp_path: Path) -> Path:
    """A home that knows the accounts of the small city, and nothing else."""

    def register(home: Path, folder: Path) -> None:
        done(home, "accounts", "import", small_city.registry(folder))

    return made_homes.copy("registered", home_model, register, tmp_path / "registered")


@pytest.fixture(scope="module")
def shared_home(home_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home for tests that are refused, or that fill it once for a module."""
    folder = tmp_path_factory.mktemp("shared-home") / "home"
    copied(home_model, folder)
    return folder
