"""Documents say what is true: their commands run, their links lead somewhere, both READMEs agree."""

import re
import shlex
import sys
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from connectors.sheets.kinds import KINDS
from pipeline.cli.commands import COMMANDS
from pipeline.cli.program import app
from pipeline.demo.data import accounts_csv, recorded_polls, write_polls
from tests.fork_server import run
from tests.pipeline.program import environment

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.source_tree

READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = sorted(p for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("infra/**/*.md")])


def commands(name):
    """Return the lines of the shell blocks of a document, without their comments."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def words_shown(path):
    """Return the command lines of the program that a page shows, in blocks and in the line, as words."""
    text = path.read_text("utf-8")
    lines = [
        line for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL) for line in block.splitlines()
    ]
    lines += [
        " ".join(shown.split())
        for shown in re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    ]
    for line in lines:
        if found := re.match(r"(?:\$ )?(?:\.venv/bin/)?xuncha (?P<rest>[^#|<>;&(…]*)", line.strip()):
            with suppress(ValueError):  # a quote that a placeholder leaves open
                yield shlex.split(found["rest"])


def options_of(command):
    """Return the options of a command; of a group that reads files, those of reading them."""
    default = getattr(command, "commands", {}).get("read")
    return {o for c in (command, default) if c for p in c.params for o in (*p.opts, *p.secondary_opts)}


def unknown_in(words, group):
    """Return the command or the option of a command line that the program does not have, None where it has all."""
    left, command, path = list(words), group, "xuncha"
    while left:
        word = left.pop(0)
        if word.startswith("--") and word.partition("=")[0] not in options_of(command) | {"--help"}:
            return f"{path} {word}"
        if word.startswith("--"):
            takes = any(
                word in p.opts and not p.is_flag for p in command.params if p.param_type_name == "option"
            )
            left = left[takes:]
        elif isinstance(command, TyperGroup) and re.fullmatch("[a-z][a-z-]*", word):
            path = f"{path} {word}"
            if word not in command.commands:
                return path
            command = command.commands[word]
    return None


@cache
def program():
    """Return the program with all of its commands, which it else makes as they are asked for."""
    every = typer.Typer()
    for module in sorted({m for command in COMMANDS.values() for m in command.modules}):
        import_module(f"pipeline.cli.{module}").register(every)
    group = get_command(app)
    group.commands = get_command(every).commands
    return group


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if "adr" not in d.parts], ids=lambda d: d.name)
def test_commands_that_a_page_shows_exist(document):
    """Every command line of the program in a page names a command and options that there are."""
    unknown = {unknown_in(words, program()) for words in words_shown(document)} - {None}
    assert not unknown


def test_a_command_that_does_not_exist_is_found():
    """A word of a group, an option, and a whole command; what stands in capitals is a placeholder."""
    wrong = ("alerts previw", "status --chek-point today", "frobnicate")
    assert [f"xuncha {w}".replace(" today", "") for w in wrong] == [
        unknown_in(shlex.split(w), program()) for w in wrong
    ]
    assert unknown_in(shlex.split("--home city intake FILE --received 2025-04-01"), program()) is None


def test_both_readmes_give_the_same_commands():
    """Who reads Chinese types the same as who reads English."""
    assert commands(READMES[0]) == commands(READMES[1])


@pytest.mark.slow
def test_the_commands_of_the_readme_work(tmp_path):
    """From a new home to a scored round, typed as the README says."""
    (tmp_path / "accounts.csv").write_bytes(accounts_csv())
    write_polls(tmp_path / "polls", recorded_polls())
    ran = []
    for command in commands(READMES[0]):
        if not command.startswith(".venv/bin/xuncha"):
            assert command.split()[0].split("   ")[0] == "make"
            continue
        line = [sys.executable, "-m", "pipeline.cli", *shlex.split(command)[1:]]
        done = run(line, cwd=tmp_path, env=environment(), timeout=120)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        ran.append(done.stdout)
    assert len(ran) == 7
    assert "桐原市场监管" in ran[-2]
    assert re.search(r"^digest [0-9a-f]{64}$", ran[-1], re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    """A link to a file of the project names one that exists."""
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text("utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_page_of_sheets_names_every_kind_and_column(kind):
    """A column that a kind has is read, and the page says so; what a row needs stands out."""
    page = (ROOT / "docs" / "sheets.md").read_text("utf-8")
    marks = {"yes": "**{}**", "account": "{}†", "no": "{}"}
    columns = "、".join(marks[column.needed].format(column.title) for column in kind.columns)
    assert f"| `{kind.name}` | {kind.title} | {columns} |" in page


def test_make_help_names_what_the_readme_uses():
    """The two commands of the first screen are targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("demo", "test", "test-slow", "lint", "types", "bench", "test-long"):
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target
