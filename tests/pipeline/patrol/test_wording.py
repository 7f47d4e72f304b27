"""Titles and texts of polls go through the lexicon when they are seen, and nowhere else (issue Year, 7)."""

from datetime import timedelta

import pytest

from connectors.feeds.parser import read_feed
from connectors.log.seen_items import Seen
from pipeline.home.folder import Home
from pipeline.home.reading_review import KEY_FILE, Passage, Reader
from pipeline.patrol.wording import plain_text, wording_seen
from tests.connectors.wording.words import WRONG, write
from tests.pipeline.inputs import at
from tests.pipeline.office.reading_review.review_home import BANNED, LEXICON, with_lexicon
from tests.pipeline.patrol.site import facts, look_at, site
from tests.pipeline.patrol.test_process import ago, once

NOON = at("2023-02-20 12:00")
ITEM = (
    "<item><title>{title}</title><link>https://a.test/{key}</link><guid>{key}</guid>"
    "<pubDate>{at:%a, %d %b %Y %H:%M:%S %z}</pubDate><description>{text}</description></item>"
)


def feed(*items, when=NOON - timedelta(hours=3)):
    """Return a feed of posts: key, title, text."""
    shown = "".join(ITEM.format(key=key, title=title, text=text, at=when) for key, title, text in items)
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{shown}</channel></rss>'


TEXT = f"&lt;p&gt;某处{BANNED[0]}&lt;b&gt;{BANNED[1]}&lt;/b&gt;一词&lt;/p&gt;"


@pytest.fixture
def reader(new_home):
    return Reader(Home(with_lexicon(new_home)))


def seen_in(reader, text, seen=None):
    feed_ = read_feed(text.encode(), looked_at=NOON)
    return wording_seen(reader, "polls", "test:a", NOON, feed_, seen or Seen())


def test_titles_and_texts_of_a_list_are_read(reader):
    """A title by itself, a text without the tags of the page that it is a piece of."""
    found = seen_in(reader, feed(("1", f"{WRONG}通知", ""), ("2", "简讯", TEXT)))
    assert {("w-001", "title"), ("w-002", "body")} == {(one.data.entry, one.data.where) for one in found}
    assert {"https://a.test/1", "https://a.test/2"} == {one.data.link for one in found}


def test_a_suggestion_is_told_once_whatever_shows_it_again(reader):
    """The memory of the source keeps that it was told; its id is the same from any source and at any look."""
    text = feed(("1", f"{WRONG}通知", ""))
    (one,) = seen_in(reader, text)
    assert [] == seen_in(reader, text, Seen(bad={one.id.bytes}))
    (again,) = wording_seen(
        reader, "other", "test:a", NOON + timedelta(days=1), read_feed(text.encode(), looked_at=NOON), Seen()
    )
    assert one.id == again.id


def test_what_a_fact_says_of_an_entry_is_keyed(reader, new_home):
    """Whoever has the log and guesses the word cannot tell: the hashes want the key of the home."""
    passage = Passage("test:a", "p", "title", f"{WRONG}通知")
    (one,) = reader.suspected(passage, "polls", NOON)
    assert 0o600 == (new_home / KEY_FILE).stat().st_mode & 0o777
    (same,) = Reader(Home(new_home)).suspected(passage, "polls", NOON)
    assert one == same
    (new_home / KEY_FILE).write_text("k" * 40)
    (other,) = Reader(Home(new_home)).suspected(passage, "polls", NOON)
    assert (one.data.commitment, one.data.context, one.data.post) != (
        other.data.commitment,
        other.data.context,
        other.data.post,
    )


def test_a_lexicon_that_changes_is_taken_and_one_out_of_order_is_not(reader, new_home):
    """A patrol looks on with what it has."""
    text = feed(("1", "砻砾通知", ""))
    assert [] == seen_in(reader, text)
    write(new_home / "lexicon.toml", LEXICON + '\n[[entry]]\nid = "w-3"\nwrong = ["砻砾"]\nkind = "typo"\n')
    reader.refresh()
    assert ["w-3"] == [one.data.entry for one in seen_in(reader, text)]
    write(new_home / "lexicon.toml", "[[entry")
    reader.refresh()
    assert ["w-3"] == [one.data.entry for one in seen_in(reader, text)]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("甲<b>乙</b>丙", "甲乙丙"),
        ("<p>甲</p><p>乙</p>", "\n甲\n\n乙\n"),
        ("甲<script>乙</script>丙<style>丁", "甲丙"),
        ("甲&amp;乙", "甲&乙"),
        ("3 < 4", "3 < 4"),
    ],
)
def test_a_piece_of_a_page_is_read_as_it_is_shown(text, plain):
    """Blocks end lines; scripts and tags are no words."""
    assert plain == plain_text(text)


def test_a_patrol_suggests_once_over_looks_and_restarts(new_home):
    """Issue Year, 7: titles at look time, bodies where the source gives them; another pass adds nothing."""
    with site() as served:
        served.feeds["/a.xml"] = feed(("1", f"{WRONG}通知", ""), ("2", "简讯", TEXT), when=ago(200))
        look_at(new_home, {"test:a": served.url("/a.xml")})
        with_lexicon(new_home)
        once(new_home, ago(150))
        told = facts(new_home, "wording.suspected")
        assert {"w-001", "w-002"} == {fact.data.entry for fact in told}
        assert {"feeds"} == {fact.source for fact in told}
        assert all(fact.data.snippet.startswith("urn:xuncha:text:") for fact in told)
        served.feeds["/a.xml"] = feed(
            ("3", "新文", ""), ("1", f"{WRONG}通知", ""), ("2", "简讯", TEXT), when=ago(200)
        )
        once(new_home)
    assert 2 == len(facts(new_home, "wording.suspected"))
    assert 2 == served.looks_at("/a.xml")
