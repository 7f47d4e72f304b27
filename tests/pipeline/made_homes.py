"""Homes that come of others by some commands: each is made once a run, and copied for whoever changes it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.copied import copied
from tests.made_once import made_once

Steps = Callable[[Path, Path], object]
"""What is done to a home, with a folder for the files that it needs."""


class MadeHomes:
    """Makes such homes; a name is the home's alone."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory
        self._made: dict[str, Path] = {}

    def model(self, name: str, base: Path, steps: Steps) -> Path:
        """Return the home that comes of `base` by steps, to look at and to copy."""

        def fill(folder: Path) -> None:
            copied(base, folder / "home")
            (folder / "files").mkdir()
            steps(folder / "home", folder / "files")

        if name not in self._made:
            self._made[name] = made_once(self._factory, name, fill) / "home"
        return self._made[name]

    def copy(self, name: str, base: Path, steps: Steps, to: Path) -> Path:
        """Return a copy of it, to change."""
        copied(self.model(name, base, steps), to)
        return to
