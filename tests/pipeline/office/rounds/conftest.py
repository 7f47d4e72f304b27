"""Rounds at their stages: each is made once and copied for the tests that go on from there."""

import shutil
from pathlib import Path

import pytest

from tests.made_once import made_once
from tests.pipeline.office.rounds.steps import FREEZE, NAME, announced, sheet_of
from tests.pipeline.program import asked


@pytest.fixture(scope="session")
def stages(city_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small city announced, drawn with its sheet handed out, and frozen, over every account."""

    def make(folder: Path) -> None:
        shutil.copytree(city_model / "home", folder / "home", symlinks=True)
        announced(folder / "home")
        shutil.copytree(folder / "home", folder / "announced", symlinks=True)
        asked(folder / "home", "round", "draw", NAME)
        sheet_of(folder / "home", folder / "sheets")
        shutil.copytree(folder / "home", folder / "drawn", symlinks=True)
        asked(folder / "home", *FREEZE)
        shutil.copytree(folder / "home", folder / "frozen", symlinks=True)

    return made_once(tmp_path_factory, "stages", make)


@pytest.fixture(scope="module")
def announced_city(stages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An announced round, for tests whose steps are refused."""
    folder = tmp_path_factory.mktemp("announced") / "city"
    shutil.copytree(stages / "announced", folder, symlinks=True)
    return folder


@pytest.fixture(scope="module")
def frozen_to_look_at(stages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A frozen round, for tests whose steps are refused."""
    folder = tmp_path_factory.mktemp("frozen") / "city"
    shutil.copytree(stages / "frozen", folder, symlinks=True)
    return folder


@pytest.fixture
def drawn_city(stages: Path, tmp_path: Path) -> Path:
    """A copy of the drawn round, to change."""
    shutil.copytree(stages / "drawn", tmp_path / "city", symlinks=True)
    return tmp_path / "city"


@pytest.fixture
def frozen_city(stages: Path, tmp_path: Path) -> Path:
    """A copy of the frozen round, to change."""
    shutil.copytree(stages / "frozen", tmp_path / "city", symlinks=True)
    return tmp_path / "city"


@pytest.fixture
def checked(stages: Path, drawn_city: Path, tmp_path: Path) -> Path:
    """The one sheet of the drawn round, with a picture beside it."""
    del drawn_city
    shutil.copytree(stages / "sheets", tmp_path / "sheets")
    (tmp_path / "sheets" / "1.png").write_bytes(b"\x89PNG picture")
    return tmp_path / "sheets" / f"{NAME}-C1.xlsx"
