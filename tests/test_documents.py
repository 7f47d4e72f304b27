"""Documents say what is true: their commands run, their links lead somewhere, both READMEs agree."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from connectors.sheets.kinds import KINDS
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


def test_both_readmes_give_the_same_commands():
    """Who reads Chinese types the same as who reads English."""
    assert commands(READMES[0]) == commands(READMES[1])


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
    for target in ("demo", "test", "lint", "types", "bench", "test-long"):
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target
