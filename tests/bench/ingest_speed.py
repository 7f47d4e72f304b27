"""Posts that a program hands in over HTTP, against a bare loop that decodes the rows and appends the facts.

A process of its own: it prints one JSON object. The owner of the home runs beside the server, as in `xuncha serve`.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import msgspec

from events import fact_ids
from events.codec import Event
from events.post import PostPublished
from events.sources import SHEETS
from pipeline.console.api.batches import read_batch
from pipeline.console.api.limits import Limits
from pipeline.console.app import Console, make_app
from pipeline.home.actor import Actor
from pipeline.home.folder import Home
from pipeline.home.new_home import make_home
from tests.bench.generate import stream
from tests.console_walk.serving import served
from tests.fork_server import Process
from tests.pipeline.program import command, environment

BATCH, AT_ONCE, ACCOUNTS = 1000, 4, 10_000


class _Token(msgspec.Struct, frozen=True):
    id: str = "t-bench"
    kinds: frozenset[str] = frozenset({"post"})

    @property
    def actor(self) -> Actor:
        return Actor(self.id)

    def names(self, kind: str) -> frozenset[str]:
        del kind
        return frozenset()


class _Tokens:
    def find(self, token: str, now: datetime) -> _Token:
        del token, now
        return _Token()


class _NoSessions:
    def find(self, token: str, now: datetime) -> None:
        del token, now


def main(posts: int) -> None:
    """Make a home, run its owner, and hand posts in; then do the same without services."""
    with tempfile.TemporaryDirectory(prefix="xuncha-bench-") as folder:
        home = make_home(Path(folder) / "home")
        with closing(home.open_embedded_log()) as log:
            log.append(list(stream(0, ACCOUNTS)))
        bodies = list(_bodies(posts))
        with _owner(home):
            console = Console(home.path, _NoSessions(), tokens=_Tokens(), limits=Limits(1e9, 1e9, 1e9, 1e9))
            with served(make_app(console)) as base:
                _send(base, bodies[:AT_ONCE])  # engines and registry are opened
                begin, used = time.perf_counter(), time.process_time()
                _send(base, bodies[AT_ONCE:])
                taken, used = time.perf_counter() - begin, time.process_time() - used
        bare = _bare(home, bodies[AT_ONCE:])
        number = sum(body.count(b'"type"') for body in bodies[AT_ONCE:])
        told = {
            "posts": number,
            "http_per_s": number / taken,
            "per_cpu_s": number / used,  # of server and client together, without the owner
            "bare_per_s": number / bare,
        }
        sys.stdout.buffer.write(msgspec.json.encode(told))


def _bodies(posts: int) -> Iterator[bytes]:
    now = datetime.now(UTC) - timedelta(days=1)
    rows = (
        {
            "type": "post",
            "account": {"id": f"gh_{n % ACCOUNTS:08d}"},
            "at": (now - timedelta(minutes=n // ACCOUNTS)).isoformat(timespec="seconds"),
            "key": f"p{n}",
        }
        for n in range(posts + AT_ONCE * BATCH)
    )
    while part := list(islice(rows, BATCH)):
        yield msgspec.json.encode(part)


@contextmanager
def _owner(home: Home) -> Iterator[None]:
    owner = Process(command(home.path, "run", "--no-ticks"), env=environment())
    try:
        deadline = time.monotonic() + 60
        while not home.door_path.exists():
            assert time.monotonic() < deadline, "the owner did not start"
            time.sleep(0.1)
        yield
    finally:
        owner.terminate()
        owner.wait(timeout=60)


def _send(base: str, bodies: list[bytes]) -> None:
    """Hand batches in, `AT_ONCE` at a time, and hold that all rows were taken."""
    waiting = list(reversed(bodies))
    refused: list[Any] = []

    def work() -> None:
        headers = {"Content-Type": "application/json", "Authorization": "Bearer xct_bench"}
        with httpx.Client(timeout=120) as client:
            while waiting:
                answer = client.post(f"{base}/api/v1/events", content=waiting.pop(), headers=headers)
                rows = answer.json().get("rows", ())
                if answer.status_code != 200 or any(row["status"] != "accepted" for row in rows):
                    refused.append(answer.text[:300])

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not refused, refused[0]


def _bare(home: Home, bodies: list[bytes]) -> float:
    """Decode each body and append a fact a row, and do nothing else."""
    with closing(home.open_embedded_log()) as log:
        begin = time.perf_counter()
        for body in bodies:
            facts = []
            for row in read_batch(body, "application/json"):
                subject, at = f"wechat:{row.account.id}", datetime.fromisoformat(row.at)
                fact = fact_ids.post_published(SHEETS, subject, f"bare:{row.key}")
                facts.append(Event(fact, SHEETS, subject, at, PostPublished()))
            log.append(facts)
        return time.perf_counter() - begin


if __name__ == "__main__":
    main(int(sys.argv[1]))
