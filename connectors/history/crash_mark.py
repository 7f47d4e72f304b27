"""Whether a crash may have kept anything from the tables behind the raw one."""

import contextlib
import os
from pathlib import Path


class Settled:
    """A file in the folder of an embedded history that is away while a batch is under way.

    Where it is, the tables behind the raw one hold all that the raw one holds, and nobody has to look. It lies in the
    folder, so it goes where the history goes.
    """

    def __init__(self, history: Path) -> None:
        self._path = history / "settled"

    def is_noted(self) -> bool:
        """Return whether nothing is under way, and nothing was when the last process ended."""
        return self._path.exists()

    def clear(self) -> None:
        """Note that a batch begins: on the disk before this returns, for the batch will be, too."""
        if self.is_noted():
            self._path.unlink()
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def note(self) -> None:
        """All batches are stored in every table; where no file can be made, the next process looks."""
        with contextlib.suppress(OSError):
            self._path.touch()
