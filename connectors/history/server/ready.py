"""The ready file: where a server that answers is to be found."""

import threading
from pathlib import Path

import msgspec


class Ready(msgspec.Struct, frozen=True):
    """What a server says of itself once it answers."""

    port: int
    pid: int
    confined: bool
    bi_port: int | None = None  # where BI tools ask, None where they have no door

    @classmethod
    def read(cls, path: Path) -> "Ready | None":
        """Read a ready file; None where there is none. It outlives a killed server: ask `/ping` too."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except FileNotFoundError:
            return None


class Herald:
    """A thread that writes the ready file, started before the process is confined and so free to write it.

    Confinement holds for the thread that asks for it and for its children. Thanks to this one thread, which
    does one thing and ends, the confined rest needs no right to the folder of the ready file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._announced = threading.Event()
        self._ready: Ready | None = None
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._write, name="herald", daemon=True)
        self._thread.start()

    def announce(self, ready: Ready) -> None:
        """Write the file as a whole or not at all; OSError if it can't be written."""
        self._ready = ready
        self._announced.set()
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _write(self) -> None:
        self._announced.wait()
        temporary = self._path.with_name(f".{self._path.name}.new")
        try:
            temporary.write_bytes(msgspec.json.encode(self._ready))
            temporary.replace(self._path)
        except OSError as error:
            self._error = error
