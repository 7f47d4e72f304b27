import csv
from datetime import datetime
from pathlib import Path

import pytest

from connectors.feeds.parser import read_feed
from connectors.feeds.polls import list_polls, poll_files

RECORDED = Path(__file__).parents[3].parent / "shared" / "feeds"

pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(),
    reason="the recorded polls of 128 accounts are not here: they are never part of the project",
)


def test_the_newest_posts_of_the_recorded_polls():
    """Nine polls of 128 real feeds give the newest post of every account, to the second."""
    newest: dict[str, datetime] = {}
    for poll in list_polls(RECORDED / "polls"):
        for native_id, path in poll_files(poll).items():
            feed = read_feed(path.read_bytes(), looked_at=poll.looked_at)
            assert feed.proves, (path, feed.bad, feed.damaged)
            first = feed.items[0].published_at
            newest[native_id] = max(first, newest.get(native_id, first))
    with (RECORDED / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = {
            row["account_id"]: datetime.fromisoformat(row["newest_post_at"]) for row in csv.DictReader(file)
        }
    assert newest == expected


def test_no_item_of_the_recorded_polls_is_lost():
    """Every item of every real feed becomes a post of its own."""
    for poll in list_polls(RECORDED / "polls"):
        for path in poll_files(poll).values():
            raw = path.read_bytes()
            assert len(read_feed(raw, looked_at=poll.looked_at).items) == raw.count(b"<item>"), path
