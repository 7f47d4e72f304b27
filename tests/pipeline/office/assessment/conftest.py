"""A simulated year of Kunshan's units, made once a run; tests that write take a copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.home.new_home import make_home
from pipeline.home.workspace import Workspace, open_workspace
from pipeline.office.assessment.results import AskYear
from pipeline.simulate.assessed_seed import publish_assessed_year
from pipeline.simulate.assessed_year import simulate_assessed_year
from pipeline.simulate.year_place import load_year_place
from tests.copied import copied
from tests.made_once import made_once
from tests.pipeline.program import opened

PLACE = load_year_place("kunshan-2020")
ASKED = AskYear(PLACE.year, PLACE.check_point, PLACE.scheme)


@pytest.fixture(scope="session")
def seed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `home`, in which the year was simulated and drafted, and the files of the seed."""
    return made_once(tmp_path_factory, "kunshan", _make)


def _make(folder: Path) -> None:
    with open_workspace(make_home(folder / "home")) as workspace:
        simulate_assessed_year(workspace, PLACE)
        publish_assessed_year(workspace, PLACE, folder)


@pytest.fixture
def home(seed_folder: Path, tmp_path: Path) -> Path:
    """A copy of the home, to change."""
    copied(seed_folder / "home", tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def office(home: Path) -> Iterator[Workspace]:
    """An open copy of the home."""
    with opened(home) as workspace:
        yield workspace
