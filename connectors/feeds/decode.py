"""Bytes of a feed made safe to parse: UTF-8 whatever was declared, no control characters, no entities."""

import re

from connectors.feeds.feed import FeedUnreadable
from events.messages import message

MAX_FEED_BYTES = 20 * 1024 * 1024
MAX_REFERENCES = 200_000
JUNK_LIMIT = 8192  # bytes before the root that may be cut

_CONTROL = bytes(set(range(0x20)) - set(b"\t\n\r"))
_NONCHARACTER = re.compile(b"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF, which XML forbids
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_ROOT = re.compile(rb"<\?xml|<!DOCTYPE|<(?:[a-z][\w.-]*:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_PAGE = re.compile(rb"<html[\s>]", re.IGNORECASE)
_SEVEN_BIT = re.compile(rb"utf-?7|hz|(?:cs)?iso-?2022|ebcdic|(?:cp|ibm)-?037", re.IGNORECASE)
_SHIFT = re.compile(rb"\x1b\$|~\{|\+[A-Za-z0-9+/]{3}")  # where such an encoding leaves ASCII
_CDATA_OR_REFERENCE = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:(?:amp|lt|gt|quot|apos|#([0-9]+)|#x([0-9a-fA-F]+));)?", re.DOTALL
)


def clean(raw: bytes) -> bytes:
    """Turn the bytes of a feed into clean UTF-8 that starts at its root or declaration.

    Raise FeedUnreadable when there is nothing to read, too much of it, or a document that declares entities.
    """
    if len(raw) > MAX_FEED_BYTES:
        raise FeedUnreadable(
            "too_large",
            message(
                "{raw_count} bytes are more than {max_feed_bytes}; not read",
                raw_count=len(raw),
                max_feed_bytes=MAX_FEED_BYTES,
            ),
        )
    text = _NONCHARACTER.sub(b"", _utf8(raw).translate(None, _CONTROL)).strip()
    if not text:
        raise FeedUnreadable("empty", message("the feed is empty; look at the address in a browser"))
    if text.startswith((b"{", b"[")):
        return text
    _refuse_entities(text)
    if text.startswith((b"<?xml", b"<!--")):
        return text
    root = _ROOT.search(text, 0, JUNK_LIMIT)
    if root is None or _PAGE.search(text, 0, root.start()):
        return text  # a page is no junk, whatever it quotes
    return text[root.start() :]


def repair_references(text: bytes) -> bytes:
    """Make each `&` that begins no reference a plain character, and strip references to control characters.

    Links with a bare `&` are common: the parser would drop the name behind it and so change the key of the
    item. CDATA stays as it is. A text with more than MAX_REFERENCES is given back unchanged.
    """
    if text.count(b"&") > MAX_REFERENCES:
        return text
    repaired = _CDATA_OR_REFERENCE.sub(_allowed, text)
    _refuse_entities(repaired)
    return repaired


def _refuse_entities(text: bytes) -> None:
    if b"<!ENTITY" in text and b"<!DOCTYPE" in text:
        raise FeedUnreadable(
            "entities", message("the document declares entities, which no feed needs; refused")
        )


def _utf8(raw: bytes) -> bytes:
    """Bring the bytes to UTF-8; valid UTF-8 beats every declaration."""
    wide = _wide(raw)
    if wide is not None:
        return raw.decode(wide, "replace").encode()
    while raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    _refuse_seven_bits(raw)
    try:
        raw.decode()
    except UnicodeDecodeError:
        return _repaired(raw).encode()
    return raw


def _wide(raw: bytes) -> str | None:
    """Name an encoding of two or four bytes a character, by its mark or by the zeros of its first ASCII."""
    if raw.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = raw[:128]
    zeros = head.count(0)
    if zeros * 3 < len(head) or zeros == len(head):
        return None
    if zeros * 5 >= len(head) * 3:
        return "utf-32-le" if head[0::4].count(0) < head[3::4].count(0) else "utf-32-be"
    return "utf-16-le" if head[0::2].count(0) < head[1::2].count(0) else "utf-16-be"


def _refuse_seven_bits(raw: bytes) -> None:
    """Refuse an encoding in which tags can be written as letters, and letters as tags."""
    declared = _DECLARED.search(raw[:300])
    has_escape = b"\x1b" in raw and b"\x1b$" in raw  # one byte is found many times faster than two
    if has_escape or (declared and _SEVEN_BIT.match(declared[1]) and _SHIFT.search(raw)):
        raise FeedUnreadable(
            "encoding", message("the feed is in an encoding of 7 bits, which can hide tags; ask for UTF-8")
        )


def _repaired(raw: bytes) -> str:
    """Decode bytes that are not quite UTF-8, or another character set of Chinese."""
    text = raw.decode("utf-8", "replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}")
    right = len(text) - len(text.encode("ascii", "ignore")) - wrong
    if wrong == 1 or wrong * 5 < right:
        return text
    declared = _DECLARED.search(raw[:300])
    big5 = declared is not None and declared[1].lower().startswith(b"big5")
    return raw.decode("big5hkscs" if big5 else "gb18030", "replace")


def _allowed(match: re.Match[bytes]) -> bytes:
    """Keep CDATA and the references that XML allows."""
    if match[0] == b"&":
        return b"&amp;"
    if match[1] is None and match[2] is None:
        return match[0]
    digits = (match[1] or match[2]).lstrip(b"0")
    if len(digits) > 7:
        return b""
    code = int(digits or b"0", 10 if match[1] else 16)
    allowed = (
        code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    )
    return match[0] if allowed else b""
