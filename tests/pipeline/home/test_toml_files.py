"""Files that people write by hand: plans, extras, settings and rulesets of their own."""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from events.fields import marked
from pipeline.home.catalogue import in_chinese
from pipeline.home.errors import UsageError
from pipeline.home.new_home import make_home
from pipeline.home.rulesets import list_ladders, list_rulesets
from pipeline.home.settings import FILE_NAME, NO_OVERRIDES, load_settings
from pipeline.office.bulletin.extras import read_extras
from pipeline.office.rounds.announcement import read_announcement
from pipeline.upkeep.doctor.examination import examine

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


@pytest.mark.parametrize(
    ("line", "english", "chinese"),
    [
        ('tick_minutes = "sixty"', "Expected `int`, got `str` - at `$.tick_minutes`",
         "tick_minutes 应为整数，写的是文字"),
        ("rulset = 1", "Object contains unknown field `rulset`", "没有名为 rulset 的设置"),
        ("[voice]\nquiet = 1", "Object contains unknown field `quiet` - at `$.voice`",
         "voice 中没有名为 quiet 的设置"),
        (
            '[voice]\nquiet_from = "8pm"',
            "Expected `str` matching regex '^([01][0-9]|2[0-3]):[0-5][0-9]$' - at `$.voice.quiet_from`",
            "voice.quiet_from 的写法不对，应符合 '^([01][0-9]|2[0-3]):[0-5][0-9]$'",
        ),
        ('[[channel]]\nkind = "wecm"\nname = "a"', "Invalid value 'wecm' - at `$.channel[0].kind`",
         "channel[0].kind 不能写 'wecm'，请写文档中列出的值"),
        ("tick_minutes = 0", "Expected `int` >= 1 - at `$.tick_minutes`", "Expected `int` >= 1 - at `$.tick_minutes`"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_told_in_the_language_of_who_runs_it(tmp_path, line, english, chinese):
    """Doctor says it, too; what no words are known for stays as the reader of the file says it."""
    home = make_home(tmp_path / "home")
    path = home.path / FILE_NAME
    path.write_text(f"{line}\n", "utf-8")
    with pytest.raises(UsageError) as caught:
        load_settings(home.path)
    assert str(caught.value) == f"{path}: {english}; correct it"
    assert in_chinese(marked(caught.value)) == f"{path}：{chinese}；请改正"
    (finding,) = examine(home.path, NO_OVERRIDES, lambda: datetime.now(UTC))
    assert in_chinese(finding.found) == f"{path}：{chinese}；请改正"
