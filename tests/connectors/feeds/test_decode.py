import pytest

from connectors.feeds.decode import MAX_FEED_BYTES, MAX_REFERENCES, clean, repair_references
from connectors.feeds.feed import FeedUnreadable

RSS = "<rss><title>市政府发布</title></rss>"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]
)
def test_every_encoding_becomes_utf_8(encoding):
    """Byte-order marks, UTF-16 with and without one, and GB 18030 all give the same clean bytes."""
    assert clean(RSS.encode(encoding)) == RSS.encode()


def test_valid_utf_8_beats_the_declaration():
    """A feed that says GB2312 and is UTF-8 is UTF-8."""
    raw = ('<?xml version="1.0" encoding="GB2312"?>' + RSS).encode()
    assert clean(raw) == raw


def test_gb18030_beats_a_declaration_of_utf_8():
    """A feed that says UTF-8 and is GBK is GBK."""
    declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    assert clean((declaration + RSS).encode("gbk")) == (declaration + RSS).encode()


def test_declared_big5_is_believed():
    """Big5 can't be told from GBK by its bytes, so the declaration decides."""
    text = '<?xml version="1.0" encoding="Big5"?><rss><title>市政府發佈</title></rss>'
    assert clean(text.encode("big5")) == text.encode()


def test_mostly_utf_8_stays_utf_8():
    """One character cut in half does not turn the whole feed into another character set."""
    raw = RSS.encode().replace("布".encode(), "布".encode()[:2])
    assert "市政府发" in clean(raw).decode()


def test_control_characters_are_stripped():
    """Characters that XML forbids go; tab and line ends stay."""
    raw = b"<rss>a\x00\x08\x0b\x1fb\t\r\nc\xef\xbf\xbe\xef\xbf\xbfd</rss>"
    assert clean(raw) == b"<rss>ab\t\r\ncd</rss>"


def test_references_to_forbidden_characters_are_stripped():
    """Only references that XML allows stay."""
    raw = b"<a>&#0;&#x1F;&#8;&#xD800;&#xFFFE;&#1114112;&#99999999999999;&#9;&#x4E2D;&#65;</a>"
    assert repair_references(raw) == b"<a>&#9;&#x4E2D;&#65;</a>"


def test_stray_ampersands_are_escaped_outside_cdata():
    """A bare `&` of a link stays in the link, and CDATA is not touched."""
    raw = b"<a>?x=1&id=2&amp;y&nbsp;</a><b><![CDATA[?x=1&id=2&#0;]]></b>"
    repaired = b"<a>?x=1&amp;id=2&amp;y&amp;nbsp;</a><b><![CDATA[?x=1&id=2&#0;]]></b>"
    assert repair_references(raw) == repaired


def test_a_flood_of_ampersands_is_not_repaired():
    """The work on a hostile feed is bounded."""
    raw = b"&" * (MAX_REFERENCES + 1)
    assert repair_references(raw) is raw


@pytest.mark.parametrize(
    "junk",
    [b"\r\n ", b"<b>Warning</b>: include() in line 3<br />\n", b"\xef\xbb\xbf\xef\xbb\xbf", "出错".encode()],
)
def test_junk_before_the_root_is_cut(junk):
    """Blank lines, messages of the server and doubled byte-order marks are no part of the feed."""
    assert clean(junk + RSS.encode()) == RSS.encode()


@pytest.mark.parametrize(
    "raw",
    [
        b'<!DOCTYPE rss [<!ENTITY a "b">]><rss/>',
        b'<?xml version="1.0"?><!-- <rss> --><!DOCTYPE rss [<!ENTITY % a SYSTEM "file:///etc/passwd">%a;]><rss/>',
        b"<!DOCTYPE rss [" + b" " * 100_000 + b'<!ENTITY a "b">]><rss/>',
        b'<!DOCTYPE rss [<!EN\x00TITY a "b">]><rss/>',
        '<!DOCTYPE rss [<!ENTITY a "b">]><rss/>'.encode("utf-16"),
    ],
)
def test_declared_entities_are_refused(raw):
    """Entity bombs and external entities are refused wherever and however they are written."""
    with pytest.raises(FeedUnreadable) as refused:
        clean(raw)
    assert refused.value.reason_code == "entities"


def test_an_entity_put_together_by_the_repair_is_refused():
    """A forbidden reference inside the word ENTITY does not smuggle a declaration past the check."""
    with pytest.raises(FeedUnreadable) as refused:
        repair_references(b'<!DOCTYPE rss [<!EN&#0;TITY a "b">]><rss/>')
    assert refused.value.reason_code == "entities"


def test_a_post_about_entities_is_read():
    """Without a document type the word in a text declares nothing."""
    raw = b"<rss><title><![CDATA[<!ENTITY]]></title></rss>"
    assert clean(raw) == raw


@pytest.mark.parametrize("raw", [b"", b" \r\n", b"\x00\x00", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_nothing_is_no_feed(raw):
    """An empty answer is unreadable, not a feed without posts."""
    with pytest.raises(FeedUnreadable) as refused:
        clean(raw)
    assert refused.value.reason_code == "empty"


def test_the_size_is_bounded():
    """A feed at the bound is read, one byte more is refused."""
    full = b"<rss/>".ljust(MAX_FEED_BYTES)
    assert clean(full) == b"<rss/>"
    with pytest.raises(FeedUnreadable) as refused:
        clean(full + b" ")
    assert refused.value.reason_code == "too_large"
