"""The guide for offices says what is true: its commands run in order, in both languages the same."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import net, office_city, reading
from tests.pipeline.program import Answer, asked, rows, xuncha

DOCS = Path(__file__).parents[1] / "docs"
pytestmark = pytest.mark.source_tree
GUIDES = ("office.md", "office.zh-CN.md")
ROUND = "jiangcheng-2023Q1"
MAY_SAY_NO = ("registry check", "--home year registry check", "focus watch")
"""Commands that exit with 1 where they found something."""


def parts(name: str) -> tuple[str, str]:
    """Return the walk through a quarter, and the reference that begins with section 1."""
    walk, _, reference = (DOCS / name).read_text("utf-8").partition("\n## 1. ")
    return walk, reference


def commands(text: str) -> list[str]:
    """Return the lines of the shell blocks of a part of a guide."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def sections(name: str) -> list[str]:
    """Return the numbers of the headings of a guide."""
    return re.findall(r"^## (\d+)\. ", (DOCS / name).read_text("utf-8"), re.MULTILINE)


def test_both_languages_give_the_same_commands():
    """Who reads Chinese types the same as who reads English, in as many steps."""
    english, chinese = (parts(name) for name in GUIDES)
    assert [commands(part) for part in english] == [commands(part) for part in chinese]
    assert sections(GUIDES[0]) == sections(GUIDES[1]) == [str(n) for n in range(1, 11)]


def _case(home: Path) -> str:
    return str(rows(home, "filings", "list")[0]["id"])


def _finding(home: Path) -> str:
    return next(r["finding_id"] for r in rows(home, "findings", "list") if r["account_id"] == "a07")


def _objection(home: Path) -> str:
    objections = asked(home, "round", "show", ROUND)["objections"]
    return next(o["objection_id"] for o in objections if not o["outcome"])


def _run(home: Path) -> str:
    return str(rows(home, "rounds")[0]["run_id"])


IDS: dict[str, Callable[[Path], str]] = {
    "CASE": _case,
    "FINDING": _finding,
    "OBJECTION": _objection,
    "RUN": _run,
}
"""How a reader of the guide finds each id that it does not spell out."""


def follow(home: Path, line: str) -> Answer:
    """Run a line of the guide as a reader would."""
    program, *words = shlex.split(line)
    assert program == ".venv/bin/xuncha"
    return xuncha(home, *(IDS[word](home) if word in IDS else word for word in words))


def follow_guide(folder: Path) -> tuple[Path, dict[str, Answer]]:
    """Type the reference in a folder, where this process is, too; returns the home, and what each command said."""
    office_city.write_inputs(folder)
    first, *lines = commands(parts(GUIDES[0])[1])
    assert first == "export XUNCHA_HOME=office"
    home = folder / "office"
    said: dict[str, Answer] = {}
    for line in lines:
        answer = said[line.removeprefix(".venv/bin/xuncha ")] = follow(home, line)
        says_no = any(line.startswith(f".venv/bin/xuncha {command}") for command in MAY_SAY_NO)
        assert answer.status in ((0, 1) if says_no else (0,)), f"{line}: {answer.err or answer.out}"
        if " round sheets " in line:
            office_city.fill_check_sheets(folder / "sheets")
    return home, said


@pytest.mark.slow
def test_the_guide_leads_from_import_to_bulletin(tmp_path, monkeypatch):
    """Typed as it stands, on the sheets of a small city: a frozen round, an issued bulletin, a revision of one row.

    Over that city every command that reads answers as it did (`tests/net.py`), and leaves the log as it was.
    """
    monkeypatch.chdir(tmp_path)
    home, said = follow_guide(tmp_path)
    (frozen, revised) = rows(home, "rounds")
    assert (11, 9, 2, 0) == tuple(frozen[k] for k in ("checked", "passed", "failed", "unknown"))
    assert (10, 1) == (revised["passed"], revised["failed"])
    assert "乙区水务" in said["focus list --on 2023-02-13"].out
    assert "甲区生态环境" in said[f"round revise {ROUND}"].out
    reported = next(answer.out for command, answer in said.items() if command.startswith("reports due"))
    assert re.search("甲区人民政府办公室.*未报送", reported)
    assert re.search("乙区人民政府办公室.*按时.*100.0%", reported)
    on_list = {r["account_id"] for r in rows(home, "focus", "list", "--on", "2023-02-21")}
    assert {"a08", "a11"} == on_list
    year = {command.removeprefix("--home year "): answer.out for command, answer in said.items()}
    assert re.search("mzj.*不合格", year["sites status --check-point 2025-06-30"])
    assert re.search("云汀地震.*已公告，不计", year["interaction functions"])
    assert re.search("松岭发布.*minhou-practice-2025@1", year["rulesets assigned"])
    assert re.search("应急管理 +2 ", year["accounts lines --round yunting-2025Q2"])
    assert re.search("云府办督〔2025〕2号.*已答复", year["supervision list --on 2025-05-31"])
    documents = {path.suffix for path in (tmp_path / "bulletin").iterdir()}
    assert {".docx", ".html", ".xlsx"} <= documents
    frozen_answers = json.loads(net.FILE.read_text("utf-8"))
    assert [] == list(net.differences(frozen_answers, net.answers(home)))
    assert [] == list(reading.writing(home, tmp_path, frozen["run_id"]))
