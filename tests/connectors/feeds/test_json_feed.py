import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from connectors.feeds.feed import Feed, FeedUnreadable
from connectors.feeds.parser import read_feed

LOOKED_AT = datetime(2021, 6, 17, 8, tzinfo=UTC)
NOON = datetime(2021, 6, 16, 4, tzinfo=UTC)


def read(raw: bytes) -> Feed:
    return read_feed(raw, looked_at=LOOKED_AT)


def posts(feed: Feed) -> list[tuple[str, datetime, bool]]:
    return [(found.native_key, found.published_at, found.date_only) for found in feed.items]


def document(*items: Any) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()


def test_an_item_is_a_post():
    """Id and date_published make a post."""
    feed = read(document({"id": "a", "date_published": "2021-06-16T12:00:00+08:00"}))
    assert posts(feed) == [("a", NOON, False)]
    assert feed.proves


def test_numbers_are_taken_as_they_are_written():
    """A long number as id keeps its digits, unix seconds are a time."""
    feed = read(document({"id": 12345678901234567890123, "date_published": 1623816000}))
    assert posts(feed) == [("12345678901234567890123", NOON, False)]


def test_the_link_is_the_key_where_there_is_no_id():
    """An item is known by its url, else by the one it points to."""
    items = [{"url": "http://x.example/1"}, {"external_url": "http://x.example/2"}]
    feed = read(document(*({**item, "date_published": "2021-06-16"} for item in items)))
    assert [item.native_key for item in feed.items] == ["http://x.example/1", "http://x.example/2"]


def test_a_byte_order_mark_and_control_characters():
    """What breaks strict readers is cleaned away first."""
    raw = b"\xef\xbb\xbf" + document({"id": "a", "title": "T", "date_published": "2021-06-16"})
    assert len(read(raw.replace(b'"T"', b'"\x0b\n\t"')).items) == 1


def test_an_edit_is_no_publication():
    """date_modified beside date_published moves nothing, and does not stand in for one that is broken."""
    edited = {"id": "a", "date_modified": "2021-06-17T12:00:00Z"}
    feed = read(document(edited | {"date_published": "2021-06-16T12:00:00+08:00"}))
    assert (posts(feed), feed.items[0].modified_only) == ([("a", NOON, False)], False)
    assert [bad.reason for bad in read(document(edited | {"date_published": "?"})).bad] == ["unreadable_date"]


@pytest.mark.parametrize("item", [None, "text", [], {}, {"id": "a", "date_published": {"at": "1"}}])
def test_an_item_of_another_shape_is_bad_and_loses_no_other(item):
    """What is no object with a date is a dead letter."""
    feed = read(document(item, {"id": "b", "date_published": "2021-06-16"}))
    assert [found.native_key for found in feed.items] == ["b"]
    assert [(bad.position, bad.reason) for bad in feed.bad] == [(1, "undated")]
    assert feed.bad[0].raw == json.dumps(item).encode()


def test_half_a_surrogate_can_be_written_on():
    """Ids and dates that are no text of Unicode are kept in a form that every codec takes."""
    raw = document({"id": "\ud800", "date_published": "2021-06-16"}, {"id": "b", "date_published": "\ud800"})
    feed = read(raw)
    assert msgspec.json.decode(msgspec.json.encode(feed), type=Feed) == feed
    assert len(feed.items) == len(feed.bad) == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"version": "https://jsonfeed.org/version/1", "items": {}}', "not_a_feed"),
        (b'{"version": 1, "items": []}', "not_a_feed"),
        (b'{"items": []}', "not_a_feed"),
        (document({"id": "a"})[:-1], "not_json"),
        (b'{"a": ' + b"9" * 10_000, "not_json"),
        (b"{'a': 1}", "not_json"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 100_000, "too_deep"),
    ],
)
def test_other_and_broken_json_is_unreadable(raw, code):
    """JSON that is no feed, is cut short or nested without end is never a feed without posts."""
    with pytest.raises(FeedUnreadable) as refused:
        read(raw)
    assert refused.value.reason_code == code
