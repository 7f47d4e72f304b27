"""robots.txt: fetched once a day from each host, bounded, and what its failures mean (RFC 9309)."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec
from protego import Protego
from yarl import URL

from connectors.web.page import LookError, Page

MAX_BYTES = 512 * 1024
"""What is read of one, as search engines do: RFC 9309 asks for 500 KiB at the least."""

_AGENT = "xuncha"
_KEPT = timedelta(hours=24)
_AGAIN = timedelta(minutes=30)  # after one that could not be fetched
_TRUSTED = timedelta(days=30)  # that long an older one stands in for one that cannot be fetched
_HOSTS = 4_000  # whose rules are kept

Fetch = Callable[[str], Awaitable[Page]]


class _Rules(msgspec.Struct):
    allows: Protego | bool  # False: nothing, for nobody can tell
    fetched_at: datetime
    good_at: datetime  # when it was fetched for the last time


class Robots:
    """Tells whether a host lets us fetch a page.

    No file (4xx) allows everything; one that cannot be fetched (5xx, no connection) allows nothing, unless an older
    one is known. It is asked for again after half an hour.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._rules: OrderedDict[str, _Rules] = OrderedDict()
        self._asking: dict[str, asyncio.Lock] = {}

    async def allow(self, url: URL, now: datetime) -> bool:
        """Tell whether the page may be fetched; raises `LookError` where the host is not to be reached at all."""
        origin = f"{url.scheme}://{url.host_port_subcomponent}"
        rules = self._fresh(origin, now)
        if rules is None:
            lock = self._asking.setdefault(origin, asyncio.Lock())
            async with lock:  # others that wait for the same file ask once
                rules = self._fresh(origin, now) or await self._ask(origin, now)
            self._asking.pop(origin, None)
        self._rules.move_to_end(origin)
        if isinstance(rules.allows, bool):
            return rules.allows
        return rules.allows.can_fetch(str(url), _AGENT)

    def _fresh(self, origin: str, now: datetime) -> _Rules | None:
        rules = self._rules.get(origin)
        if rules is None:
            return None
        kept = _KEPT if rules.good_at == rules.fetched_at else _AGAIN
        return rules if now - rules.fetched_at < kept else None

    async def _ask(self, origin: str, now: datetime) -> _Rules:
        before = self._rules.get(origin)
        try:
            page = await self._fetch(f"{origin}/robots.txt")
        except LookError as error:
            rules = _without(error, before, now)
            if not rules.allows and error.failure.reason not in ("answered", "gone", "log_in"):
                raise  # nobody is there: the look fails for that, and the next one asks again
        else:
            rules = _Rules(_parsed(page.body), now, now)
        self._rules[origin] = rules
        while len(self._rules) > _HOSTS:
            self._rules.popitem(last=False)
        return rules


def _without(error: LookError, before: _Rules | None, now: datetime) -> _Rules:
    """Return what holds where the file cannot be had."""
    failure = error.failure
    refused = failure.reason in ("answered", "gone", "log_in") and failure.detail.startswith("status 4")
    if (refused and not failure.detail.startswith("status 429")) or failure.reason in (
        "redirects",
        "too_large",
    ):
        return _Rules(allows=True, fetched_at=now, good_at=now)
    if before is not None and now - before.good_at < _TRUSTED and before.allows is not False:
        return _Rules(before.allows, now, before.good_at)
    return _Rules(allows=False, fetched_at=now, good_at=now - _AGAIN)


def _parsed(body: bytes) -> Protego | bool:
    """Read the rules; a file without any allows everything, and is the most frequent one."""
    text = body[:MAX_BYTES].decode("utf-8", "replace")
    if "disallow" not in text.lower():
        return True
    return Protego.parse(text)
