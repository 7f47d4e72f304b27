"""Titles and texts of a list on their way through the lexicon; a suggestion is told once, whatever shows it again."""

import html
import re
from collections.abc import Iterator
from datetime import datetime

from connectors.feeds.feed import Feed, FeedItem
from connectors.log.seen_items import Seen, item_hash
from events.codec import Event
from events.wording import WordingSuspected
from pipeline.home.reading_review import Passage, Reader

_BREAKS = re.compile(r"<(?:br|/?p|/?div|/?li|/?tr|/?h[1-6]|/?section)\b[^>]*>", re.IGNORECASE)
_UNREAD = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def wording_seen(
    reader: Reader, source: str, account_id: str, looked_at: datetime, feed: Feed, seen: Seen
) -> list[Event[WordingSuspected]]:
    """Return what is suspected in the titles of a list, and in those texts that are new or were edited."""
    found: dict[bytes, Event[WordingSuspected]] = {}
    for item in feed.items:
        for passage in _passages(account_id, item, seen):
            for event in reader.suspected(passage, source, looked_at):
                if event.id.bytes not in seen.bad:
                    found.setdefault(event.id.bytes, event)
    return list(found.values())


def _passages(account_id: str, item: FeedItem, seen: Seen) -> Iterator[Passage]:
    post = item.link or item.native_key
    yield Passage(account_id, post, "title", item.title, item.link)
    known = seen.items.get(item_hash(item.native_key))
    if item.text and (known is None or known.shown != bytes.fromhex(item.content_hash)[:16]):
        yield Passage(account_id, post, "body", plain_text(item.text), item.link)


def plain_text(text: str) -> str:
    """Return the words of a text that may be a piece of a page: blocks end lines, tags and scripts are left out."""
    if "<" not in text and "&" not in text:
        return text
    return html.unescape(_TAG.sub("", _BREAKS.sub("\n", _UNREAD.sub("", text))))
