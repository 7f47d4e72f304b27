"""Homes into which the papers of the invented city went, each built once."""

from pathlib import Path

import pytest

from tests.copied import copied
from tests.made_once import made_once
from tests.pipeline.office.intake import jiangzhou
from tests.pipeline.office.intake.city import LEDGER, REGION, WEEK_35, taken
from tests.pipeline.program import done


@pytest.fixture(scope="session")
def with_ledger(home_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of the city was taken in."""
    return (
        made_once(
            tmp_path_factory, "ledger", lambda folder: taken(copied(home_model, folder / "home"), LEDGER)
        )
        / "home"
    )


@pytest.fixture(scope="session")
def with_registry(with_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ledger and list of the region."""
    return (
        made_once(
            tmp_path_factory, "registry", lambda folder: taken(copied(with_ledger, folder / "home"), REGION)
        )
        / "home"
    )


@pytest.fixture(scope="session")
def with_looks(with_registry: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Registry and the sheet of one week."""
    return (
        made_once(
            tmp_path_factory, "looks", lambda folder: taken(copied(with_registry, folder / "home"), WEEK_35)
        )
        / "home"
    )


@pytest.fixture
def registry(with_registry: Path, tmp_path: Path) -> Path:
    """A registry to change."""
    return copied(with_registry, tmp_path / "registry")


@pytest.fixture
def looks(with_looks: Path, tmp_path: Path) -> Path:
    """Registry and looks to change."""
    return copied(with_looks, tmp_path / "looks")


@pytest.fixture(scope="session")
def quarter_of_looks(home_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ledger and seven weekly sheets of an office that only looks, folded."""

    def make(folder: Path) -> None:
        home = copied(home_model, folder / "home")
        jiangzhou.take_ledger(home)
        for day in jiangzhou.WEEKS:
            jiangzhou.take_week(home, day)
        done(home, "run", "--until-idle")

    return made_once(tmp_path_factory, "weekly", make) / "home"


@pytest.fixture
def weekly(quarter_of_looks: Path, tmp_path: Path) -> Path:
    """The quarter of looks, to change."""
    return copied(quarter_of_looks, tmp_path / "weekly")
