from datetime import UTC, datetime, timedelta

import pytest

from connectors.feeds.feed import Feed, FeedUnreadable
from connectors.feeds.gather import MAX_ITEMS, MAX_KEY, MAX_RAW
from connectors.feeds.parser import read_feed

LOOKED_AT = datetime(2021, 6, 17, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def at(day: int, hour: int = 4) -> datetime:
    return datetime(2021, 6, day, hour, tzinfo=UTC)


def item(key: str, published_at: datetime | str) -> str:
    date = published_at if isinstance(published_at, str) else published_at.isoformat()
    return f"<item><guid>{key}</guid><pubDate>{date}</pubDate></item>"


def rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'.encode()


def atom(*entries: str) -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id>{"".join(entries)}</feed>'.encode()


def read(raw: bytes) -> Feed:
    return read_feed(raw, looked_at=LOOKED_AT)


def keys(feed: Feed) -> list[str]:
    return [found.native_key for found in feed.items]


def posts(feed: Feed) -> list[tuple[str, datetime, bool]]:
    return [(found.native_key, found.published_at, found.date_only) for found in feed.items]


def reasons(feed: Feed) -> list[str]:
    return [bad.reason for bad in feed.bad]


def test_rss_2():
    """An RSS item is a post with its guid and its pubDate."""
    feed = read(rss(item("a", "Wed, 16 Jun 2021 12:00:00 +0800")))
    assert posts(feed) == [("a", at(16), False)]
    assert feed.proves


def test_rss_1():
    """An item of RDF is a post with its address and its Dublin Core date."""
    feed = read(
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        b' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/>'
        b'<item rdf:about="http://x.example/1"><link>http://x.example/other</link>'
        b"<dc:date>2021-06-16T12:00:00+08:00</dc:date></item></rdf:RDF>"
    )
    assert posts(feed) == [("http://x.example/1", at(16), False)]


def test_atom_published():
    """An edit of an Atom entry does not move the time of its publication."""
    updated, published = (
        "<updated>2021-06-17T00:00:00Z</updated>",
        "<published>2021-06-16T04:00:00Z</published>",
    )
    feed = read(atom(f"<entry><id>a</id>{updated}{published}</entry>"))
    assert posts(feed) == [("a", at(16), False)]
    assert not feed.items[0].modified_only


MODIFIED = {
    "Atom 1.0": atom("<entry><id>a</id><updated>2021-06-16T04:00:00Z</updated></entry>"),
    "Atom 0.3": b'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>a</id>'
    b"<modified>2021-06-16T04:00:00Z</modified></entry></feed>",
    "Dublin Core": rss(
        '<item><guid>a</guid><m xmlns="http://purl.org/dc/terms/"/>'
        '<modified xmlns="http://purl.org/dc/terms/">2021-06-16T04:00:00Z</modified></item>'
    ),
    "Atom in RSS": rss(
        '<item><guid>a</guid><a10:updated xmlns:a10="http://www.w3.org/2005/Atom">2021-06-16T04:00:00Z</a10:updated>'
        "<pubDate/></item>"
    ),
    "RSS 1.0": b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    b' xmlns:t="http://purl.org/dc/terms/"><item rdf:about="a"><t:modified>2021-06-16T04:00:00Z</t:modified></item>'
    b"</rdf:RDF>",
    "JSON Feed": b'{"version": "https://jsonfeed.org/version/1.1", "items":'
    b' [{"id": "a", "date_modified": "2021-06-16T04:00:00Z"}]}',
}


@pytest.mark.parametrize("raw", MODIFIED.values(), ids=MODIFIED.keys())
def test_a_date_of_modification_alone_is_read_and_said_to_be_one(raw):
    """Every format alike: the item is a post at that time, and tells that nobody said when it was published."""
    feed = read(raw)
    assert posts(feed) == [("a", at(16), False)]
    assert feed.items[0].modified_only
    assert feed.proves


def test_a_post_known_by_its_words_and_its_last_edit_stays_one():
    """A date of modification is no part of a key, or every edit would be a new post."""
    entry = "<entry><title>通知</title><updated>2021-06-{}T04:00:00Z</updated></entry>"
    assert keys(read(atom(entry.format(14)))) == keys(read(atom(entry.format(16))))


def test_doubles_that_differ_in_the_date_of_an_edit_are_one_post():
    """An edit never makes a new post; a time of publication beside it counts."""
    entry = "<entry><id>a</id><{0}>2021-06-{1}T04:00:00Z</{0}></entry>"
    twice = read(atom(entry.format("updated", 16), entry.format("updated", 15)))
    assert (posts(twice), twice.bad, twice.entries) == ([("a", at(16), False)], (), 2)
    beside = read(atom(entry.format("updated", 16), entry.format("published", 10)))
    assert (posts(beside), beside.items[0].modified_only) == ([("a", at(10), False)], False)


def test_an_unreadable_published_is_not_replaced_by_updated():
    """A broken date of publication is a fault, and the time of an edit does not hide it."""
    entry = (
        "<entry><id>a</id><updated>2021-06-16T04:00:00Z</updated><published>2021-13-45</published></entry>"
    )
    assert reasons(read(atom(entry))) == ["unreadable_date"]


def test_a_second_date_helps_where_the_first_is_unreadable():
    """pubDate in an unknown form does not lose the post when dc:date can be read."""
    dates = "<pubDate>Mi, 16. Juni</pubDate><dc:date>2021-06-16T04:00:00Z</dc:date>"
    assert read(rss(f"<item><guid>a</guid>{dates}</item>")).items[0].published_at == at(16)


def test_pinned_and_unsorted_items():
    """Pinned posts come first in the document; the newest comes first in the result."""
    feed = read(rss(item("pinned", at(1)), item("b", at(14)), item("c", at(16)), item("d", at(15))))
    assert keys(feed) == ["c", "d", "b", "pinned"]


def test_several_posts_with_one_time():
    """One mass message has several articles with one time: all are posts, in the order of the document."""
    assert keys(read(rss(item("b", at(16)), item("a", at(16)), item("c", at(16))))) == ["b", "a", "c"]


def test_a_day_alone_is_flagged():
    """A date without a clock time is the end of that day in the zone of the feed."""
    feed = read(rss(item("a", "2021-06-16")))
    assert posts(feed) == [("a", datetime(2021, 6, 16, 15, 59, 59, tzinfo=UTC), True)]


def test_the_zone_of_a_feed():
    """Times without a zone are read in the zone that the caller knows of."""
    feed = read_feed(rss(item("a", "2021-06-16 04:00")), looked_at=LOOKED_AT, zone=UTC)
    assert feed.items[0].published_at == at(16)


def test_a_bad_item_does_not_lose_the_good_ones():
    """Each bad item is kept with place, reason and source, and the look proves nothing."""
    feed = read(
        rss(item("a", at(16)), item("b", "2021-13-45"), "<item><guid>c</guid></item>", item("d", at(15)))
    )
    assert keys(feed) == ["a", "d"]
    assert [(bad.position, bad.reason, bad.detail) for bad in feed.bad] == [
        (2, "unreadable_date", "2021-13-45"),
        (3, "undated", ""),
    ]
    assert feed.bad[0].raw == b"<item><guid>b</guid><pubDate>2021-13-45</pubDate></item>"
    assert feed.damaged is None
    assert not feed.proves


def test_the_source_of_a_bad_item_is_bounded():
    """A dead letter of a feed is at most 4 KB."""
    feed = read(rss(f"<item><guid>a</guid><description>{'文' * 50_000}</description></item>"))
    assert len(feed.bad[0].raw) == MAX_RAW


def test_a_time_far_after_the_look_is_a_dead_letter():
    """At exactly one day ahead an item is a post, a second later it is none, and the look proves nothing."""
    feed = read(rss(item("a", LOOKED_AT + DAY), item("b", LOOKED_AT + DAY + timedelta(seconds=1))))
    assert keys(feed) == ["a"]
    assert reasons(feed) == ["in_future"]
    assert not feed.proves


def test_the_key_is_the_guid_then_the_link():
    """An empty guid is none."""
    link = "<item><guid> </guid><link>http://x.example/1</link><pubDate>2021-06-16</pubDate></item>"
    assert keys(read(rss(link))) == ["http://x.example/1"]


def test_atom_links():
    """Of several links of an entry the alternate one is its key."""
    links = '<link rel="enclosure" href="http://x.example/p.jpg"/><link href="http://x.example/1"/>'
    assert keys(read(atom(f"<entry>{links}<published>2021-06-16</published></entry>"))) == [
        "http://x.example/1"
    ]


def test_an_item_without_id_and_link_is_known_by_a_hash():
    """The hash depends on title and time, and holds no word of the title."""
    titles = ["<title>公告</title>", "<title>公告</title>", "<title>通知</title>"]
    dates = [at(15), at(16), at(16)]
    items = [
        f"<item>{t}<pubDate>{d.isoformat()}</pubDate></item>" for t, d in zip(titles, dates, strict=True)
    ]
    feed = read(rss(*items))
    assert len(set(keys(feed))) == 3
    assert all(key.startswith("sha256:") for key in keys(feed))
    assert keys(feed) == keys(read(rss(*items)))


def test_an_item_with_nothing_but_a_time_has_no_key():
    """An item that can't be known again is a dead letter; an old one hides no newer post."""
    feed = read(rss(item("a", at(16)), "<item><pubDate>2021-06-15</pubDate></item>"))
    assert reasons(feed) == ["unkeyed"]
    assert feed.proves
    assert not read(rss(item("a", at(14)), "<item><pubDate>2021-06-15</pubDate></item>")).proves


@pytest.mark.parametrize("key", ["k" * (MAX_KEY + 1), "a\nb", "a\u200bb"])
def test_long_and_unprintable_keys_are_hashed(key):
    """What goes into the log is bounded and can be shown."""
    assert keys(read(rss(item(key, at(16)))))[0].startswith("sha256:")


def test_doubles_with_one_time_are_one_post():
    """An item that stands twice in a feed is neither two posts nor a fault."""
    feed = read(rss(item("a", at(16)), item("a", at(16))))
    assert keys(feed) == ["a"]
    assert feed.bad == ()


def test_doubles_with_other_times_are_a_conflict():
    """The first counts; a newer one behind it may be a post that the key hides: the look proves nothing."""
    feed = read(rss(item("a", at(15)), item("a", at(16))))
    assert posts(feed) == [("a", at(15), False)]
    assert reasons(feed) == ["conflict"]
    assert not feed.proves
    assert read(rss(item("a", at(16)), item("a", at(15)))).proves


@pytest.mark.parametrize("field", ["media:title", "itunes:date", "x:pubDate", "x:guid"])
def test_fields_of_other_namespaces_are_not_ours(field):
    """A picture's or a podcast's fields say nothing about the post."""
    prefix = field.partition(":")[0]
    foreign = f'<{field} xmlns:{prefix}="http://{prefix}.example/">2001-01-01</{field}>'
    feed = read(rss(f"<item>{foreign}<guid>a</guid><pubDate>{at(16).isoformat()}</pubDate></item>"))
    assert posts(feed) == [("a", at(16), False)]


def test_undeclared_prefixes_are_no_damage():
    """Many feeds forget to declare `content:`; no item is lost by it."""
    feed = read(
        rss(f"<item><guid>a</guid><content:encoded>文</content:encoded><pubDate>{at(16)}</pubDate></item>")
    )
    assert keys(feed) == ["a"]
    assert feed.damaged is None


def test_bare_ampersands_stay_in_the_key():
    """Links that differ only behind an unescaped `&` are different posts, and the feed is whole."""
    links = [f"<link>http://x.example/?b=1&mid={n}</link>" for n in (1, 2)]
    feed = read(
        rss(*(f"<item>{link}<title>A&B&nbsp;</title><pubDate>2021-06-16</pubDate></item>" for link in links))
    )
    assert keys(feed) == ["http://x.example/?b=1&mid=1", "http://x.example/?b=1&mid=2"]
    assert feed.damaged is None


def test_control_characters_do_not_end_the_feed():
    """A vertical tab in one title, bare or as a reference, costs no item."""
    items = [item("a", at(16)), "<item><title>\x0b&#11;</title></item>", item("b", at(15))]
    feed = read(rss(*items))
    assert keys(feed) == ["a", "b"]
    assert feed.damaged is None


def test_the_order_of_the_document_is_told_beside_that_of_time():
    """A pinned post stands before newer ones, and only the document says so; times are as stated, even ahead."""
    ahead = LOOKED_AT + timedelta(hours=3)
    feed = read(rss(item("pinned", at(1)), item("b", ahead), item("c", at(15)), item("b", ahead)))
    assert [found.native_key for found in feed.shown] == ["pinned", "b", "c"]
    assert sorted(feed.shown, key=lambda found: found.published_at, reverse=True) == list(feed.items)
    assert feed.items[0].published_at == ahead


def test_entries_count_what_stood_in_the_document():
    """Good, bad and double ones; a list shorter than its declared length shows all there is."""
    undated = "<item><guid>u</guid></item>"
    assert read(rss(item("a", at(16)), item("a", at(16)), item("a", at(14)), undated)).entries == 4


def test_a_day_and_a_time_in_it_are_one_post():
    """One key by its day and by a time of that day: no conflict, and the time counts; the next day is one."""
    for doubles in (("2021-06-16", at(16)), (at(16), "2021-06-16")):
        feed = read(rss(*(item("a", date) for date in doubles)))
        assert (posts(feed), feed.bad) == ([("a", at(16), False)], ())
    assert reasons(read(rss(item("a", "2021-06-15"), item("a", at(16))))) == ["conflict"]
    assert reasons(read(rss(item("a", "2021-06-16"), item("a", "2021-06-15")))) == ["conflict"]


def test_a_bad_item_has_a_mark_by_which_it_is_known_again():
    """Same key, dates, title and link: the same bad item, wherever it stands and however its text changes."""
    bad = "<item><guid>{}</guid><pubDate>{}</pubDate><title>{}</title><link>{}</link><summary>{}</summary></item>"
    words = ("p", "1970-01-01", "服务指南", "https://x.example/1", "阅读 1")
    (first,) = read(rss(bad.format(*words))).bad
    (second,) = read(rss(item("a", at(16)), bad.format(*words[:4], "阅读 2"))).bad
    assert first.mark == second.mark
    marks = {first.mark}
    for place, other in enumerate(("q", "1970-01-02", "服务", "https://x.example/2")):
        (changed,) = read(rss(bad.format(*words[:place], other, *words[place + 1 :]))).bad
        marks.add(changed.mark)
    assert len(marks) == 5


def test_a_conflict_tells_the_post_that_it_would_be():
    """A re-used key: with title and text of its own it may be another post."""
    post = "<item><guid>1</guid><title>{}</title><pubDate>{}</pubDate></item>"
    feed = read(rss(post.format("水质公报", at(16)), post.format("停水通知", at(10))))
    (conflict,) = feed.bad
    assert conflict.item is not None
    assert (conflict.item.published_at, conflict.item.native_key) == (at(10), "1")
    assert conflict.item.content_hash != feed.items[0].content_hash


def test_the_words_of_a_post_are_known_by_a_hash():
    """Title or text changed under one key: the hash is another; the time and the link are not in it."""
    post = "<item><guid>1</guid><title>{}</title><summary>{}</summary><link>{}</link><pubDate>{}</pubDate></item>"
    hashes = [
        read(rss(post.format(*words))).items[0].content_hash
        for words in (
            ("题", "文", "https://x.example/1", at(16)),
            ("题", "文", "https://x.example/2", at(15)),
            ("题", "文章", "https://x.example/1", at(16)),
            ("标题", "文", "https://x.example/1", at(16)),
            ("题文", "", "https://x.example/1", at(16)),
        )
    ]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 4


def test_a_feed_cut_between_two_items_is_damaged():
    """The parser closes what was cut; the feed still says that it is not whole."""
    whole = rss(item("a", at(16)), item("b", at(15)))
    feed = read(whole[: whole.index(b"<item><guid>b")])
    assert keys(feed) == ["a"]
    assert feed.damaged == "broken XML at line 1 (ERR_TAG_NOT_FINISHED)"
    assert not feed.proves


def test_an_item_that_is_not_closed_loses_no_other():
    """A missing end tag nests the next item in the broken one; both are found."""
    feed = read(rss(item("a", at(16)).removesuffix("</item>"), item("b", at(15))))
    assert keys(feed) == ["a", "b"]
    assert feed.damaged


def test_the_number_of_items_is_bounded():
    """What lies behind the bound is not read, and the feed says so."""
    feed = read(rss(*(item(str(n), at(16)) for n in range(MAX_ITEMS + 1))))
    assert len(feed.items) == MAX_ITEMS
    assert not feed.proves


def test_a_feed_without_items_is_a_feed():
    """An account that never posted has an empty feed: it is readable, and said to hold nothing."""
    for raw in (rss(), atom(), b'{"version": "https://jsonfeed.org/version/1", "items": []}'):
        feed = read(raw)
        assert (feed.items, feed.bad, feed.damaged, feed.proves) == ((), (), None, True)
        assert (feed.entries, feed.shown) == (0, ())


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "html"),
        (b"<html><p>busy<br></html>", "html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "html"),
        (b"<urlset><url/></urlset>", "not_a_feed"),
        (b"Service Unavailable", "not_xml"),
        (b"PK\x03\x04\x00\x00", "not_xml"),
        (b'<!DOCTYPE rss [<!ENTITY a "aaaa">]><rss/>', "entities"),
        (b'{"errcode": 40001}', "not_a_feed"),
        (b"[1, 2]", "not_a_feed"),
    ],
)
def test_what_is_no_feed_is_unreadable(raw, code):
    """Pages of errors, archives and other documents are never a feed without posts."""
    with pytest.raises(FeedUnreadable) as refused:
        read(raw)
    assert refused.value.reason_code == code
    assert refused.value.message == str(refused.value)


def test_deep_and_broad_documents_end_soon():
    """Nested items full of text are read once each and not again for every level."""
    feed = read(b"<rss>" + b"<item><guid>" * 1000 + b"x" * 5_000_000)
    assert feed.damaged
    assert sum(len(bad.raw) for bad in feed.bad) <= MAX_RAW * len(feed.bad)
