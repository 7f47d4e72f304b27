"""Rounds at their stages: each is made once and copied for the tests that go on from there."""

import shutil
from pathlib import Path

import pytest

from tests.copied import copied
from tests.made_once import made_once
from tests.pipeline.office.rounds.steps import FREEZE, NAME, announced, sheet_of
from tests.pipeline.program import asked


@pytest.fixture(scope="session")
def stages(city_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small city announced, drawn with its sheet handed out, and frozen, over every account."""

    def make(folder: Path) -> None:
        copied(city_model / "home", folder / "home")
        announced(folder / "home")
        copied(folder / "home", folder / "announced")
        asked(folder / "home", "round", "draw", NAME)
        sheet_of(folder / "home", folder / "sheets")
        copied(folder / "home", folder / "drawn")
        asked(folder / "home", *FREEZE)
        copied(folder / "home", folder / "frozen")

    return made_once(tmp_path_factory, "stages", make)


@pytest.fixture(scope="module")
def announced_city(stages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An announced round, for tests whose steps are refused."""
    folder = tmp_path_factory.mktemp("announced") / "city"
    copied(stages / "announced", folder)
    return folder


@pytest.fixture(scope="module")
def frozen_to_look_at(stages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A frozen round, for tests whose steps are refused."""
    folder = tmp_path_factory.mktemp("frozen") / "city"
    copied(stages / "frozen", folder)
    return folder


@pytest.fixture
def drawn_city(stages: Path, tmp_path: Path) -> Path:
    """A copy of the drawn round, to change."""
    copied(stages / "drawn", tmp_path / "city")
    return tmp_path / "city"


@pytest.fixture
def frozen_city(stages: Path, tmp_path: Path) -> Path:
    """A copy of the frozen round, to change."""
    copied(stages / "frozen", tmp_path / "city")
    return tmp_path / "city"


@pytest.fixture
def checked(stages: Path, drawn_city: Path, tmp_path: Path) -> Path:
    """The one sheet of the drawn round, with a picture beside it."""
    del drawn_city
    shutil.copytree(stages / "sheets", tmp_path / "sheets")
    (tmp_path / "sheets" / "1.png").write_bytes(b"\x89PNG picture")
    return tmp_path / "sheets" / f"{NAME}-C1.xlsx"
