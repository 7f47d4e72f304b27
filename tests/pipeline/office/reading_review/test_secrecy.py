"""No word of the lexicon stands in a log, an export, a message or an error: all bytes of a home are looked through."""

import json
import subprocess
import sys
import zipfile

import pytest

from tests.connectors.wording.words import WRONG, write
from tests.pipeline import small_city as c
from tests.pipeline.office.reading_review.review_home import (
    BANNED,
    FIRST,
    LEXICON,
    RIGHT,
    SECOND,
    listed,
    read,
    titles,
    with_lexicon,
)
from tests.pipeline.program import done, xuncha

WORDS = (WRONG, RIGHT, BANNED)
WATCHED = """
import sys
def told(event, args):
    if event in ("socket.connect", "socket.sendto") and isinstance(args[1], tuple) or event == "socket.getaddrinfo":
        print("REACHED OUT", event, file=sys.stderr)
sys.addaudithook(told)
"""
"""Tells each call of the interpreter that leads to another machine; the door of a home is a file, and none."""
MAY = {"lexicon.toml", "people.sqlite", "people.sqlite-wal"}
"""The lexicon itself, and the text store."""


def holds_a_word(content: bytes) -> bool:
    """Look for the words in every encoding that a file may have them in."""
    escaped = [json.dumps(word).strip('"').encode() for word in WORDS]
    return any(
        w in content
        for w in (*(word.encode(e) for word in WORDS for e in ("utf-8", "utf-16-le", "gb18030")), *escaped)
    )


def test_all_bytes_of_a_home_are_free_of_the_words(city, tmp_path):
    """But for the lexicon and the text store: facts, history, read model, logs and caches."""
    with_lexicon(city)
    read(city, titles(tmp_path, FIRST, SECOND))
    first, second = sorted(listed(city), key=lambda row: row["entry"])
    done(city, "review", "confirm", first["suspicion_id"], "--reason", "名称有误")
    done(city, "review", "dismiss", second["suspicion_id"], "--everywhere")
    done(city, "run", "--until-idle")
    files = [path for path in city.rglob("*") if path.is_file()]
    assert {"lexicon.toml", "people.sqlite"} <= {p.name for p in files if holds_a_word(p.read_bytes())} <= MAY
    (stored,) = xuncha(
        city, "sql", "SELECT count() AS n FROM records WHERE type = 'wording.suspected'", "--json"
    ).rows
    assert 2 == stored["n"]


def test_exports_and_answers_are_free_of_the_words(city, tmp_path):
    """Tables, JSON, CSV and workbooks name entries by their ids; `show` alone shows what stands there."""
    with_lexicon(city)
    commands: list[tuple[object, ...]] = [
        ("review", "run", titles(tmp_path, FIRST, SECOND)),
        ("review", "run", titles(tmp_path, FIRST, SECOND), "--json"),
        ("review", "list", "--csv", tmp_path / "a.csv"),
        ("review", "list", "--xlsx", tmp_path / "a.xlsx"),
        ("review", "list"),
        ("review", "list", "--json"),
        ("review", "figures", "--json"),
        ("review", "lexicon", "check"),
        ("review", "lexicon", "check", "--json"),
        ("today", "--json"),
    ]
    said = [xuncha(city, *words) for words in commands]
    assert [0] * len(said) == [answer.status for answer in said]
    assert not [answer for answer in said if holds_a_word((answer.out + answer.err).encode())]
    assert "w-001" in said[5].out
    assert not holds_a_word((tmp_path / "a.csv").read_bytes())
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert not [name for name in book.namelist() if holds_a_word(book.read(name))]
    kept = tmp_path / "kept"
    done(city, "export", kept)
    assert not [
        p for p in kept.rglob("*") if p.is_file() and p.name not in MAY and holds_a_word(p.read_bytes())
    ]


def test_no_text_leaves_the_machine(city, tmp_path):
    """Issue Year, 7: while texts are read no address is looked up and no connection opened."""

    def run(code: str) -> "subprocess.CompletedProcess[str]":
        read_by = ["--home", str(with_words), "review", "run", str(titles(tmp_path, FIRST, SECOND))]
        return subprocess.run(
            [sys.executable, "-c", WATCHED + code, *read_by], capture_output=True, text=True, check=False
        )

    with_words = with_lexicon(city)
    reading = run("from pipeline.cli import main; main()")
    assert 0 == reading.returncode, reading.stderr
    assert "REACHED OUT" not in reading.stderr
    assert 2 == len(listed(city))
    assert "REACHED OUT" in run("import socket; socket.getaddrinfo('localhost', 9)").stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LEXICON.replace("organ", RIGHT), "entry 1: the kind"),
        (LEXICON + f'note = "{BANNED}\n', "no TOML"),
        (LEXICON.replace("w-002", BANNED), "entry 2: the id"),
    ],
)
def test_a_lexicon_that_is_not_in_order_is_told_by_its_rows(city, tmp_path, text, said):
    """By the command that checks it and by the one that reads with it."""
    with_lexicon(city)
    write(city / "lexicon.toml", text)
    for words in (("review", "lexicon", "check"), ("review", "run", titles(tmp_path, FIRST)), ("doctor",)):
        answer = xuncha(city, *words)
        assert answer.status in (1, 2)
        assert said in " ".join((answer.complaint + answer.out).split())
        assert not holds_a_word((answer.out + answer.err).encode())


def test_a_home_without_a_lexicon_says_so(city, tmp_path):
    """It names the section that is missing."""
    answer = xuncha(city, "review", "run", titles(tmp_path, (c.POSTING, "标题", "", "")))
    assert (2, True) == (answer.status, "[reading_review]" in answer.complaint)
