"""Bytes of a feed, as some stranger serves them, read into posts."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import NamedTuple

from connectors.feeds.decode import clean
from connectors.feeds.feed import Feed
from connectors.feeds.gather import Document, gather
from connectors.feeds.json_feed import read_json
from events.instants import SHANGHAI


class Format(NamedTuple):
    """A format of feeds: how its documents begin, and who reads the entries of one."""

    begins: tuple[bytes, ...]
    read: Callable[[bytes], Document]  # raises FeedUnreadable, and nothing else


def _read_xml(raw: bytes) -> Document:
    from connectors.feeds.xml_feed import read_xml  # noqa: PLC0415 (its library is large; most who import this read none)

    return read_xml(raw)


FORMATS = (Format((b"{", b"["), read_json), Format((b"",), _read_xml))
"""Each format; the first whose beginning a document has is taken, and XML is what none of the others is."""


def read_feed(raw: bytes, *, looked_at: datetime, zone: tzinfo = SHANGHAI) -> Feed:
    """Read RSS 2.0, RSS 1.0, Atom or JSON Feed as seen at `looked_at`, an aware time.

    Times without a zone are in `zone`. Raise FeedUnreadable, and nothing else whatever the bytes, when they
    can't count as a feed at all. One bad item never loses the others: it is in `bad`, and `Feed.proves` tells
    whether it may hide a newer post.
    """
    text = clean(raw)
    document = next(form.read(text) for form in FORMATS if text.startswith(form.begins))
    return gather(document, looked_at=looked_at, zone=zone)
