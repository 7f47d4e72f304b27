"""docs/reading-review.md: its settings and lexicon are read, and its commands run in the order in which they stand."""

import re
import shlex
from pathlib import Path

import pytest

from tests.connectors.wording.words import write
from tests.pipeline import small_city as c
from tests.pipeline.office.reading_review.review_home import listed, titles
from tests.pipeline.program import Answer, asked, xuncha

PAGE = (Path(__file__).parents[4] / "docs" / "reading-review.md").read_text("utf-8")
PLACEHOLDER = "316f4b8e"
pytestmark = pytest.mark.source_tree


def test_the_commands_of_the_page_run(city, tmp_path, monkeypatch):
    """Whoever types them, with the ids that lists show, confirms, dismisses and undoes."""
    monkeypatch.chdir(tmp_path)
    settings, lexicon = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (commands,) = re.findall(r"```\n(xuncha review .*?)```", PAGE, re.DOTALL)
    with (city / "xuncha.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{settings}")
    write(city / "lexicon.toml", lexicon)
    (wrong,) = re.findall(r'wrong = \["(.*?)"\]', lexicon)
    texts = [(c.POSTING, f"{n}号{n}{wrong}{n}通知", "", f"https://example.cn/{n}") for n in range(5)]
    titles(tmp_path, *texts, name="七月标题.xlsx")
    confirmed: list[str] = []
    for line in commands.strip().splitlines():
        answer = _run(city, line, confirmed)
        assert 0 == answer.status, (line, answer.err)
    told = [row["state"] for row in listed(city)]
    assert {"confirmed": 1, "dismissed": 2, "open": 2} == {state: told.count(state) for state in told}
    assert asked(city, "review", "figures")["rows"]


def _run(home: Path, line: str, confirmed: list[str]) -> Answer:
    _, *words = shlex.split(line, comments=True)
    if PLACEHOLDER in words:
        if words[1] == "undo":
            one = confirmed.pop()
        else:
            one = next(row["suspicion_id"] for row in listed(home) if row["state"] == "open")
        if words[1] == "confirm":
            confirmed.append(one)
        words[words.index(PLACEHOLDER)] = one
    return xuncha(home, *words)
