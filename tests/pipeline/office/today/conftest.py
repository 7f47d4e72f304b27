"""The small office before the holiday, made once a run."""

from pathlib import Path

import pytest

from tests.pipeline.made_homes import MadeHomes
from tests.pipeline.office.today import office


@pytest.fixture(scope="session")
def city_to_look_at(home_model: Path, made_homes: MadeHomes) -> Path:
    """The home of the office, for tests that write nothing."""
    return made_homes.model("today", home_model, office.build)


@pytest.fixture
def city(home_model: Path, made_homes: MadeHomes, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    return made_homes.copy("today", home_model, office.build, tmp_path / "city")
