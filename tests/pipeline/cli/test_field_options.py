"""Fields that services name, as options of the command line."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from events.fields import FieldsError, field
from pipeline.cli.commands import COMMANDS
from pipeline.cli.field_options import option_of, told, with_options
from pipeline.cli.program import app as with_callback
from pipeline.home.person_free import FIELDS

ROOT = Path(__file__).parents[3]
GIVEN_A_NAME = {"field": 0, "said_of": 3, "_required": 1}
"""Functions that take the name of a field, and in which place; readers of feeds have a `field` of their own."""


def named_in(tree: ast.AST) -> set[str]:
    """Return the fields that a module names as literals."""
    names: set[str] = set()
    marks = any(isinstance(n, ast.ImportFrom) and n.module == "events.fields" for n in ast.walk(tree))
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
        called = ast.unparse(call.func)
        given = call.args[GIVEN_A_NAME.get(called, len(call.args)) :] if marks else []
        names |= {name.value for name in given[:1] if isinstance(name, ast.Constant)}
        if called.endswith("texts.refuse"):
            names |= {
                k.value
                for d in ast.walk(call)
                if isinstance(d, ast.Dict)
                for k in d.keys
                if isinstance(k, ast.Constant)
            }
    return names


def named_by_services() -> set[str]:
    """Return every field that a text may name."""
    paths = [p for room in ("connectors", "pipeline") for p in (ROOT / room).rglob("*.py")]
    return set().union(FIELDS, *(named_in(ast.parse(p.read_text("utf-8"))) for p in paths))


def options() -> set[str]:
    """Return the options of all commands, and those before a command."""
    app = typer.Typer()
    for module in sorted({m for command in COMMANDS.values() for m in command.modules}):
        import_module(f"pipeline.cli.{module}").register(app)
    waiting, found = [get_command(app), get_command(with_callback)], set[str]()
    while waiting:
        command = waiting.pop()
        found |= {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
        waiting += getattr(command, "commands", {}).values()
    return found


@pytest.mark.slow
@pytest.mark.source_tree
def test_every_field_that_a_service_names_is_an_option():
    """A field without an option would tell people to write what no command takes."""
    named = named_by_services()
    assert {"post_link", "clock_is_right", "description", "source", "note"} <= named
    known = options()
    unknown = {f: option_of(f) for f in named if option_of(f).strip("`").split()[-1] not in known}
    of_programs = {"found_at": "--found-at"}  # a field of a row that a program sends
    assert {"clock_is_right": "`xuncha --clock-is-right ...`", **of_programs} == unknown
    assert "--clock-is-right" in known


@pytest.mark.parametrize(
    ("name", "option"), [("post_link", "--post-link"), ("at", "--at"), ("owner_opinion", "--text")]
)
def test_a_field_is_shown_as_the_option_that_fills_it(name, option):
    """Its name with dashes, and otherwise what the table says."""
    assert f"give {option}" == with_options(f"give {field(name)}")


def test_an_error_is_told_with_options_whatever_its_kind():
    """Those that name no fields are told as they are."""
    error = FieldsError(f"{field('reason')} is empty")
    assert ("--reason is empty", "reason is empty", "no") == (told(error), str(error), told(OSError("no")))
