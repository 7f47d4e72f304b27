"""What the patrol finds around itself: clock, names and authorities; a test puts others in their place."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from aiohttp.abc import AbstractResolver

from connectors.web.client import Limits, WebClient
from pipeline.patrol.configured import Configured

AT_ONCE = 64
"""Looks of one source under way, over all of its lanes."""

Clock = Callable[[], datetime]


class Surroundings(msgspec.Struct, frozen=True):
    """Clock, names and authorities."""

    clock: Clock = lambda: datetime.now(UTC)
    resolver: Callable[[], AbstractResolver] | None = None  # None: that of the machine
    tls: ssl.SSLContext | None = None


def web_of(source: Configured, surroundings: Surroundings) -> WebClient:
    """Return the client through which a source looks; call it where the event loop runs."""
    settings = source.settings
    return WebClient(
        allowed=source.allowed,
        limits=Limits(total_s=settings.timeout_s, at_once=AT_ONCE),
        robots=settings.robots,
        clock=surroundings.clock,
        resolver=None if surroundings.resolver is None else surroundings.resolver(),
        tls=surroundings.tls,
    )
