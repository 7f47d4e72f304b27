"""Commands that are imported on demand: the table of their modules, and what a command leaves out."""

import re
import subprocess
import sys
from importlib import import_module

import typer
from typer.main import get_group

from pipeline.cli.on_demand import COMMANDS
from tests.pipeline.program import xuncha


def test_the_table_names_what_the_modules_add():
    """A command that a module adds and the table lacks could not be called; each stands where its module says."""
    added: dict[str, set[str]] = {}
    for modules in COMMANDS.values():
        app = typer.Typer()
        app.callback()(lambda: None)
        for module in modules:
            import_module(f"pipeline.cli.{module}").register(app)
        for name in get_group(app).commands:
            added.setdefault(name, set()).update(modules)
    assert {name: set(modules) for name, modules in COMMANDS.items()} == added


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


def test_a_word_that_is_no_command_is_told_with_those_like_it(tmp_path):
    """Whether their modules were imported or not."""
    answer = xuncha(tmp_path, "bulletni", "list")
    assert (2, True) == (answer.status, "Did you mean 'bulletin'?" in answer.complaint)


def test_the_help_lists_every_command(tmp_path):
    """In the order of the table."""
    shown = re.findall(r"^│ ([a-z][a-z-]*)", xuncha(tmp_path, "--help").out, re.MULTILINE)
    assert list(COMMANDS) == shown
