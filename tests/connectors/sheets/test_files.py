"""Opening a file that somebody hands in."""

import os
import socket
import threading
from pathlib import Path

import pytest

from connectors.sheets.errors import EmptySheetError, SheetTooLargeError, UnreadableSheetError
from connectors.sheets.files import read_file


def read(path: Path) -> bytes:
    return read_file(path, max_bytes=1024**2, smaller="take out the pictures", empty="fill it in")


def test_a_file_is_read_whole(tmp_path):
    """Also behind a link."""
    (tmp_path / "a.csv").write_bytes(b"x" * 1024**2)
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    assert read(tmp_path / "b.csv") == b"x" * 1024**2


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path):
    """`open` alone would wait for ever; also where the pipe stands behind a link."""
    os.mkfifo(tmp_path / "a.csv")
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    for name in ("a.csv", "b.csv"):
        found: list[Exception] = []

        def refused(name=name, found=found):
            with pytest.raises(UnreadableSheetError, match="is a pipe and no file") as caught:
                read(tmp_path / name)
            found.append(caught.value)

        reader = threading.Thread(target=refused, daemon=True)
        reader.start()
        reader.join(10)
        assert found


def test_folders_devices_and_sockets_are_refused(tmp_path):
    """Each by what it is; a device is never opened, for that may already do something."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        for path, kind in ((tmp_path, "folder"), (Path("/dev/zero"), "device"), (tmp_path / "s", "socket")):
            with pytest.raises(UnreadableSheetError, match=f"is a {kind} and no file"):
                read(path)


def test_missing_empty_and_large_files_are_refused(tmp_path):
    """A link in a circle and a name that is too long have the reason of the system."""
    (tmp_path / "empty").touch()
    (tmp_path / "large").write_bytes(bytes(1024**2 + 1))
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    with pytest.raises(EmptySheetError, match="is empty; fill it in"):
        read(tmp_path / "empty")
    with pytest.raises(SheetTooLargeError, match="larger than 1 MB; take out the pictures"):
        read(tmp_path / "large")
    for name in ("none", "circle", "x" * 300, "empty/below"):
        with pytest.raises(UnreadableSheetError, match="cannot be opened"):
            read(tmp_path / name)
