import asyncio
import ssl
from contextlib import asynccontextmanager

import pytest
import trustme

from connectors.web.client import WebClient
from connectors.web.egress import PRIVATE
from connectors.web.page import LookError
from connectors.web.sessions import Sessions, resuming
from pipeline.patrol.loop import new_loop
from tests.connectors.web.raw_server import QUICK, answer
from tests.patrol_load.client import LoopbackNames

OURS, STRANGERS = trustme.CA(), trustme.CA()
HOSTS = ("a.test", "b.test")


class TlsServer:
    """Answers over TLS on one port of loopback, and notes of each connection whether it took a session up."""

    def __init__(self, authority=OURS, newest=ssl.TLSVersion.TLSv1_3):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.maximum_version = newest
        authority.issue_cert(*HOSTS).configure_cert(self.context)
        self.taken_up = []

    @asynccontextmanager
    async def serving(self, port=0):
        server = await asyncio.start_server(self._talk, "127.0.0.1", port, ssl=self.context)
        async with server:
            yield server.sockets[0].getsockname()[1]

    async def _talk(self, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        self.taken_up.append(writer.get_extra_info("ssl_object").session_reused)
        writer.write(answer())
        await writer.drain()
        writer.close()


def client(sessions):
    context = ssl.create_default_context()
    OURS.configure_trust(context)
    resuming(context, sessions)
    return WebClient(allowed=PRIVATE, limits=QUICK, robots=False, resolver=LoopbackNames(), tls=context)


LOOPS = pytest.mark.parametrize("loop", [asyncio.new_event_loop, new_loop])


def taken_up(hosts, server, sessions=None, between=lambda: None, loop=new_loop):
    """Fetch a page from each host in turn; returns which connections took a session up."""

    async def run():
        async with server.serving() as port, client(sessions or Sessions()) as web:
            for host in hosts:
                assert b"hello" == (await web.get(f"https://{host}:{port}/")).body
                between()
        return server.taken_up

    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(run())


@LOOPS
@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_session_is_taken_up_with_its_host_alone(loop, newest):
    """The first connection to each name checks the certificate, the later ones go on from there."""
    hosts = ("a.test", "a.test", "b.test", "a.test", "b.test")
    assert [False, True, False, True, True] == taken_up(hosts, TlsServer(newest=newest), loop=loop)


def test_the_certificate_is_checked_again_after_an_hour():
    """Half an hour apart: of three connections the third is too late."""
    passed = [0.0]

    def half_an_hour():
        passed[0] += 1800.0

    sessions = Sessions(clock=lambda: passed[0])
    assert [False, True, False, True] == taken_up(("a.test",) * 4, TlsServer(), sessions, half_an_hour)


def test_the_sessions_of_few_hosts_are_kept():
    """Of many hosts those stay that were asked last."""
    sessions = Sessions()

    async def run():
        server = TlsServer()
        async with server.serving() as port, client(sessions) as web:
            await web.get(f"https://a.test:{port}/")
        return sessions.of("a.test")

    session = asyncio.run(run())
    for number in range(600):
        sessions.keep(f"h{number}.test", session)
    assert (None, session, session) == tuple(map(sessions.of, ("a.test", "h100.test", "h599.test")))


@LOOPS
def test_a_session_is_no_way_around_the_certificate(loop):
    """Where somebody else answers under the name of a host, who cannot take its session up, the look fails."""

    async def run():
        ours, others = TlsServer(), TlsServer(authority=STRANGERS)
        sessions = Sessions()
        async with client(sessions) as web:
            async with ours.serving() as port:
                await web.get(f"https://a.test:{port}/")
            assert sessions.of("a.test") is not None
            async with others.serving(port):
                with pytest.raises(LookError) as caught:
                    await web.get(f"https://a.test:{port}/")
            async with TlsServer().serving(port):
                assert b"hello" == (await web.get(f"https://a.test:{port}/")).body
        return caught.value.failure

    with asyncio.Runner(loop_factory=loop) as runner:
        failure = runner.run(run())
    assert ("no_connection", "tls") == (failure.reason, failure.step)
