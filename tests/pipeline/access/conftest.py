from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.signin.sqlite import SqliteSigninStore
from pipeline.home.folder import Home
from pipeline.home.new_home import make_home


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteSigninStore]:
    """An empty sign-in store."""
    opened = SqliteSigninStore(tmp_path / "signin.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with nothing in it."""
    return make_home(tmp_path / "home")
