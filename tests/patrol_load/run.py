"""A patrol under load from beginning to end: server, home, one pass, and a comparison of each feed with its fate."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import trustme

from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from events.codec import CODEC
from events.patrol import AccountPatrolled, PatrolFailed
from pipeline.home.new_home import make_home
from tests.patrol_load.feeds import DOMAIN, FeedOfTest, feeds_of, living_feeds

ROOT = Path(__file__).parents[2]
_SETTINGS = """
[[source]]
name = "load"
kind = "feed"
lag = "0"
canaries = ["test:b1"]
allow_private = ["127.0.0.0/8"]
pause_s = 0.0
at_once = {at_once}
timeout_s = {timeout_s}

[source.accounts]
"""


class Load(NamedTuple):
    """What a patrol under load did."""

    figures: dict[str, Any]
    wrong: list[str]  # feeds whose look ended otherwise than it has to
    lost: int  # feeds of which no fact tells

    @property
    def line(self) -> str:
        f = self.figures
        return (
            f"patrolled {f['looks']} good {f['good']} failed {f['failed']} lost {self.lost}"
            f" seconds {f['seconds']:.1f} per_cpu_second {f['looks'] / f['cpu_seconds']:.0f}"
            f" peak_mb {f['peak_mb']:.0f}"
        )


def patrol_under_load(
    folder: Path, number: int, *, timeout_s: float = 8.0, at_once: int = 32, faulty: bool = True
) -> Load:
    """Patrol so many feeds once, in a process of its own; without `faulty` all of them live."""
    authority, certificate = certificates(folder)
    home = folder / "home"
    make_home(home)
    feeds = feeds_of(number) if faulty else living_feeds(number)
    with serving(certificate) as port:
        text = _SETTINGS.format(at_once=at_once, timeout_s=timeout_s)
        lines = (f"{json.dumps(feed.account_id)} = {json.dumps(feed.address(port))}" for feed in feeds)
        (home / "xuncha.toml").write_text(text + "\n".join(lines), "utf-8")
        command = [sys.executable, "-m", "tests.patrol_load.client", str(home), str(authority)]
        said = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    wrong, lost = _compared(home, feeds)
    return Load(json.loads(said), wrong, lost)


def certificates(folder: Path) -> tuple[Path, Path]:
    made = trustme.CA(key_type=trustme.KeyType.RSA)
    authority, certificate = folder / "authority.pem", folder / "server.pem"
    made.cert_pem.write_to_path(str(authority))
    issued = made.issue_cert(f"*.{DOMAIN}", key_type=trustme.KeyType.RSA)
    issued.private_key_and_cert_chain_pem.write_to_path(str(certificate))
    return authority, certificate


@contextmanager
def serving(certificate: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.patrol_load.server", str(certificate)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            assert server.stdout is not None
            yield int(json.loads(server.stdout.readline())["port"])
        finally:
            server.kill()


def _compared(home: Path, feeds: list[FeedOfTest]) -> tuple[list[str], int]:
    """Return the feeds that ended otherwise than they have to, and how many of them no fact tells of."""
    fates: dict[str, str] = {}
    log = EmbeddedLog(home / "log.sqlite")
    try:
        for partition, end in enumerate(log.end_offsets(FACTS)):
            for record in log.read(FACTS, partition, 0, end):
                if CODEC.envelope(record.value).type not in (AccountPatrolled.type, PatrolFailed.type):
                    continue
                event = CODEC.decode(record.value)
                fates[event.subject] = _fate(event.data)
    finally:
        log.close()
    lost = sum(feed.account_id not in fates for feed in feeds)
    wrong = [
        f"{feed.account_id} {feed.path}: {fates.get(feed.account_id)!r}, not {feed.reason!r}"
        for feed in feeds
        if fates.get(feed.account_id) != feed.reason
    ]
    return wrong, lost


def _fate(data: msgspec.Struct) -> str:
    """Return why a look failed, as the source said it; empty where it worked."""
    if not isinstance(data, PatrolFailed):
        return ""
    said = data.detail.partition(":")[0]
    return said if said in _SAID else data.reason


_SAID = {
    "no_connection",
    "refused_address",
    "too_slow",
    "too_large",
    "redirects",
    "answered",
    "not_allowed",
    "no_feed",
    "gone",
}
