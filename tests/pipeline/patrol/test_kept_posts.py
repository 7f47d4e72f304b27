"""Posts of recorded polls, where the settings ask to keep them: titles and links beside the log, and nowhere else."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.pipeline.inputs import at, polls, sheet
from tests.pipeline.program import asked, done, rows
from tests.pipeline.traces import texts_of_history

FIRST = at("2021-06-10 12:00")
ITEM = "<item><title>{title}</title><link>https://a.test/{key}</link><guid>{key}</guid><pubDate>{at}</pubDate></item>"


def feed(*shown: tuple[str, str, int]) -> str:
    """Return a list of items: key, title, hours before the first poll."""
    items = (
        ITEM.format(key=key, title=title, at=f"{FIRST - timedelta(hours=age):%a, %d %b %Y %H:%M:%S %z}")
        for key, title, age in shown
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{"".join(items)}</channel></rss>'
    )


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    """Three polls: of three posts one is renamed and another one goes missing; a title holds the number of a person."""
    home, one, two, three = (
        tmp_path / "home",
        ("a", "植题一号 17300042217", 1),
        ("b", "植题二号", 30),
        ("c", "植题三号", 60),
    )
    done(home, "init", "--partitions", 2)
    with (home / "xuncha.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[sources.recorded-polls]\nkeep_posts = true\n")
    done(
        home,
        "accounts",
        "import",
        sheet(tmp_path / "a.csv", ("账号ID", "账号名称", "平台"), ("A", "甲", "抖音")),
    )
    later = ("c", "植题新名", 60)
    looks = [(FIRST, feed(one, two, three)), (FIRST + timedelta(hours=3), feed(one, later))]
    looks.append((FIRST + timedelta(hours=6), feed(one, later)))
    done(home, "polls", "replay", polls(tmp_path / "polls", [(t, {"A": text}) for t, text in looks]))
    return home


@pytest.mark.slow
def test_titles_lie_in_the_text_store_and_what_becomes_of_posts_in_the_log(watched):
    """Issue Posts seen: the fact holds a commitment; an edit, a deletion; a platform's words are never refused."""
    assert {"植题一号 17300042217", "植题新名"} <= {row["text"] for row in rows(watched, "texts", "list")}
    by_type = asked(
        watched, "sql", "SELECT type, count() AS n FROM records WHERE type LIKE 'post.%' GROUP BY type"
    )
    assert {"post.published": 3, "post.edited": 1, "post.deleted": 1} == {
        row["type"]: int(row["n"]) for row in by_type["rows"]
    }
    everything = texts_of_history(watched)
    assert "植题" not in everything
    assert "17300042217" not in everything
