"""Input of the demo: recorded facts as poll folders, and a continuation that is generated and says so."""

import csv
import io
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

import msgspec

from events.instants import SHANGHAI

QUIET = "MjM5MzU1NTUyNA=="
LAST_RECORDED = datetime(2021, 6, 17, 15, 24, 25, tzinfo=SHANGHAI)
FIRST_GENERATED = datetime(2021, 6, 17, 17, 24, tzinfo=SHANGHAI)
LAST_GENERATED = datetime(2021, 6, 27, 20, 24, tzinfo=SHANGHAI)
FREEZE_BEGINS = datetime(2021, 6, 24, 20, 24, tzinfo=SHANGHAI)
FREEZE_ENDS = FREEZE_BEGINS + timedelta(hours=48)
QUIET_POSTS_AGAIN = datetime(2021, 6, 23, 10, 5, tzinfo=SHANGHAI)
_DAYTIME = range(8, 23)
_MOST_LISTED = 20
_SILENT_AFTER = timedelta(days=12)
_SEED = 20210617


class ListedPost(msgspec.Struct, frozen=True):
    """A post as a feed shows it: its number within the account, and its time."""

    number: int
    at: datetime


Feeds = dict[str, list[ListedPost]]
"""Account id to the posts that its feed shows."""


def accounts_csv() -> bytes:
    """Return the registry of the 128 accounts as a sheet."""
    return (resources.files("infra") / "demo" / "accounts.csv").read_bytes()


def recorded_polls() -> dict[str, Feeds]:
    """Return the nine recorded polls by folder name: the feeds that had changed since the poll before."""
    text = (resources.files("infra") / "demo" / "polls.csv").read_text("utf-8")
    polls: dict[str, Feeds] = {}
    for row in csv.DictReader(io.StringIO(text)):
        polls.setdefault(row["poll"], {})[row["account_id"]] = [_listed_post(p) for p in row["posts"].split()]
    return polls


def generated_polls(recorded: dict[str, Feeds]) -> dict[str, Feeds]:
    """Return polls that go on where the recorded ones end; nothing in them happened.

    Every account posts about once a day, but for those that were silent for 12 days and one that stays quiet until
    23 June. From 24 June on the source shows nothing new for 48 hours, then everything.
    """
    chance = random.Random(_SEED)  # noqa: S311 (a story, not a secret)
    posts = _posts_seen(recorded)
    living = sorted(a for a, p in posts.items() if max(x.at for x in p) > LAST_RECORDED - _SILENT_AFTER)
    due = {a: LAST_RECORDED + timedelta(hours=chance.uniform(0, 24)) for a in living} | {
        QUIET: QUIET_POSTS_AGAIN
    }
    polls: dict[str, Feeds] = {}
    visible_until = LAST_RECORDED
    for number, poll_at in enumerate(_poll_times(), start=len(recorded)):
        for account in living:
            while due[account] <= poll_at:
                posts[account].append(
                    ListedPost(len(posts[account]) + 1, due[account].replace(microsecond=0))
                )
                due[account] = _next_morning(due[account]) + timedelta(hours=chance.uniform(0, 14))
        frozen = FREEZE_BEGINS < poll_at <= FREEZE_ENDS
        changed = [] if frozen else [a for a in living if max(p.at for p in posts[a]) > visible_until]
        polls[f"{number:02d}_{poll_at:%Y-%m-%dT%H%M%S}"] = {a: _feed(posts[a]) for a in changed}
        visible_until = visible_until if frozen else poll_at
    return polls


def write_polls(folder: Path, polls: dict[str, Feeds]) -> None:
    """Write poll folders with a JSON Feed for each account that changed."""
    encode = msgspec.json.Encoder().encode
    for name, feeds in polls.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for account, posts in feeds.items():
            items = [{"id": str(p.number), "date_published": p.at.isoformat()} for p in posts]
            feed = {"version": "https://jsonfeed.org/version/1.1", "title": account, "items": items}
            (folder / name / f"{account}.json").write_bytes(encode(feed))


def _posts_seen(recorded: dict[str, Feeds]) -> Feeds:
    """Return every post that the recorded polls showed, by account."""
    posts: dict[str, dict[int, ListedPost]] = {}
    for feeds in recorded.values():
        for account, feed in feeds.items():
            posts.setdefault(account, {}).update({p.number: p for p in feed})
    return {account: list(known.values()) for account, known in posts.items()}


def _poll_times() -> Iterator[datetime]:
    """Yield a poll every two hours of the daytime."""
    at = FIRST_GENERATED
    while at <= LAST_GENERATED:
        if at.hour in _DAYTIME:
            yield at
        at += timedelta(hours=1) if at.hour not in _DAYTIME else timedelta(hours=2)


def _next_morning(at: datetime) -> datetime:
    return (at + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)


def _feed(posts: list[ListedPost]) -> list[ListedPost]:
    return sorted(posts, key=lambda p: p.at, reverse=True)[:_MOST_LISTED]


def _listed_post(text: str) -> ListedPost:
    number, _, at = text.partition("@")
    return ListedPost(int(number), datetime.fromisoformat(at).replace(tzinfo=SHANGHAI))
