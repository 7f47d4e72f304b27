"""The feeds of a patrol under load: which hosts there are, who lives, and what is wrong with the others."""

from typing import NamedTuple

DOMAIN = "feeds.test"
BIG = f"big.{DOMAIN}"
DOWN = tuple(f"down{i}.{DOMAIN}" for i in range(4))
CLOSED = f"closed.{DOMAIN}"

FAULTS = {
    "slow": "too_slow",
    "dripping": "too_slow",
    "broken": "damaged_feed",
    "error": "answered",
    "gone": "gone",
    "bomb": "too_large",
    "endless": "too_large",
    "long": "too_large",
    "loop": "redirects",
    "private": "refused_address",
    "metadata": "refused_address",
    "page": "no_feed",
    "picture": "no_feed",
    "empty": "no_feed",
    "packed": "no_feed",
    "cut": "no_feed",
    "closing": "no_connection",
}
"""What a feed does, to the reason that its look has to fail with."""

_FAULTY_EVERY = 10
_OF_A_HOST = 20
_MOVED_EVERY = 40
_ORDER = tuple(FAULTS)


class FeedOfTest(NamedTuple):
    """A feed: where it stands, and what has to come of a look at it."""

    account_id: str
    host: str
    path: str
    reason: str  # of the failure; empty: it lives

    def address(self, port: int) -> str:
        return f"https://{self.host}:{port}{self.path}"


def feeds_of(number: int) -> list[FeedOfTest]:
    """Return so many feeds, half of them on one host; a tenth of these is faulty, some of the others have moved."""
    feeds = [_on_big(i) for i in range(number // 2)]
    for i in range(number - len(feeds)):
        host = i // _OF_A_HOST
        name, reason = f"h{host}.{DOMAIN}", ""
        if host == 0:
            name, reason = DOWN[i % len(DOWN)], "no_connection"  # few on each: then its breaker opens
        elif host == 1:
            name, reason = CLOSED, "not_allowed"
        feeds.append(FeedOfTest(f"test:h{i}", name, f"/good/h{i}.xml", reason))
    return feeds


def living_feeds(number: int) -> list[FeedOfTest]:
    """Return so many feeds that live, half of them on one host."""
    feeds = feeds_of(2 * number + 10 * _OF_A_HOST)
    living = [feed for feed in feeds if not feed.reason and feed.path.startswith("/good/")]
    on_big = [feed for feed in living if feed.host == BIG][: number // 2]
    return on_big + [feed for feed in living if feed.host != BIG][: number - len(on_big)]


def _on_big(i: int) -> FeedOfTest:
    if i % _FAULTY_EVERY == 0:
        fault = _ORDER[i // _FAULTY_EVERY % len(_ORDER)]
        return FeedOfTest(f"test:b{i}", BIG, f"/{fault}/b{i}.xml", FAULTS[fault])
    what = "moved" if i % _MOVED_EVERY == 5 else "good"
    return FeedOfTest(f"test:b{i}", BIG, f"/{what}/b{i}.xml", "")
