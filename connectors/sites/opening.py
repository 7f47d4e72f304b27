"""One visit to a home page as somebody would make it: is it open within the limit, and if not, why.

国办秘函〔2019〕19号 counts visits in which a page is not open after 15 seconds. What keeps programs alone out, and what
lies at our own line, says nothing of a site and is counted neither way.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from connectors.feeds.feed import FeedUnreadable
from connectors.sources.kind import LookError, Web
from connectors.sources.page_tags import SitePage, text_of
from connectors.web.page import Failure, Page

Cause = Literal["", "dns", "connect", "tls", "timeout", "status", "blank", "blocked", "ours"]
"""Why a page was not open; empty: it was. `blocked`: a program is kept out. `ours`: our own line, or an address that
may not be called."""

UNTOLD = frozenset[Cause]({"blocked", "ours"})
"""Causes that say nothing of the site."""

_KEPT_OUT = frozenset({401, 403, 405, 406, 412, 418, 429, 521})
"""Statuses by which walls before government sites answer programs."""

_HEAD = 40_000  # bytes
_FEW = 12  # characters of text; a page with fewer, without links, scripts and pictures, is blank


class Opened(msgspec.Struct, frozen=True):
    """What a visit found."""

    cause: Cause
    took_s: float = 0.0
    status: int | None = None  # of an answer that is no success
    url: str = ""  # after redirects
    head: str = ""  # beginning of what came, as text

    @property
    def is_open(self) -> bool:
        """Tell whether the page was open within the limit."""
        return self.cause == ""


async def open_page(web: Web, address: str, limit_s: float) -> Opened:
    """Visit a page; the client bounds the time, and guards every address that it is led to."""
    try:
        page = await web.get(address)
    except LookError as error:
        return Opened(_cause(error.failure), status=error.failure.status)
    if page.took_s > limit_s:
        return Opened("timeout", page.took_s, url=page.url)
    text = page.body[:_HEAD].decode("utf-8", "replace")
    return Opened(_seen(page), page.took_s, url=page.url, head=text)


def _seen(page: Page) -> Cause:
    """Judge what came: a file that is no page is open, too, as long as there is anything in it."""
    try:
        site = SitePage(page.body, page.url)
    except FeedUnreadable:
        return "" if len(page.body.strip()) >= _FEW else "blank"
    if site.asks_to_log_in():
        return "blocked"
    return "blank" if _is_blank(site) else ""


def _cause(failure: Failure) -> Cause:
    if failure.status is not None:
        return "blocked" if failure.status in _KEPT_OUT else "status"
    if failure.reason == "no_connection":
        return failure.step or "connect"
    return _CAUSES.get(failure.reason, "ours")


_CAUSES: Mapping[str, Cause] = {
    "too_slow": "timeout",
    "redirects": "status",
    "answered": "status",
    "gone": "status",
    "no_feed": "blank",
    "too_large": "",  # more came than we read: it is open
}


def _is_blank(page: SitePage) -> bool:
    """Tell whether nothing is to be seen, and nothing leads on."""
    body = next(page.root.iter("body"), page.root)
    leads = any(True for _ in page.root.iter("a", "script", "img", "frame", "iframe", "form"))
    refreshes = any(m.get("http-equiv", "").lower() == "refresh" for m in page.root.iter("meta"))
    return not leads and not refreshes and len(text_of(body)) < _FEW
