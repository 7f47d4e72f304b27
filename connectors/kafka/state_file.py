"""States of many accounts at rest in a file, so that a process holds where they stand and not what they say."""

import os
import tempfile
from collections.abc import Iterable, Iterator, MutableMapping
from pathlib import Path

_LENGTH_BITS = 28
_LENGTHS = (1 << _LENGTH_BITS) - 1
_COPIED_BYTES = 4 << 20
"""Copied at a time when a file is written anew."""


class StateFile(MutableMapping[str, bytes]):
    """States by key, in a file without a name that ends with the process: the changelog has them, too.

    1. What is put is written behind the rest; its key then stands at the new place.
    2. Once more of the file is void than stands, it is written anew.
    A write that fails leaves all keys where they stood, and raises `OSError` with the folder as its file name.
    """

    def __init__(self, folder: Path | None = None, *, spare_bytes: int = 16 << 20) -> None:
        """Begin with nothing, in the folder for temporary files where no other is named."""
        self._folder = folder or Path(tempfile.gettempdir())
        self._spare_bytes = spare_bytes
        self._begin()

    def __getitem__(self, key: str) -> bytes:
        return self._file.read(self._places[key])

    def __setitem__(self, key: str, state: bytes) -> None:
        self.update(((key, state),))

    def __delitem__(self, key: str) -> None:
        self._held -= self._places.pop(key) & _LENGTHS

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    @property
    def size(self) -> int:
        """Return the bytes that the file has."""
        return self._file.end

    def update(self, states: Iterable[tuple[str, bytes]]) -> None:  # type: ignore[override] # pairs alone
        """Put states in one write; of two of a key the later one stands."""
        states = list(states)
        places = self._file.append([state for _, state in states])
        for (key, _), place in zip(states, places, strict=True):
            self._held += (place & _LENGTHS) - (self._places.get(key, 0) & _LENGTHS)
            self._places[key] = place
        if self._file.end > 2 * self._held + self._spare_bytes:
            self._write_anew()

    def clear(self) -> None:
        """Forget all states, and give their room back."""
        self._begin()

    def _begin(self) -> None:
        self._places: dict[str, int] = {}
        self._held = 0  # bytes that stand
        self._file = _Unnamed(self._folder)

    def _write_anew(self) -> None:
        """Copy what stands into a file of its own, in the order of its places."""
        anew = _Unnamed(self._folder)
        places: dict[str, int] = {}
        keys: list[str] = []
        states: list[bytes] = []
        size = 0
        for key, place in sorted(self._places.items(), key=lambda item: item[1]):
            keys.append(key)
            states.append(self._file.read(place))
            size += len(states[-1])
            if size >= _COPIED_BYTES:
                places.update(zip(keys, anew.append(states), strict=True))
                keys, states, size = [], [], 0
        places.update(zip(keys, anew.append(states), strict=True))
        self._file, self._places = anew, places


class _Unnamed:
    """A file that no folder shows; it ends with the last who refers to it. A place is a beginning and a length."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.end = 0
        # Where the system can, it never has a name: a process that dies leaves nothing in the folder.
        self._file = tempfile.TemporaryFile(buffering=0, dir=folder)  # noqa: SIM115 (closed with the last reference)
        self._number = self._file.fileno()

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()

    def read(self, place: int) -> bytes:
        return os.pread(self._number, place & _LENGTHS, place >> _LENGTH_BITS)

    def append(self, parts: list[bytes]) -> list[int]:
        """Write parts behind the rest; returns their places."""
        rest, at = memoryview(b"".join(parts)), self.end
        try:
            while rest:
                written = os.pwrite(self._number, rest, at)
                rest, at = rest[written:], at + written
        except OSError as e:
            raise OSError(e.errno, e.strerror, str(self._folder)) from e
        places = []
        for part in parts:
            places.append(self.end << _LENGTH_BITS | len(part))
            self.end += len(part)
        return places
