import asyncio
import gzip
import socket
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from connectors.web.client import USER_AGENT, Limits, WebClient, retry_after
from connectors.web.egress import PRIVATE, networks
from connectors.web.page import LookError, Memory
from pipeline.patrol.loop import new_loop
from tests.connectors.web.raw_server import QUICK, RawServer, answer, asked, says

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
BOMB = gzip.compress(bytes(40 << 20), 9)
LOOPS = pytest.mark.parametrize("loop", [asyncio.new_event_loop, new_loop])


def failure(script, path="/", **options):
    async def act(server, client):
        with pytest.raises(LookError) as caught:
            await client.get(server.url(path=path))
        return caught.value.failure

    return asked(script, act, **options)


def page(script, **given):
    return asked(script, lambda server, client: client.get(server.url(), **given))


def test_a_page_comes_whole():
    """Status, address, headers in lower case and body."""
    found = page(says(answer(b"hello", ETag='"1"')))
    assert (200, b"hello", '"1"') == (found.status, found.body, found.headers["etag"])


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)),
        ("gzip", gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0)),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", zlib.compress(b"hello")[2:-4]),
        ("identity", b"hello"),
    ],
)
def test_packed_bodies_are_unpacked(encoding, packed):
    """Several members of gzip, and deflate with and without its header, as servers write it."""
    assert b"hello" == page(says(answer(packed, Content_Encoding=encoding))).body


