"""What a document may hold at most, counted in its bytes before any library builds it up in memory."""

import re

from connectors.feeds.feed import FeedUnreadable
from events.messages import message

MAX_TAGS = 1_000_000  # opening and closing ones, outside CDATA: some 150 MB once parsed
MAX_VALUES = 1_000_000  # of a JSON document
MAX_DEPTH = 100  # of a JSON document; the XML library stops at 256 by itself
MAX_ATTRIBUTES = 1_000  # of one tag
_LONG_TAG = 65_536  # bytes; only longer ones are looked into

_CDATA = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_TAG = re.compile(rb"<[^<>]{%d,}" % _LONG_TAG)
_STRING = re.compile(rb'"(?:[^"\\]+|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


def check_xml(text: bytes) -> None:
    """Raise FeedUnreadable for more tags or attributes than any feed has."""
    if text.count(b"<") > MAX_TAGS and _CDATA.sub(b"", text).count(b"<") > MAX_TAGS:
        raise FeedUnreadable(
            "too_many", message("more than {max_tags} tags, which no feed has; refused", max_tags=MAX_TAGS)
        )
    if text.count(b"=") <= MAX_ATTRIBUTES or max(map(len, text.split(b">"))) < _LONG_TAG:
        return
    if any(tag[0].count(b"=") > MAX_ATTRIBUTES for tag in _TAG.finditer(text)):
        raise FeedUnreadable(
            "too_many",
            message(
                "a tag with more than {max_attributes} attributes; refused", max_attributes=MAX_ATTRIBUTES
            ),
        )


def check_json(text: bytes) -> None:
    """Raise FeedUnreadable for more values, or deeper ones, than any feed has."""
    bare = _STRING.sub(b"", text)
    if bare.count(b",") + bare.count(b"[") + bare.count(b"{") > MAX_VALUES:
        raise FeedUnreadable(
            "too_many",
            message("more than {max_values} values, which no feed has; refused", max_values=MAX_VALUES),
        )
    depth = 0
    for bracket in _BRACKET.finditer(bare):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > MAX_DEPTH:
            raise FeedUnreadable("too_deep", message("the JSON is nested too deeply; refused"))
