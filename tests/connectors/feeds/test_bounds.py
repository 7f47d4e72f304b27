"""Documents that would fill the memory or never end: refused before any library sees them."""

import os

import pytest

from connectors.feeds import bounds
from connectors.feeds.bounds import MAX_ATTRIBUTES, MAX_DEPTH, check_json, check_xml
from connectors.feeds.decode import MAX_FEED_BYTES
from connectors.feeds.feed import FeedUnreadable
from connectors.feeds.files import read_file


def refused(check, text: bytes) -> str:
    with pytest.raises(FeedUnreadable) as error:
        check(text)
    return error.value.reason_code


def test_tags_are_counted(monkeypatch):
    """As many as allowed pass, one more does not; those in CDATA are text."""
    monkeypatch.setattr(bounds, "MAX_TAGS", 100)
    check_xml(b"<a>" * 100)
    check_xml(b"<a>" * 99 + b"<![CDATA[" + b"<p>" * 1000 + b"]]>")
    assert refused(check_xml, b"<a>" * 101) == "too_many"
    assert refused(check_xml, b"<a>" * 50 + b"<![CDATA[ ]]>" + b"</a>" * 51) == "too_many"


def test_attributes_of_one_tag_are_counted():
    """A thousand in a long tag; a picture inside one attribute may be long."""
    many = b" ".join(b'%s="%d"' % (b"a" * 80, n) for n in range(MAX_ATTRIBUTES + 1))
    assert refused(check_xml, b"<item " + many + b">") == "too_many"
    check_xml(b'<enclosure url="data:image/png;base64,' + b"A" * 200_000 + b'==">')


def test_values_of_json_are_counted(monkeypatch):
    """Objects, lists and what stands between commas; commas in texts are text."""
    monkeypatch.setattr(bounds, "MAX_VALUES", 100)
    check_json(b'["' + b"," * 1000 + b'", "\\",,,,,,,,,,\\""]')
    for value in (b"1,", b"[],", b"{},", b'"",'):
        assert refused(check_json, b"[" + value * 101 + b"1]") == "too_many"


def test_json_is_only_so_deep():
    """Brackets in texts are no depth, and closed ones neither."""
    check_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    check_json(b'["' + b"[" * 1000 + b'"]' + b"[]" * 1000)
    assert refused(check_json, b"[" * (MAX_DEPTH + 1)) == "too_deep"
    assert refused(check_json, b'{"a":' * (MAX_DEPTH + 1)) == "too_deep"


def test_a_file_is_read_to_one_byte_beyond_the_bound(tmp_path):
    """So that who reads it can say that there was more."""
    path = tmp_path / "feed.xml"
    path.write_bytes(b"<rss/>")
    assert read_file(path) == b"<rss/>"
    os.truncate(path, MAX_FEED_BYTES + 100)
    assert len(read_file(path)) == MAX_FEED_BYTES + 1


@pytest.mark.parametrize("kind", ["pipe", "device", "link to a device"])
def test_what_is_no_file_is_refused_at_once(tmp_path, kind):
    """A pipe without a writer would never answer, /dev/zero never end."""
    path = tmp_path / "feed.xml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link to a device":
        path.symlink_to("/dev/zero")
    else:
        path = path.__class__("/dev/zero")
    with pytest.raises(FeedUnreadable, match="save the feed as a file") as error:
        read_file(path)
    assert error.value.reason_code == "not_a_file"


def test_a_missing_file_and_a_folder_are_the_systems_own_errors(tmp_path):
    """Whoever reads says which file it was."""
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "feed.xml")
    with pytest.raises(IsADirectoryError):
        read_file(tmp_path)
