"""Bytes of a feed, as some stranger serves them, read into posts."""

from datetime import datetime, tzinfo

from connectors.feeds.decode import clean
from connectors.feeds.feed import Feed
from connectors.feeds.gather import gather
from connectors.feeds.json_feed import read_json
from connectors.feeds.xml_feed import read_xml
from events.instants import SHANGHAI


def read_feed(raw: bytes, *, looked_at: datetime, zone: tzinfo = SHANGHAI) -> Feed:
    """Read RSS 2.0, RSS 1.0, Atom or JSON Feed as seen at `looked_at`, an aware time.

    Times without a zone are in `zone`. Raise FeedUnreadable, and nothing else whatever the bytes, when they
    can't count as a feed at all. One bad item never loses the others: it is in `bad`, and `Feed.proves` tells
    whether it may hide a newer post.
    """
    text = clean(raw)
    document = read_json(text) if text.startswith((b"{", b"[")) else read_xml(text)
    return gather(document, looked_at=looked_at, zone=zone)
