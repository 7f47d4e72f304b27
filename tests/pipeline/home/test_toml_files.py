"""Files that people write by hand: plans, extras, settings and rulesets of their own."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.home.errors import UsageError
from pipeline.home.rulesets import list_ladders, list_rulesets
from pipeline.home.settings import FILE_NAME, load_settings
from pipeline.office.bulletin.extras import read_extras
from pipeline.office.rounds.announcement import read_announcement

READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "plan": ("plan.toml", lambda folder: read_announcement(folder / "plan.toml")),
    "extras": ("extras.toml", lambda folder: read_extras(folder / "extras.toml")),
    "settings": (FILE_NAME, load_settings),
    "ruleset": ("rulesets/own.toml", list_rulesets),
    "ladder": ("ladders/own.toml", list_ladders),
}
"""The file that each of them reads in a folder."""

CONTENTS = {
    "broken": b"a = [",
    "no text": b"\xff\xfe\x00",
    "deep": b"a = " + b"[" * 5000 + b"]" * 5000,
    "long number": b"a = " + b"9" * 5000,
    "other fields": b"nobody_asks_for_this = 1",
    "large": b"#" * (1024 * 1024 + 1),
}


def made(path: Path, kind: str) -> None:
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link to nowhere":
            path.symlink_to("none")
        case _:
            path.write_bytes(CONTENTS[kind])


@pytest.mark.parametrize("kind", [*CONTENTS, "folder", "pipe", "link to nowhere"])
@pytest.mark.parametrize("reader", READERS)
def test_a_file_that_cannot_be_read_is_named(tmp_path, reader, kind):
    """Whatever stands there under its name, it is a wrong input and no error of the program."""
    name, read = READERS[reader]
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    made(path, kind)
    found: list[str] = []

    def refused() -> None:
        with pytest.raises(UsageError) as caught:
            read(tmp_path)
        found.append(str(caught.value))

    thread = threading.Thread(target=refused, daemon=True)
    thread.start()
    thread.join(20)
    assert [True] == [path.name in said for said in found]
