"""The walk through a quarter in the guide for offices: typed as it stands, counted, its mistakes undone."""

import re
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.pipeline.program import Answer, asked, rows, xuncha
from tests.test_office_guide import GUIDES, commands, parts

pytestmark = [pytest.mark.source_tree, pytest.mark.slow]
ROUND = "yunting-2025Q2-2"
CHECK_POINT = ("--check-point", "2025-06-30T09:00:00+08:00")
MAY_SAY_NO = ("registry check",)
WRITES_FILES = ("sample", "init", "bulletin draft")
"""Commands that write a folder or documents, and maybe no fact."""
PRINTED = {
    "PLAN": re.compile("收件预览 ([0-9a-f]{10})"),
    "NUMBER": re.compile("收([0-9]{4}-[0-9]{4})"),
    "QUESTION": re.compile(r"\[([0-9a-f]{10})\]"),
}
"""How a reader finds an id in what a command before printed."""


class Typed(NamedTuple):
    """A command of the walk and what came of it."""

    command: str
    answer: Answer
    facts: int  # that it wrote


class Walked(NamedTuple):
    """The home after the walk, and everything that was typed."""

    home: Path
    typed: list[Typed]

    def said(self, command: str) -> str:
        return next(t.answer.out for t in self.typed if t.command.startswith(command))


def records(home: Path) -> int:
    log = home / "log.sqlite"
    if not log.exists():
        return 0
    with closing(sqlite3.connect(f"file:{log}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM records").fetchone()[0])


def walk(folder: Path) -> Walked:
    """Type the walk in a folder, where this process is, too."""
    first, *lines = commands(parts(GUIDES[0])[0])
    home = folder / first.removeprefix("export XUNCHA_HOME=")
    typed: list[Typed] = []
    for line in lines:
        program, *words = shlex.split(line)
        assert program == ".venv/bin/xuncha"
        before = records(home)
        answer = xuncha(home, *(filled_in(home, word, typed) for word in words))
        command = line.removeprefix(".venv/bin/xuncha ")
        says_no = command.startswith(MAY_SAY_NO)
        assert answer.status in ((0, 1) if says_no else (0,)), f"{line}: {answer.err or answer.out}"
        typed.append(Typed(command, answer, records(home) - before))
    return Walked(home, typed)


def filled_in(home: Path, word: str, typed: list[Typed]) -> str:
    """Return a word of a line with the id that it stands for."""
    if word == "RUN":
        return str(rows(home, "runs")[0]["run_id"])
    placeholder, _, rest = word.partition("=")
    if placeholder not in PRINTED:
        return word
    told = next(
        found[1] for t in reversed(typed) if (found := PRINTED[placeholder].search(t.answer.out)) is not None
    )
    return f"{told}={rest}" if rest else told


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The walk, typed once."""
    folder = tmp_path_factory.mktemp("walk")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return walk(folder)


def test_the_walk_takes_as_many_writing_commands_as_the_page_says(walked):
    """At most twenty write anything, mistakes included, and both pages say how many."""
    writing = [t for t in walked.typed if t.facts or t.command.startswith(WRITES_FILES)]
    assert len(writing) <= 20
    for name in GUIDES:
        right, wrong, both = map(int, re.findall(r"\*\*([0-9]+)", parts(name)[0])[:3])
        assert right + wrong == both == len(writing), [t.command for t in writing]


def test_the_walk_ends_with_an_issued_bulletin_and_its_correction(walked):
    """Looks by people alone judge every account and every week: two fell silent, one has wrong words."""
    (run,) = rows(walked.home, "runs")
    assert (40, 37, 3, 0) == tuple(run[k] for k in ("checked", "passed", "failed", "unknown"))
    judged = asked(walked.home, "score", *CHECK_POINT, "--ruleset", "suzhou-practice-2023")["rows"]
    deducted = [d["rule"] for row in judged for d in row["deductions"]]
    assert (deducted.count("yellow-4-updates"), deducted.count("red-5-silent")) == (3, 2)
    assert not [row for row in judged if row["weeks_not_judged"]]
    issued = (walked.home.parent / "通报" / "issued").rglob("*.docx")
    assert {"yunting-2025Q2-2.docx", "yunting-2025Q2-2.correction.docx"} == {path.name for path in issued}
    (bulletin,) = rows(walked.home, "bulletin", "list")
    assert ("云府办〔2025〕12号", ["云府办〔2025〕15号"]) == (bulletin["number"], bulletin["corrections"])


def test_each_mistake_of_the_walk_is_named_before_it_is_stored(walked):
    """A wrong time refuses rows, another week and a twin are asked, a typo is shown as a correction."""
    told = {t.command: t.answer.out for t in walked.typed}
    by_file = [out for command, out in told.items() if command.startswith("intake 云汀/练习-错误")]
    time, week, typo, twin = by_file
    assert "37 行" in time
    assert "晚于监测时间" in time
    assert "40行中有38行早于已知时间，是否另一周的表？" in week
    assert re.search("石桥发布 +石挢发布 +更正", typo)
    assert "是否同一账号" in twin


def test_each_mistake_of_the_walk_is_undone_without_a_trace(walked):
    """Three intakes are withdrawn; the registry has its forty accounts under their names, and no twin."""
    stages = [row["stage"] for row in rows(walked.home, "intake", "list")]
    assert stages == ["taken", "withdrawn", "taken", "withdrawn", "withdrawn", "taken"]
    names = [row["name"] for row in rows(walked.home, "accounts", "list")]
    assert len(names) == 40
    assert not [name for name in names if "河" in name or "挢" in name]
    assert walked.said("status").count("超期未更新") == 2
