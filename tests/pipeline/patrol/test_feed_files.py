"""What stands in the place of a feed file and is none: a failed look at once, with the reason, and never a wait."""

import os

import pytest

from connectors.log.seen_items import Seen
from events.patrol import PatrolFailed
from pipeline.patrol.look import Source, look_at_file
from tests.pipeline.inputs import at

LOOKED_AT = at("2023-02-20 12:00")


def nothing_known(*_):
    """The log of a source that is new."""
    return {}


@pytest.mark.parametrize("kind", ["pipe", "folder", "nothing"])
def test_what_is_no_file_is_a_failed_look(tmp_path, kind):
    """A pipe without a writer would keep the patrol for ever."""
    path = tmp_path / "feed.xml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    look = look_at_file(Source("feeds"), "wechat:a", path, LOOKED_AT, Seen(), nothing_known)
    (failed,) = [event.data for event in look.events]
    assert isinstance(failed, PatrolFailed)
    assert {"pipe": "save the feed as a file", "folder": "directory", "nothing": "No such file"}[
        kind
    ] in failed.detail
    assert [str(path)] == [letter.origin for letter in look.letters]
    assert not look.trusted
