import os
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from connectors.feeds.feed import Feed, FeedUnreadable
from connectors.feeds.gather import MAX_RAW
from connectors.feeds.parser import read_feed
from tests.connectors.feeds.fuzz import SEEDS, Mutation, SeedFeed, mutations

LOOKED_AT = datetime(2021, 6, 17, 8, tzinfo=UTC)
pytestmark = pytest.mark.larger

COUNT = int(os.environ.get("XUNCHA_FUZZ", "25000"))


def times(feed: Feed) -> dict[str, datetime]:
    return {item.native_key: item.published_at for item in feed.items}


def check_shape(feed: Feed) -> None:
    newest_first = [item.published_at for item in feed.items]
    assert newest_first == sorted(newest_first, reverse=True)
    assert len(times(feed)) == len(feed.items)
    assert all(at <= LOOKED_AT + timedelta(days=1) for at in newest_first)
    assert all(len(bad.raw) <= MAX_RAW for bad in feed.bad)
    assert msgspec.json.encode(feed)


def check_nothing_lost(feed: Feed, mutation: Mutation, good: dict[str, datetime]) -> None:
    found = times(feed)
    others = {key: at for key, at in good.items() if key != mutation.date_of}
    assert others == {key: at for key, at in found.items() if key != mutation.date_of}, mutation.raw
    assert (mutation.date_of in found) != (len(feed.bad) == 1), mutation.raw
    assert len(feed.items) + len(feed.bad) == len(good)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.keys[0]}-{seed.encoding}")
def test_the_corpus_itself_is_read_whole(seed: SeedFeed):
    """Each feed of the corpus gives all its items, so that a loss under mutation is a loss."""
    feed = read_feed(seed.raw, looked_at=LOOKED_AT)
    assert set(times(feed)) == set(seed.keys)
    assert feed.proves


@pytest.mark.slow
def test_no_bytes_raise_anything_but_unreadable_and_no_date_loses_an_item():
    """Broken bytes give a feed or FeedUnreadable; one strange date leaves all other items as they were."""
    good = {seed: times(read_feed(seed.raw, looked_at=LOOKED_AT)) for seed in SEEDS}
    read = unreadable = 0
    for mutation in mutations(SEEDS, seed=20210617, count=COUNT):
        try:
            feed = read_feed(mutation.raw, looked_at=LOOKED_AT)
        except FeedUnreadable:
            assert mutation.date_of is None, mutation.raw
            unreadable += 1
            continue
        except Exception as error:  # noqa: BLE001 -- whatever it is, show the input
            pytest.fail(f"{error!r} for {mutation.raw[:2000]!r}")
        read += 1
        check_shape(feed)
        if mutation.date_of is not None:
            check_nothing_lost(feed, mutation, good[mutation.origin])
    assert read > COUNT // 3
    assert unreadable > COUNT // 50


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.keys[0]}-{seed.encoding}")
def test_a_feed_cut_short_never_proves_silence(seed: SeedFeed):
    """Wherever the transfer breaks off inside the document, the look proves nothing."""
    for length in range(len(seed.raw) - 2):
        try:
            feed = read_feed(seed.raw[:length], looked_at=LOOKED_AT)
        except FeedUnreadable:
            continue
        assert not feed.proves, seed.raw[:length]
        assert feed.damaged
