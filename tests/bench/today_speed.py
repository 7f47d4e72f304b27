"""The page of a day over many accounts, against a bare reading of the lines that it follows from.

A process of its own: it prints one JSON object.
"""

import sys
import tempfile
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from events.base import Payload
from events.codec import Event
from events.ids import fact_id
from events.patrol import AccountPatrolled
from events.post import PostPublished
from pipeline.home.folder import Home
from pipeline.home.new_home import make_home
from pipeline.home.read_model import open_read_model
from pipeline.office.today.picture import AskToday, today
from tests.bench.generate import BEGIN, stream

SILENT_SHARE = 40
"""One account in so many has not posted for eleven days and more; the others have, within the week."""

RUNS = 3


def main(accounts: int) -> None:
    """Make a home, let its read model catch up, and ask for the page."""
    with tempfile.TemporaryDirectory(prefix="xuncha-bench-") as folder:
        home = make_home(Path(folder) / "home")
        now = BEGIN + timedelta(days=30)
        with closing(home.open_embedded_log()) as log:
            log.append(list(stream(0, accounts)))  # their openings
            log.append([fact for i in range(accounts) for fact in _seen(i, now)])
        begin = time.perf_counter()
        with open_read_model(home):
            caught_up = time.perf_counter() - begin
        page = min(_timed(home, now) for _ in range(RUNS))
        bare = min(_bare(home) for _ in range(RUNS))
        told = today(home, AskToday(now))
        sys.stdout.buffer.write(
            msgspec.json.encode(
                {
                    "catch_up_s": caught_up,
                    "today_s": page,
                    "bare_s": bare,
                    "accounts": told.accounts,
                    "needs": len(told.needs),
                }
            )
        )


def _seen(number: int, at: datetime) -> list[Event[Payload]]:
    """Make the newest post of an account, and the look of yesterday that showed it."""
    name = f"wechat:gh_{number:08d}"
    days = 11 + number % 7 if number % SILENT_SHARE == 0 else number % 7
    posted = at - timedelta(days=days, minutes=number % 600)
    look = AccountPatrolled(newest_post_at=posted, shows_from=posted, by_hand=True)
    post = PostPublished(observed_at=at - timedelta(hours=20))
    return [
        Event(fact_id("bench", name, "post"), "bench", name, posted, post),
        Event(fact_id("bench", name, "look"), "bench", name, at - timedelta(hours=20), look),
    ]


def _timed(home: Home, now: datetime) -> float:
    begin = time.perf_counter()
    today(home, AskToday(now))
    return time.perf_counter() - begin


def _bare(home: Home) -> float:
    """Read every line and decode it, and do nothing else."""
    begin = time.perf_counter()
    with open_read_model(home) as model:
        model.lines()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main(int(sys.argv[1]))
