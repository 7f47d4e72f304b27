"""A small city with a frozen round, and what becomes of its bulletin step by step; each is made once a run.

One account is silent for 28 days, two are unknown, two passed.
"""

from pathlib import Path

import pytest

from tests.copied import copied
from tests.pipeline import small_city as c
from tests.pipeline.claims.office import OVERRIDES
from tests.pipeline.made_homes import MadeHomes
from tests.pipeline.program import done

ROUND = "moushi-2021Q2"
OFFICE = ("office", "set", "--name", "某市政府办公室", "--letterhead", "某市政府办公室文件")
SIGN = ("bulletin", "sign", ROUND, "--office", "某市政府办公室", "--role", "主任")
ISSUE = ("bulletin", "issue", ROUND, "--number", "某府办〔2021〕12号", "--on", "2021-06-20")


@pytest.fixture(scope="session")
def frozen_model(city_model: Path, made_homes: MadeHomes) -> Path:
    def freeze(home: Path, _: Path) -> None:
        basis = ("--basis", "国办秘函〔2019〕19号")
        done(home, "round", "announce", ROUND, "--check-point", c.CHECK_POINT, *basis)
        done(home, "round", "draw", ROUND)
        done(home, "round", "freeze", ROUND, "--although", "试点")
        done(home, *OFFICE)

    return made_homes.model("frozen-bulletin", city_model / "home", freeze)


@pytest.fixture
def frozen(frozen_model: Path, tmp_path: Path) -> Path:
    """A copy of the home, to change."""
    return _copy(frozen_model, tmp_path / "frozen")


@pytest.fixture(scope="module")
def drafting(frozen_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the home for tests that do no more than draft."""
    return _copy(frozen_model, tmp_path_factory.mktemp("drafting") / "home")


@pytest.fixture(scope="session")
def checked_model(frozen_model: Path, made_homes: MadeHomes) -> Path:
    def check(home: Path, _: Path) -> None:
        done(home, "bulletin", "draft", ROUND)
        done(home, "bulletin", "check", ROUND)

    return made_homes.model("checked-bulletin", frozen_model, check)


@pytest.fixture
def checked(checked_model: Path, tmp_path: Path) -> Path:
    """A copy of the home whose draft was checked, to change."""
    return _copy(checked_model, tmp_path / "checked")


@pytest.fixture(scope="session")
def signed_model(checked_model: Path, made_homes: MadeHomes) -> Path:
    return made_homes.model("signed-bulletin", checked_model, lambda home, _: done(home, *SIGN))


@pytest.fixture
def signed(signed_model: Path, tmp_path: Path) -> Path:
    """A copy of the home whose draft was signed, to change."""
    return _copy(signed_model, tmp_path / "signed")


@pytest.fixture(scope="session")
def gone_out_model(checked_model: Path, made_homes: MadeHomes) -> Path:
    """A bulletin that went out without a signature of ours."""
    return made_homes.model(
        "bulletin-gone-out", checked_model, lambda home, _: done(home, *ISSUE, *OVERRIDES)
    )


@pytest.fixture
def gone_out(gone_out_model: Path, tmp_path: Path) -> Path:
    """A copy of that home, to change."""
    return _copy(gone_out_model, tmp_path / "gone-out")


@pytest.fixture(scope="session")
def issued_model(frozen_model: Path, made_homes: MadeHomes) -> Path:
    """An issued bulletin that sets a last day for the answers."""

    def issue(home: Path, folder: Path) -> None:
        extras = folder / "extras.toml"
        extras.write_text("report_deadline = 2021-07-15\n", "utf-8")
        done(home, "bulletin", "draft", ROUND, "--extras", extras)
        done(home, "bulletin", "check", ROUND)
        done(home, *SIGN)
        done(home, *ISSUE, *OVERRIDES)

    return made_homes.model("issued-bulletin", frozen_model, issue)


@pytest.fixture
def issued(issued_model: Path, tmp_path: Path) -> Path:
    """A copy of that home, to change."""
    return _copy(issued_model, tmp_path / "issued")


def _copy(model: Path, home: Path) -> Path:
    copied(model, home)
    return home
