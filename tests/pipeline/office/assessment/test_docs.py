"""The commands of docs/assessment.md run in the order in which they stand."""

import re
import shlex
from pathlib import Path

import pytest

from tests.pipeline.program import Answer, rows, xuncha

PAGE = (Path(__file__).parents[4] / "docs" / "assessment.md").read_text("utf-8")
pytestmark = pytest.mark.source_tree


@pytest.mark.slow
def test_the_commands_of_the_page_run(home, tmp_path, monkeypatch):
    """Whoever types them, with the ids that lists show, comes to a sheet; the simulation itself was run before."""
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    simulate, *lines = block.strip().splitlines()
    assert "simulate kunshan-2020" in simulate
    for line in lines:
        answer = _run(home, line)
        assert 0 == answer.status, (line, answer.err)
    assert (tmp_path / "kaohe.docx").is_file()


def _run(home: Path, line: str) -> Answer:
    if " NOTE " in line:
        (note,) = [n for n in rows(home, "assessment", "notes", "2020") if "己" in n["document"]]
        line = line.replace("NOTE", note["short"])
    if " OBJECTION " in line:
        (one,) = rows(home, "assessment", "objections", "2020")
        line = line.replace("OBJECTION", one["short"])
    _, option, _, *words = shlex.split(line)
    assert "--home" == option
    return xuncha(home, *words)
