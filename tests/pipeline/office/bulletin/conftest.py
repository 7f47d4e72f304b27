"""A small city with a frozen round: one account silent for 28 days, two unknown, two that passed."""

import shutil
from pathlib import Path

import pytest

from tests.made_once import made_once
from tests.pipeline import small_city as c
from tests.pipeline.program import done

ROUND = "moushi-2021Q2"
OFFICE = ("office", "set", "--name", "某市政府办公室", "--letterhead", "某市政府办公室文件")


@pytest.fixture(scope="session")
def frozen_model(city_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        home = folder / "home"
        shutil.copytree(city_model / "home", home, symlinks=True)
        basis = ("--basis", "国办秘函〔2019〕19号")
        done(home, "round", "announce", ROUND, "--check-point", c.CHECK_POINT, *basis)
        done(home, "round", "draw", ROUND)
        done(home, "round", "freeze", ROUND, "--although", "试点")
        done(home, *OFFICE)

    return made_once(tmp_path_factory, "frozen-bulletin", make) / "home"


@pytest.fixture
def frozen(frozen_model: Path, tmp_path: Path) -> Path:
    """A copy of the home, to change."""
    shutil.copytree(frozen_model, tmp_path / "frozen", symlinks=True)
    return tmp_path / "frozen"


@pytest.fixture(scope="module")
def drafting(frozen_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the home for tests that do no more than draft."""
    home = tmp_path_factory.mktemp("drafting") / "home"
    shutil.copytree(frozen_model, home, symlinks=True)
    return home


@pytest.fixture(scope="session")
def issued_model(frozen_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An issued bulletin that sets a last day for the answers."""
    from tests.pipeline.office.bulletin.test_commands_bulletin import (
        ISSUE,
        SIGN,
        overrides,
    )

    def make(folder: Path) -> None:
        home = folder / "home"
        shutil.copytree(frozen_model, home, symlinks=True)
        extras = folder / "extras.toml"
        extras.write_text("report_deadline = 2021-07-15\n", "utf-8")
        done(home, "bulletin", "draft", ROUND, "--extras", extras)
        done(home, "bulletin", "check", ROUND)
        done(home, *SIGN)
        done(home, *ISSUE, *overrides(home))

    return made_once(tmp_path_factory, "issued-bulletin", make) / "home"


@pytest.fixture
def issued(issued_model: Path, tmp_path: Path) -> Path:
    """A copy of that home, to change."""
    shutil.copytree(issued_model, tmp_path / "issued", symlinks=True)
    return tmp_path / "issued"
