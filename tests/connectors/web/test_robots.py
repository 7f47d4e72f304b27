from datetime import UTC, datetime, timedelta

import pytest

from connectors.web.page import LookError
from connectors.web.robots import MAX_BYTES
from tests.connectors.web.raw_server import answer, asked

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
RULES = b"User-agent: *\nDisallow: /private\n\nUser-agent: xuncha\nDisallow: /\nAllow: /feeds/\n"


class Host:
    """A host whose robots.txt changes as a test says."""

    def __init__(self, robots: bytes) -> None:
        self.robots = robots
        self.now = NOW

    async def script(self, head, writer):
        writer.write(self.robots if head.startswith("GET /robots.txt ") else answer())

    def look(self, *moments, path="/feeds/a.xml"):
        """Look at each moment; returns what came of each, and how often robots.txt was asked for."""

        async def act(server, client):
            found = []
            for hours, robots in moments:
                self.now, self.robots = NOW + timedelta(hours=hours), robots or self.robots
                try:
                    found.append((await client.get(server.url(path=path))).status)
                except LookError as error:
                    found.append(error.failure.reason)
            return found, server.targets.count("/robots.txt")

        return asked(self.script, act, robots=True, clock=lambda: self.now)


@pytest.mark.parametrize(("path", "status"), [("/feeds/a.xml", 200), ("/a.xml", "not_allowed")])
def test_rules_for_us_hold(path, status):
    """Those of our own name go before those for everybody."""
    assert ([status], 1) == Host(answer(RULES)).look((0, None), path=path)


@pytest.mark.parametrize(
    ("robots", "status"),
    [
        (answer(status="404 No"), 200),
        (answer(status="403 No"), 200),
        (answer(b""), 200),
        (answer(b"\xff\xfe nonsense"), 200),
        (answer(status="500 No"), "not_allowed"),
        (answer(status="429 Busy"), "not_allowed"),
        (b"", "no_connection"),
    ],
)
def test_what_its_failures_mean(robots, status):
    """No file allows everything; one that cannot be had allows nothing (RFC 9309, 2.3.1)."""
    assert [status] == Host(robots).look((0, None))[0]


def test_it_is_asked_for_once_a_day():
    """Twice within a day, then again."""
    assert ([200, 200, 200], 2) == Host(answer(RULES)).look((0, None), (23, None), (25, None))


def test_an_older_one_stands_in_for_one_that_cannot_be_had():
    """For a month, and it is asked for again soon."""
    gone = answer(status="500 No")
    found, times = Host(answer(RULES)).look((0, None), (25, gone), (25.1, None), (26, None), (24 * 40, None))
    assert ([200, 200, 200, 200, "not_allowed"], 4) == (found, times)


def test_a_file_without_end_is_read_up_to_a_bound():
    """Rules behind the bound are not rules."""
    long = b"User-agent: *\n" + b"# \n" * (MAX_BYTES // 3) + b"Disallow: /\n"
    assert [200] == Host(answer(long)).look((0, None))[0]
