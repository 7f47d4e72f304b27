"""Outgoing HTTP: which addresses may be called."""

import ipaddress
import re
import socket
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import TYPE_CHECKING

from yarl import URL

if TYPE_CHECKING:
    import aiohttp

_PLAIN_HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*")  # most are, and encoding one takes time
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")  # the only part of IPv6 that is given out to the world
_SPECIAL_V4 = [ipaddress.IPv4Network(n) for n in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24")]
_SPECIAL_V6 = [
    ipaddress.IPv6Network(n)
    for n in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID and others
        "3fff::/20",  # documentation; Python 3.11 takes it for global
        "fec0::/10",
        "64:ff9b:1::/48",
    )
]
_METADATA = [
    ipaddress.ip_network(n) for n in ("169.254.0.0/16", "fe80::/10", "100.100.100.200/32", "fd00:ec2::/32")
]
"""Link-local addresses and those where clouds hand out keys: allowed only where a network within them is named."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PRIVATE = tuple(
    ipaddress.ip_network(n)
    for n in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
)
"""What "private addresses are allowed" stands for."""


class EgressError(Exception):
    """A request that may not go out; says why, and never the address, which may carry a key."""

    reason: str

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RefusedAddressError(EgressError, PermissionError):
    """A host stands at an address that is private, loopback, or special in another way.

    All have one text: the connector keeps the type of an error only if every address of a host failed alike.
    """

    def __init__(self) -> None:
        super().__init__("the host has no public address; allow private ones if that is meant")


def checked_url(text: str) -> URL:
    """Return the URL to call; raises `EgressError` unless it is http(s) with a host and without a user."""
    try:
        url = URL(text)
        if not _PLAIN_HOST.fullmatch(url.raw_host or ""):
            (url.raw_host or "").encode("idna")  # as the look-up of the name will
    except ValueError:
        raise EgressError("the address is no URL") from None
    if url.scheme not in ("http", "https") or not url.raw_host:
        raise EgressError("the address is no http or https URL with a host")
    if url.user is not None or url.password is not None:
        raise EgressError("the URL names a user or password; send an Authorization header instead")
    return url


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet; one that carries another is judged by that.

    Where Python 3.11 calls special ranges global, they are listed here.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        carried = _carried(ip)
        if carried is None:
            return ip in _UNICAST and ip.is_global and not any(ip in n for n in _SPECIAL_V6)
        ip = carried
    special = ip.is_multicast or ip.is_reserved or any(ip in n for n in _SPECIAL_V4)
    return ip.is_global and not special


def may_call(address: str, allowed: tuple[Network, ...] = ()) -> bool:
    """Tell whether a socket may be made for an address: a public one, or one of the networks that were allowed."""
    if is_public(address):
        return True
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        ip = _carried(ip) or ip
    mine = [n for n in allowed if ip in n]
    keys = next((n for n in _METADATA if ip in n), None)
    return bool(mine) if keys is None else any(n.network_address in keys for n in mine)


def networks(texts: Collection[str]) -> tuple[Network, ...]:
    """Return networks as settings write them; raises `EgressError` for what is none."""
    try:
        return tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError:
        raise EgressError("an allowed network is not written like 10.1.2.0/24 or fd12::/16") from None


def guarded_sockets(allowed: tuple[Network, ...] = ()) -> Callable[["aiohttp.AddrInfoType"], socket.socket]:
    """Return what makes sockets for public addresses and for allowed networks, and raises `RefusedAddressError` else.

    The check sits where a socket is made, with the address that it will connect to: a check of the name, or
    of what the name resolves to, is passed over by addresses in URLs and loses to a name that resolves anew.
    """

    @lru_cache(maxsize=4096)
    def may(address: str) -> bool:
        return may_call(address, allowed)  # which would hash the networks again and again

    def make(info: "aiohttp.AddrInfoType") -> socket.socket:
        family, kind, protocol, _, address = info
        if family not in (socket.AF_INET, socket.AF_INET6) or not may(str(address[0])):
            raise RefusedAddressError
        return socket.socket(family, kind, protocol)

    return make


def connector(*, allow_private: bool = False) -> "aiohttp.TCPConnector":
    """Return a connector of the library with guarded sockets; call it where the event loop runs."""
    import aiohttp  # noqa: PLC0415 (it is large, and whoever reads settings calls nobody)

    sockets = None if allow_private else guarded_sockets()
    return aiohttp.TCPConnector(force_close=True, socket_factory=sockets)


def _carried(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that a mapped, 6to4 or NAT64 address leads to."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour
