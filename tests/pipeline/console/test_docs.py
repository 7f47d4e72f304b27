"""docs/console.md against the program."""

import configparser
import re
import shlex
import tomllib
from pathlib import Path

import msgspec
import pytest

from pipeline.access.users import ROLE_TITLES
from pipeline.cli.commands import COMMANDS
from pipeline.home.settings import Settings

PAGE = (Path(__file__).parents[3] / "docs" / "console.md").read_text("utf-8")
pytestmark = pytest.mark.source_tree


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_unit_of_systemd_names_a_command_that_exists():
    """With options that it has."""
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str
    (text,) = blocks("ini")
    unit.read_string(text)
    program, *words = shlex.split(unit["Service"]["ExecStart"])
    assert program.endswith("/xuncha")
    assert words[0] == "--home"
    command = words[2]
    assert command in COMMANDS
    from typer.main import get_command

    from pipeline.cli.program import app

    group = get_command(app)
    found = group.get_command(None, command)
    known = {name for parameter in found.params for name in parameter.opts}
    assert {word for word in words[3:] if word.startswith("--")} <= known
    assert words[1].startswith(unit["Service"]["ReadWritePaths"])
    assert {"NoNewPrivileges", "ProtectSystem", "UMask", "TimeoutStopSec"} <= set(unit["Service"])


def test_its_settings_load():
    for text in blocks("toml"):
        msgspec.convert(tomllib.loads(text), Settings)


def test_its_commands_exist():
    words = re.findall(r"^xuncha (?:--home \S+ )?(\w+)", "\n".join(blocks("sh")), re.MULTILINE)
    assert len(words) > 8
    assert set(words) <= set(COMMANDS)


def test_every_role_is_told():
    for role, title in ROLE_TITLES.items():
        assert f"| {title} {role} |" in PAGE
