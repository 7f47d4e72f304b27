"""Every page that somebody can reach by links, each held to the same demands."""

import re
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import urldefrag, urlsplit

from playwright.sync_api import Error as PageError

from tests.console_walk.browser import Fault, Window

_FILE = re.compile(r"\.(xlsx|csv|docx|zip|json|html|pdf|png|jpg|svg)$")
_SAME = 2
"""So many pages of one kind are looked at by default: the second often shows what the first lacks."""


class Crawled(NamedTuple):
    """What came of a walk over pages."""

    pages: int
    faults: list[Fault]
    seen: frozenset[str]  # kinds of addresses


def kind_of(url: str) -> str:
    """Return what an address has in common with others of its kind: numbers and words behind `?` left out."""
    parts = urlsplit(url)
    path = re.sub(r"/(?=[^/]*\d)[^/]+", "/*", parts.path)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return f"{path}?{'&'.join(names)}" if names else path


def crawl(
    window: Window,
    begin: str,
    *,
    look: Callable[[Window], Sequence[Fault]],
    most: int = 200,
    same: int = _SAME,
    leave: Callable[[str], bool] = lambda _: False,
) -> Crawled:
    """Follow the links from a page on but those to `leave`, and look at up to `same` pages of each kind."""
    waiting = deque([window.open(begin).url])  # in full, and where it led on
    queued, kinds, faults, pages = set(waiting), Counter[str](), list[Fault](), 0
    while waiting and pages < most:
        url = waiting.popleft()
        kinds[kind_of(url)] += 1
        if kinds[kind_of(url)] > same:
            continue
        if not _opened(window, url):
            continue
        pages += 1
        faults += look(window)
        for found in window.page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map(a => a.href)"
        ):
            link = urldefrag(found).url
            if urlsplit(link).netloc != urlsplit(url).netloc or link in queued:
                continue
            if _FILE.search(urlsplit(link).path) or leave(link):
                continue
            queued.add(link)
            waiting.append(link)
    return Crawled(pages, faults, frozenset(kinds))


def _opened(window: Window, url: str) -> bool:
    """Go to an address; returns False where a file comes instead of a page."""
    try:
        window.open(url)
    except PageError as e:
        if "Download is starting" not in str(e):
            raise
        return False
    return True


def every_demand(window: Window) -> list[Fault]:
    """Return what is wrong with a page: access, and widths."""
    return [*access(window), *window.scrolls_sideways()]


def access(window: Window) -> list[Fault]:
    """Return what axe finds wrong with a page."""
    return window.violations(kind_of(window.page.url).partition("?")[0])
