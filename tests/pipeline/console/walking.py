"""Every route of the console with what the city has to fill its path: what tests walk."""

import html
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from litestar import Litestar

from pipeline.console.app import routes_of
from tests.pipeline.program import rows

_HREF = re.compile(r'href="(/[^"]*)"')
_PARAMETER = re.compile(r"\{(\w+)\}")
NOBODY = "none-0"
NO_NUMBER = "999999999"
"""Values that name nothing."""


class Filled(NamedTuple):
    """A route and an address of it."""

    method: str
    template: str
    path: str
    is_known: bool  # the address names something that is there


def numbers_of(app: Litestar) -> frozenset[tuple[str, str]]:
    """Return the parameters of paths that are whole numbers, by template and name."""
    return frozenset(
        (route.path_format, part.name)
        for route in app.routes
        for part in getattr(route, "path_components", ())
        if not isinstance(part, str) and part.type is int
    )


def routes(app: Litestar) -> Iterator[tuple[str, str]]:
    """Yield method and template of every route."""
    return ((method, path) for method, path in routes_of(app) if method != "HEAD")


def addresses_in(app: Litestar, get: Callable[[str], str]) -> dict[str, str]:
    """Return an address of each template that pages lead to; `get` gives the text of a page, empty where there is none.

    Pages without parameters are read, then the pages that they lead to.
    """
    templates = {path: _pattern(path) for method, path in routes(app) if method == "GET" and "{" in path}
    found: dict[str, str] = {}
    waiting = [path for method, path in routes(app) if method == "GET" and _is_page(path)]
    while waiting:
        led_to = dict.fromkeys(html.unescape(h) for p in waiting for h in _HREF.findall(get(p)))
        waiting = []
        for path in (link.partition("?")[0].partition("#")[0] for link in led_to):
            template = next((t for t, pattern in templates.items() if pattern.fullmatch(path)), None)
            if template is not None and template not in found:
                found[template] = path
                if _is_page(path):
                    waiting.append(path)
    return found


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(map(re.escape, re.split(r"\{\w+\}", template))))


def _is_page(path: str) -> bool:
    return "{" not in path and not path.startswith("/api/") and "." not in path.rpartition("/")[2]


def numbers_in(home: Path) -> dict[str, str]:
    """Return the numbers for people of the accounts, by the id that the ledger gave."""
    return {row["account_id"].rpartition(":")[2]: row["number"] for row in rows(home, "accounts", "list")}


def filled(
    method: str, template: str, known: Mapping[str, str], whole: Collection[tuple[str, str]] = ()
) -> Filled:
    """Return an address of a route: a known one, else one with names of nothing, of `whole` ones with a number."""
    if method == "GET" and template in known:
        return Filled(method, template, known[template], is_known=True)

    def value(found: re.Match[str]) -> str:
        return NO_NUMBER if (template, found[1]) in whole else NOBODY

    return Filled(method, template, _PARAMETER.sub(value, template), is_known=False)
