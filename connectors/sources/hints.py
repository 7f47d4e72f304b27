"""A folder of hints: who receives them puts them down, the patrol takes them up; each address waits once."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from connectors.sources.push import Hint

MAX_WAITING = 10_000  # hints; further ones are not put down, for looks come anyway


class HintFolder:
    """Hints that wait, one file for each address; any number of processes may put them down."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which is made when the first hint comes."""
        self._folder = folder

    def put(self, hint: Hint) -> bool:
        """Put a hint down; false where too many wait already. One that waits already is put down once."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{hashlib.sha256(hint.address.encode()).hexdigest()}.json"
        if path.exists():
            return True
        if sum(1 for _ in self._waiting()) >= MAX_WAITING:
            return False
        written = path.with_suffix(f".{os.getpid()}.tmp")
        written.write_bytes(msgspec.json.encode(hint))
        written.replace(path)
        return True

    def take(self) -> list[Hint]:
        """Take all that wait; a file that is none of ours is removed, too.

        What is taken is gone, and a process that dies then loses hints alone: the look that they would have pulled
        forward comes at its own time.
        """
        taken = []
        for path in sorted(self._waiting()):
            try:
                taken.append(msgspec.json.decode(path.read_bytes(), type=Hint))
            except (msgspec.DecodeError, UnicodeDecodeError):
                pass
            except FileNotFoundError:
                continue  # another process was faster
            path.unlink(missing_ok=True)
        return taken

    def _waiting(self) -> Iterator[Path]:
        return self._folder.glob("*.json")
