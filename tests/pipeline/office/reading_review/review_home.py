"""A small city with a lexicon of invented words, and sheets of titles that break it."""

from pathlib import Path
from typing import Any

from tests.connectors.wording.words import WRONG, write
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, rows

RIGHT = "砼砹硷"
BANNED = "碶碸"
SECRET = frozenset(WRONG + RIGHT + BANNED)
"""Characters that stand nowhere else in a test."""

LEXICON = f"""
[[entry]]
id = "w-001"
wrong = ["{WRONG}"]
right = "{RIGHT}"
kind = "organ"
severity = "red-1"
match = "near"

[[entry]]
id = "w-002"
wrong = ["{BANNED}"]
kind = "banned"
"""
COLUMNS = ("账号ID", "标题", "正文", "链接")
FIRST = (c.POSTING, f"关于{WRONG}的通知", "正文没有问题", "https://example.cn/1")
SECOND = (c.POSTING, "工作简讯", f"文中有{BANNED}一词", "https://example.cn/2")
GOOD = (c.SERVICE, f"关于{RIGHT}的通知", "", "https://example.cn/3")


def with_lexicon(home: Path) -> Path:
    """Give a home the lexicon; returns the home."""
    write(home / "lexicon.toml", LEXICON)
    with (home / "xuncha.toml").open("a", encoding="utf-8") as file:
        file.write('\n[reading_review]\nlexicon = "lexicon.toml"\n')
    return home


def titles(folder: Path, *texts: tuple[str, ...], name: str = "titles.xlsx") -> Path:
    """Write a sheet of titles."""
    return sheet(folder / name, COLUMNS, *texts)


def listed(home: Path, *words: str) -> list[dict[str, Any]]:
    """Return what is suspected."""
    return rows(home, "review", "list", *words)


def read(home: Path, path: Path, *words: str) -> dict[str, Any]:
    """Read a file with the lexicon."""
    return asked(home, "review", "run", path, *words)
