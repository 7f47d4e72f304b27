"""The guard at the socket: what the client may reach, counted by servers that nobody may reach."""

import asyncio
import socket

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver

from connectors.web.client import WebClient
from connectors.web.egress import PRIVATE, EgressError, may_call, networks
from connectors.web.page import LookError
from tests.connectors.web.raw_server import QUICK, RawServer, answer, says

FORMS = {
    "literal": "127.0.0.1",
    "another of the block": "127.1.2.3",
    "name": "localhost",
    "hexadecimal": "0x7f.1",
    "hexadecimal in one": "0x7f000001",
    "mapped": "[::ffff:127.0.0.1]",
    "mapped, in hexadecimal": "[::ffff:7f00:1]",
    "this host": "0.0.0.0",  # noqa: S104 (to be refused)
}
EVERYWHERE = "0.0.0.0"  # noqa: S104 (all of loopback)
NO_URLS = ["127.1", "2130706433", "0177.0.0.1", "017700000001"]


async def tried(url, **options):
    """Call an address, and return why it failed."""
    async with WebClient(**{"limits": QUICK, "robots": False, **options}) as client:
        try:
            return (await client.get(url)).status
        except LookError as error:
            return error.failure.reason


async def counted(host, **options):
    async with RawServer(says(answer()), EVERYWHERE) as server:
        reason = await tried(server.url(host), **options)
        return reason, server.connections


@pytest.mark.parametrize("form", FORMS)
def test_a_private_address_sees_no_connection(form):
    """Whatever way it is written; the client without guard reaches the very same server."""
    assert ("refused_address", 0) == asyncio.run(counted(FORMS[form]))
    assert (200, 1) == asyncio.run(counted(FORMS[form], allowed=networks(["127.0.0.0/8", "0.0.0.0/32"])))


@pytest.mark.parametrize("host", NO_URLS)
def test_odd_forms_of_ipv4_are_no_urls(host):
    """Decimal, octal and short ones are read in more than one way: refused even where they would be allowed."""
    assert ("refused_address", 0) == asyncio.run(counted(host, allowed=PRIVATE))


def test_loopback_of_ipv6_and_scopes_are_refused():
    """A server that listens on ::1 only; a scope is no way around."""

    async def run(host, **options):
        async with RawServer(says(answer()), "::1") as server:
            return await tried(server.url(host), **options), server.connections

    assert ("refused_address", 0) == asyncio.run(run("[::1]"))
    assert (200, 1) == asyncio.run(run("[::1]", allowed=PRIVATE))
    assert ("refused_address", 0) == asyncio.run(run("[fe80::1%25lo]"))


def test_a_redirect_to_a_private_address_is_refused():
    """The first hop is allowed, the second is checked at its own socket."""

    async def run(allowed):
        async with RawServer(says(answer()), "127.0.0.1") as inner:
            moved = says(answer(status="302 Found", Location=inner.url()))
            async with RawServer(moved, "127.0.0.2") as outer:
                reason = await tried(outer.url(), allowed=networks(allowed))
                return reason, outer.connections, inner.connections

    assert ("refused_address", 1, 0) == asyncio.run(run(["127.0.0.2/32"]))
    assert (200, 1, 1) == asyncio.run(run(["127.0.0.0/8"]))


class Rebinding(AbstractResolver):
    """Says a public address first, and a private one when it is asked again."""

    def __init__(self) -> None:
        self.answers = ["192.0.2.1", "127.0.0.1"]

    async def resolve(self, host, port=0, family=socket.AF_INET):
        del family
        address = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
        ]

    async def close(self):
        pass


def test_a_name_that_resolves_anew_does_not_pass():
    """The address is checked where the socket is made, so what a name said before does not count."""

    async def run(allowed):
        resolver = Rebinding()
        await resolver.resolve("rebind.example")  # the look-up that a check would have seen
        async with RawServer(says(answer())) as server:
            return await tried(
                server.url("rebind.example"), resolver=resolver, allowed=allowed
            ), server.connections

    assert ("refused_address", 0) == asyncio.run(run(()))
    assert (200, 1) == asyncio.run(run(PRIVATE))


def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    """A proxy would connect to whatever it likes."""

    async def run():
        async with RawServer(says(answer())) as proxy, RawServer(says(answer())) as server:
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
                monkeypatch.setenv(name, proxy.url(path=""))
            return await tried(server.url(), allowed=PRIVATE), server.connections, proxy.connections

    assert (200, 1, 0) == asyncio.run(run())


def test_addresses_that_hand_out_keys_are_allowed_by_their_own_network_alone():
    """ "All private networks" are no reason to ask the metadata of a cloud."""
    for address in ("169.254.169.254", "100.100.100.200", "fd00:ec2::254", "::ffff:169.254.169.254"):
        assert not may_call(address, PRIVATE), address
        assert not may_call(address, networks(["0.0.0.0/0", "::/0"])), address
    assert may_call("169.254.169.254", networks(["169.254.169.254/32"]))
    assert may_call("10.1.2.3", networks(["10.1.0.0/16"]))
    assert not may_call("10.2.2.3", networks(["10.1.0.0/16"]))


def test_a_network_that_is_none_is_refused():
    """The settings say what is wrong."""
    with pytest.raises(EgressError, match="not written like"):
        networks(["10.1.2.0/33"])


def test_the_library_alone_would_reach_it():
    """The control without any guard of ours: the server counts it."""

    async def run():
        async with (
            RawServer(says(answer()), EVERYWHERE) as server,
            aiohttp.ClientSession() as session,
            session.get(server.url("127.1.2.3")) as found,
        ):
            return found.status, server.connections

    assert (200, 1) == asyncio.run(run())
