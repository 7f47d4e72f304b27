"""Commands that are imported on demand: the table of their modules, and what a command leaves out."""

import re
import subprocess
import sys
from importlib import import_module
from unicodedata import east_asian_width

import pytest
import typer
import typer.main
from typer.main import get_group

from pipeline.cli.commands import COMMANDS
from pipeline.cli.help_page import OPTIONS, help_page
from pipeline.cli.program import app
from tests.pipeline.program import xuncha


def test_the_table_names_what_the_modules_add():
    """A command that a module adds and the table lacks could not be called; each stands where its module says."""
    added: dict[str, set[str]] = {}
    for command in COMMANDS.values():
        app = typer.Typer()
        app.callback()(lambda: None)
        for module in command.modules:
            import_module(f"pipeline.cli.{module}").register(app)
        for name in get_group(app).commands:
            added.setdefault(name, set()).update(command.modules)
    assert {name: set(command.modules) for name, command in COMMANDS.items()} == added


def test_a_command_imports_its_own_module_alone():
    """That of bulletins brings templates, and that of rounds the scorer."""
    lines = (
        "import sys; sys.argv = ['xuncha', 'init', '--help']",
        "from pipeline.cli import main",
        "try: main()",
        "except SystemExit: pass",
        "print(sorted(m for m in sys.modules if m in ('pipeline.cli.imports', 'pipeline.cli.bulletin', 'jinja2')))",
    )
    said = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    assert "['pipeline.cli.imports']" == said.stdout.splitlines()[-1]


def test_who_asks_a_history_over_http_imports_no_tables():
    """Arrow and NumPy take as long to import as such a command takes for all the rest; only a store needs them."""
    line = "import sys, pipeline.home.workspace; print(sorted({'pyarrow', 'numpy', 'openpyxl'} & sys.modules.keys()))"
    said = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert "[]\n" == said.stdout


def imported(home, *words):
    """Run a command, and return which libraries it imported of those that take long."""
    slow = {"pyarrow", "numpy", "pandas", "structlog", "openpyxl", "kafka", "typer.rich_utils"}
    lines = (
        f"import sys; sys.argv = ['xuncha', '--home', {str(home)!r}, *{words!r}]",
        "from pipeline.cli import main",
        "try: main()",
        "except SystemExit as e: assert not e.code",
        f"print(sorted({slow!r} & sys.modules.keys()))",
    )
    said = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    return said.stdout.splitlines()[-1]


def test_a_command_on_a_folder_imports_nothing_that_it_does_not_use(home):
    """Each of these takes a tenth of a second and more; the engine goes without Arrow, and no list needs a log line."""
    assert "[]" == imported(home, "accounts", "list")


@pytest.mark.slow
def test_a_command_that_stores_imports_no_pandas(new_home, tmp_path):
    """The tables of the history are made, then filled: neither needs frames, nor pages of help."""
    sheet = tmp_path / "accounts.csv"
    sheet.write_text("账号ID,账号名称,平台,主办单位\nMzA1,测试号,微信订阅号,某局\n")
    assert "[]" == imported(new_home, "accounts", "import", str(sheet))
    stored = imported(new_home, "run", "--until-idle")
    assert ("'pyarrow'" in stored, "'pandas'" in stored) == (True, False)


def test_a_word_that_is_no_command_is_told_with_those_like_it(tmp_path):
    """Whether their modules were imported or not."""
    answer = xuncha(tmp_path, "bulletni", "list")
    assert (2, True) == (answer.status, "Did you mean 'bulletin'?" in answer.complaint)


def test_the_help_says_what_the_commands_and_options_say_of_themselves():
    """The page is written from tables, and each line of them is what the command or option itself has."""
    group = typer.main.get_command(app)
    for name, command in COMMANDS.items():
        own = group.get_command(None, name).help.strip().partition("\n\n")[0]
        assert " ".join(own.split()) == command.does, name
    own = {p.opts[0]: p.help for p in group.params} | {"--help": OPTIONS["--help"]}
    assert own == {name.split()[0]: text.partition(" [")[0] for name, text in OPTIONS.items()}


@pytest.mark.parametrize("columns", [40, 80, 300])
def test_the_help_fits(columns):
    """Between 60 and 120 columns, where a Chinese character takes two; every command has its line, in order."""
    lines = help_page(columns).splitlines()
    width = min(max(columns, 60), 120)
    assert all(sum(2 if east_asian_width(c) in "WF" else 1 for c in line) <= width for line in lines)
    listed = lines[lines.index("Commands:") + 1 :]
    called = [name for name, command in COMMANDS.items() if not command.now]
    assert called == [line.split()[0] for line in listed if line[2] != " "]


def test_the_help_imports_no_library():
    """Whoever asks what there is does not wait, and sees the same as behind other options or without a command."""
    lines = (
        "import sys; sys.argv = ['xuncha', '--help']",
        "from pipeline.cli import main",
        "main()",
        "print({m.partition('.')[0] for m in sys.modules} - sys.stdlib_module_names - {'__main__', '__mp_main__'})",
    )
    said = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    *page, imported = said.stdout.splitlines()
    assert not {"typer", "structlog", "msgspec", "rich"} & set(re.findall(r"'(\w+)'", imported)), imported
    assert page == help_page(80).splitlines()


def test_behind_another_option_the_page_is_the_same(tmp_path):
    """There the whole command line has been imported."""
    answer = xuncha(tmp_path, "--help")
    assert (0, help_page().rstrip()) == (answer.status, answer.out.rstrip())
