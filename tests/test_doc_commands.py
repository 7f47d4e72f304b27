"""Every command that a page shows exists, with each option that it has there."""

import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from pipeline.cli.program import app

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
_OF_FILES = {"intake": "read"}
"""What a group does with a file where other words stand for its commands."""

pytestmark = pytest.mark.source_tree


_program = cache(typer.main.get_command)


def lines_of(page: Path) -> list[str]:
    """Return what a page shows of the program: lines of its code blocks, and commands within its sentences."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    found = [
        re.search(r"(?:^|[ /])(xuncha (?:-|[a-z]).*)", line)
        for block in blocks
        for line in block.splitlines()
    ]
    return [*(one[1] for one in found if one), *re.findall(r"`(xuncha [a-z][^`\n]*)`", text)]


def faults(line: str) -> list[str]:
    """Return what the program does not know of a line; of a|b each is asked for, and the first one followed."""
    _, *words = shlex.split(line.replace(r"\|", "|"), comments=True)
    command: Any = _program(app)
    known = {name: option for option in command.params for name in (*option.opts, *option.secondary_opts)}
    unknown = []
    while words:
        word = words.pop(0)
        if word in {"|", ">", "&", "&&"}:
            break
        if word.startswith("-") and len(word) > 1:
            name, _, value = word.partition("=")
            options = [known.get(one) for one in name.split("|")]
            if None in options:
                unknown.append(word)
            elif not value and not options[0].is_flag and words:
                words.pop(0)
        elif hasattr(command, "get_command"):
            inner = [_within(command, one) for one in word.split("|")]
            if None in inner:
                return [*unknown, word]
            command = inner[0]
            known |= {name: o for o in command.params for name in (*o.opts, *o.secondary_opts)}
    return unknown


def _within(group: Any, word: str) -> Any:
    return group.get_command(None, word) or group.get_command(None, _OF_FILES.get(group.name))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_exist(page):
    """Whoever copies a line is never told that there is no such thing."""
    assert {line: wrong for line in lines_of(page) if (wrong := faults(line))} == {}


def test_a_command_that_is_not_there_is_found():
    """And so is an option, beside those that there are."""
    assert ["nothing"] == faults("xuncha --home city sites nothing --area x")
    assert ["--nothing"] == faults("xuncha sites list --nothing --area x")
    assert [] == faults("xuncha --home city sites list --area x")
    assert 700 < sum(len(lines_of(page)) for page in PAGES)