async def endless(_, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
    while not writer.transport.is_closing():
        writer.write(bytes(65_536))
        await writer.drain()
        await asyncio.sleep(0)


async def silent(*_):
    await asyncio.sleep(10)


async def dripping(_, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.transport.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


FAULTS = {
    "status 500": (says(answer(status="500 No")), "answered"),
    "status 404": (says(answer(status="404 No")), "gone"),
    "304 to an unconditional request": (says(answer(b"", status="304 Not Modified")), "answered"),
    "gzip bomb": (says(answer(BOMB, Content_Encoding="gzip")), "too_large"),
    "deflate bomb": (says(answer(zlib.compress(bytes(40 << 20)), Content_Encoding="deflate")), "too_large"),
    "an encoding that was not asked for": (says(answer(b"x", Content_Encoding="br")), "no_feed"),
    "two encodings": (says(answer(gzip.compress(BOMB, mtime=0), Content_Encoding="gzip, gzip")), "no_feed"),
    "no gzip at all": (says(answer(b"hello", Content_Encoding="gzip")), "no_feed"),
    "cut gzip": (
        says(answer(gzip.compress(b"hello" * 99, mtime=0)[:-9], Content_Encoding="gzip")),
        "no_feed",
    ),
    "a long body": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"), "too_large"),
    "an endless body": (endless, "too_large"),
    "a body that breaks off": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhel"), "no_feed"),
    "no answer": (silent, "too_slow"),
    "an answer in drops": (dripping, "too_slow"),
    "no HTTP": (says(b"SSH-2.0-OpenSSH_9\r\n\r\n"), "no_connection"),
    "nothing": (says(), "no_connection"),
    "a header without end": (says(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 40_000, b"\r\n\r\n"), "no_connection"),
    "a circle": (says(answer(status="302 Found", Location="/")), "redirects"),
    "a redirect to a file": (says(answer(status="302 Found", Location="file:///etc/passwd")), "redirects"),
    "a redirect without address": (says(answer(status="302 Found")), "redirects"),
    "a redirect to a user": (says(answer(status="302 Found", Location="http://a:b@c/")), "refused_address"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_a_failure_with_its_reason(fault):
    """Whatever the other side does, a look ends within its bounds and says why."""
    script, reason = FAULTS[fault]
    found = failure(script)
    assert (reason, True) == (found.reason, 0 < len(found.detail) <= 200)
    assert "127.0.0.1" not in found.detail


async def counting(head, writer):
    number = int(head.split(" ")[1].strip("/") or 0)
    if number == 4:
        writer.write(answer(b"there"))
    else:
        writer.write(answer(status="302 Found", Location=f"/{number + 1}"))


def test_redirects_are_followed_a_few_times():
    """Four are followed, a fifth is not."""
    assert b"there" == page(counting).body
    assert "redirects" == failure(says(answer(status="302 Found", Location="/x")), path="/y").reason


def test_own_headers_stay_with_the_host_that_was_asked():
    """A token does not go on to where a redirect leads."""
    heads = []

    async def script(head, writer):
        heads.append(head)
        port = head.split("Host: ")[1].split("\r\n")[0].partition(":")[2]
        is_first = "localhost" not in head
        moved = answer(status="302 Found", Location=f"http://localhost:{port}/")
        writer.write(moved if is_first else answer())

    page(script, headers={"Authorization": "Bearer KEY"})
    first, second = heads
    assert ("Bearer KEY" in first, "Bearer KEY" in second) == (True, False)
    assert USER_AGENT in second


def test_requests_are_conditional_but_once_a_day():
    """With the validators of the last answer; after a day without them, for a server may say 304 for ever."""
    heads = []

    async def script(head, writer):
        heads.append(head)
        writer.write(answer(b"", status="304 Not Modified") if "If-None-Match" in head else answer())

    async def act(server, client):
        for hours in (1, 23, 24, 25):
            memory = Memory(etag='"e"', modified="yesterday", full_at=NOW - timedelta(hours=hours))
            found = await client.get(server.url(), memory=memory)
            statuses.append(found.status)

    statuses: list[int] = []
    asked(script, act, clock=lambda: NOW)
    assert [304, 304, 200, 200] == statuses
    assert "If-Modified-Since: yesterday" in heads[0]


def test_no_cookie_comes_back():
    """What a server sets is forgotten."""
    heads = []

    async def script(head, writer):
        heads.append(head)
        writer.write(answer(Set_Cookie="id=1; Path=/"))

    async def act(server, client):
        await client.get(server.url("localhost"))
        await client.get(server.url("localhost"))

    asked(script, act)
    assert "Cookie" not in heads[1]


def test_a_request_with_content_is_not_redirected():
    """A token in a body is sent nowhere else."""

    async def act(server, client):
        with pytest.raises(LookError) as caught:
            await client.post(server.url(), json={"secret": 1})
        return caught.value.failure.reason

    assert "redirects" == asked(says(answer(status="307 Moved", Location="/x")), act)


def test_content_is_sent_as_json():
    """And the answer comes back as a page."""
    found = asked(says(answer(b"{}")), lambda server, client: client.post(server.url(), json={"a": 1}))
    assert b"{}" == found.body


def test_what_is_said_before_an_answer_is_passed_over():
    """Early hints are no answer."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
    assert b"hello" == page(says(hints, answer())).body


@pytest.mark.parametrize("text", ["a\r\nHost: b", "a\nb", "a\0b"])
def test_a_header_that_would_be_more_than_one_line_is_not_sent(text):
    """Whatever a setting, or the answer of a server, has put into it."""

    async def act(server, client):
        with pytest.raises(LookError) as caught:
            await client.get(server.url(), headers={"Authorization": text})
        return caught.value.failure.reason, server.connections

    assert ("refused_address", 0) == asked(says(answer()), act)


class Two(AbstractResolver):
    """Finds every host at two addresses."""

    def __init__(self, *addresses):
        self._addresses = addresses

    async def resolve(self, host, port=0, family=socket.AF_INET):
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self._addresses
        ]

    async def close(self):
        pass


@LOOPS
@pytest.mark.parametrize("first", ["127.0.0.9", "192.0.2.1", "::1"])
def test_another_address_of_a_host_is_tried(loop, first):
    """Where nobody listens at the first, or nobody answers, or it may not be called."""

    async def run():
        options = {"allowed": networks(["127.0.0.0/8"]), "resolver": Two(first, "127.0.0.1")}
        async with (
            RawServer(says(answer())) as server,
            WebClient(limits=QUICK, robots=False, **options) as web,
        ):
            return (await web.get(server.url("two.test"))).body

    with asyncio.Runner(loop_factory=loop) as runner:
        assert b"hello" == runner.run(run())


@LOOPS
def test_no_more_requests_are_under_way_than_are_allowed(loop):
    """Three of nine at once; each has its turn."""
    now, most = [0], [0]

    async def script(_, writer):
        now[0] += 1
        most[0] = max(most[0], now[0])
        await asyncio.sleep(0.02)
        now[0] -= 1
        writer.write(answer())

    async def run():
        limits = Limits(total_s=5.0, at_once=3)
        async with (
            RawServer(script) as server,
            WebClient(allowed=PRIVATE, limits=limits, robots=False) as web,
        ):
            return await asyncio.gather(*(web.get(server.url()) for _ in range(9)))

    with asyncio.Runner(loop_factory=loop) as runner:
        assert 9 == len(runner.run(run()))
    assert [3] == most


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 1),
        ("99999999999", 86_400),
        ("Mon, 01 Jun 2026 08:01:00 GMT", 60),
        ("Mon, 01 Jun 2020 08:01:00 GMT", 1),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text, seconds):
    """Never less than a second or more than a day."""
    assert (None if seconds is None else timedelta(seconds=seconds)) == retry_after(text, NOW)


def test_a_busy_host_is_left_alone():
    """429, and 503 with Retry-After, concern the whole host; another 5xx may be of the feed alone."""
    busy = failure(says(answer(status="429 Busy", Retry_After="60")))
    assert (timedelta(seconds=60), True) == (busy.wait, busy.of_lane)
    assert not failure(says(answer(status="502 Bad"))).of_lane


def test_large_bodies_take_turns():
    """Many at once do not add up in memory, and all of them come."""
    body = b"x" * (2 << 20)

    async def act(server, client):
        pages = await asyncio.gather(*(client.get(server.url()) for _ in range(12)))
        return {len(one.body) for one in pages}

    limits = QUICK.__class__(total_s=20.0, body_bytes=2 << 20)
    assert {len(body)} == asked(says(answer(body)), act, limits=limits)


def test_a_host_that_is_not_there_concerns_its_lane():
    """Nobody listens: every feed of the host fails alike."""

    async def act(server, client):
        del server
        with pytest.raises(LookError) as caught:
            await client.get("http://127.0.0.1:1/")
        return caught.value.failure

    found = asked(says(), act)
    assert ("no_connection", True) == (found.reason, found.of_lane)


def test_the_client_is_closed_with_its_session():
    """Nothing is left open: a warning would fail this test."""

    async def run():
        async with WebClient():
            pass

    asyncio.run(run())
