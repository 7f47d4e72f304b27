"""Links that lead out of a site: whether they are dead, lead elsewhere than they say, or out of government.

All of it is a suggestion. What lies behind a link is judged by its form alone, a redirect to another domain or the
words of a parking page, and never by what it is about.
"""

from collections.abc import Iterable
from functools import cache
from importlib import resources
from itertools import islice
from typing import Literal
from urllib.parse import urldefrag, urljoin, urlsplit

import msgspec

from connectors.sites.opening import Cause, open_page
from connectors.sources.kind import Web
from connectors.sources.page_tags import MAX_LINKS, SitePage, title_of

LinkState = Literal["ok", "dead", "hijacked", "unknown"]
_DEAD = frozenset[Cause]({"dns", "connect", "tls", "timeout", "status", "blank"})


class Outgoing(msgspec.Struct, frozen=True):
    """A link of a site."""

    url: str
    title: str
    page: str  # that it stands on


class LinkSeen(msgspec.Struct, frozen=True):
    """What lies behind a link."""

    link: Outgoing
    state: LinkState
    cause: Cause = ""  # of a dead one
    led_to: str = ""  # host, of a hijacked one


class _Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    expected: tuple[str, ...]
    parked: tuple[str, ...]
    second_level: tuple[str, ...]
    provinces: tuple[str, ...]


def outgoing(page: SitePage) -> tuple[Outgoing, ...]:
    """Return the links of a page to other hosts, each address once."""
    found: dict[str, Outgoing] = {}
    for anchor in islice(page.root.iter("a"), MAX_LINKS):
        try:
            url = urldefrag(urljoin(page.address, anchor.get("href", "").strip())).url
            there = urlsplit(url)
        except ValueError:
            continue
        if there.scheme in ("http", "https") and there.hostname and not page.is_of_site(url):
            found.setdefault(url, Outgoing(url, title_of(anchor)[:80], page.address))
    return tuple(found.values())


def is_outside(url: str, site: str) -> bool:
    """Tell whether an address lies outside of .gov.cn, of the domain of the site, and of what is usually linked."""
    host = _host(url)
    return not (
        host.endswith(".gov.cn")
        or domain_of(host) == domain_of(_host(site))
        or any(host == one or host.endswith("." + one) for one in _rules().expected)
    )


def one_of_each_host(links: Iterable[Outgoing]) -> tuple[Outgoing, ...]:
    """Return the first link to each host: one suggestion a host is enough."""
    found: dict[str, Outgoing] = {}
    for link in links:
        found.setdefault(_host(link.url), link)
    return tuple(found.values())


async def follow(web: Web, link: Outgoing, limit_s: float) -> LinkSeen:
    """Look at what lies behind a link."""
    opened = await open_page(web, link.url, limit_s)
    if opened.cause in _DEAD:
        return LinkSeen(link, "dead", opened.cause)
    if not opened.is_open:
        return LinkSeen(link, "unknown", opened.cause)
    asked, came = _host(link.url), _host(opened.url)
    if came and domain_of(asked) != domain_of(came) and not came.endswith(".gov.cn"):
        return LinkSeen(link, "hijacked", led_to=came)
    if any(word in opened.head.lower() for word in _rules().parked):
        return LinkSeen(link, "hijacked", led_to=came)
    return LinkSeen(link, "ok")


def domain_of(host: str) -> str:
    """Return the name that somebody registered: two labels, three below .com.cn and the like; an address is itself."""
    labels = host.lower().rstrip(".").split(".")
    if len(labels) < 2 or labels[-1].isdigit():
        return host.lower()
    below = _rules()
    is_third = labels[-1] == "cn" and labels[-2] in (*below.second_level, *below.provinces)
    return ".".join(labels[-3 if is_third else -2 :])


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


@cache
def _rules() -> _Rules:
    raw = (resources.files("infra") / "sites" / "links.toml").read_bytes()
    return msgspec.toml.decode(raw, type=_Rules)
