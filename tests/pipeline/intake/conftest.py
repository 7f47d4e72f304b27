"""Homes into which the papers of the invented city went, each built once."""

from pathlib import Path

import pytest

from tests.pipeline.intake import jiangzhou
from tests.pipeline.intake.city import LEDGER, REGION, WEEK_35, copied, taken
from tests.pipeline.program import done


@pytest.fixture(scope="session")
def with_ledger(home_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of the city was taken in."""
    home = copied(home_model, tmp_path_factory.mktemp("ledger") / "home")
    taken(home, LEDGER)
    return home


@pytest.fixture(scope="session")
def with_registry(with_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ledger and list of the region."""
    home = copied(with_ledger, tmp_path_factory.mktemp("registry") / "home")
    taken(home, REGION)
    return home


@pytest.fixture(scope="session")
def with_looks(with_registry: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Registry and the sheet of one week."""
    home = copied(with_registry, tmp_path_factory.mktemp("looks") / "home")
    taken(home, WEEK_35)
    return home


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
    home = copied(home_model, tmp_path_factory.mktemp("weekly") / "home")
    jiangzhou.take_ledger(home)
    for day in jiangzhou.WEEKS:
        jiangzhou.take_week(home, day)
    done(home, "run", "--until-idle")
    return home


@pytest.fixture
def weekly(quarter_of_looks: Path, tmp_path: Path) -> Path:
    """The quarter of looks, to change."""
    return copied(quarter_of_looks, tmp_path / "weekly")
