"""Pages of lists: the entries of a column, the columns that a page leads to, and whether it says that it is empty."""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

import msgspec
from lxml import etree

from connectors.sites.near import day_near
from connectors.sites.words import ColumnClass, class_of, words
from connectors.sources.page_tags import (
    ARTICLE,
    MAX_LINKS,
    OF_COLUMN,
    OF_SITE,
    SHORTEST_TITLE,
    SitePage,
    place_of,
    text_of,
    title_of,
)

_LONGEST_NAME = 14  # characters of a link that may lead to a column
_SENTENCE = 40  # characters of a text that says that a list is empty
_NO_PAGES = (".jpg", ".png", ".gif", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".zip", ".rar", ".mp4", ".apk")


class Entry(msgspec.Struct, frozen=True):
    """An entry of a list."""

    address: str
    title: str
    listed: str  # the day beside it as it is written, perhaps without its year


class ColumnPage(msgspec.Struct, frozen=True):
    """What the page of a column says."""

    name: str  # ColumnName, else the title of the page
    column_type: str
    column_class: ColumnClass | None  # None: nothing tells; a person declares it
    is_column: bool  # ColumnName stands on it, and no ArticleTitle
    missing: tuple[str, ...]  # mandatory tags
    entries: tuple[Entry, ...]  # in the order of the page
    says_empty: bool


def read_column(page: SitePage) -> ColumnPage:
    """Read the page of a column; of several lists the longest is meant."""
    name, column_type = page.tag("ColumnName"), page.tag("ColumnType")
    called = name or _title(page)
    lists: dict[tuple[str, ...], list[Entry]] = {}
    for place, entry in _entries(page):
        lists.setdefault(place, []).append(entry)
    entries = max(map(_once, lists.values()), key=len, default=())
    return ColumnPage(
        name=called,
        column_type=column_type,
        column_class=class_of(column_type, called),
        is_column=bool(name) and not page.tag("ArticleTitle"),
        missing=page.missing((*OF_SITE, *OF_COLUMN)),
        entries=entries,
        says_empty=_says_empty(page.root),
    )


def dated_links(page: SitePage) -> tuple[Entry, ...]:
    """Return what may be an article on a page with many lists, as a home page, each once."""
    return _once([entry for _, entry in _entries(page)])


def column_links(page: SitePage) -> tuple[tuple[str, str], ...]:
    """Return pages of the site that may be columns, with the names of their links: those of menus, and of "more"."""
    found: dict[str, str] = {}
    for anchor in islice(page.root.iter("a"), MAX_LINKS):
        name, address = " ".join(title_of(anchor).split()), page.leads_to(anchor)
        path = urlsplit(address).path.lower()
        if not address or not page.is_of_site(address) or ARTICLE.search(path) or path.endswith(_NO_PAGES):
            continue
        is_more = text_of(anchor).lower() in words().more
        if 2 <= len(name) <= _LONGEST_NAME or is_more:
            found.setdefault(address, "" if is_more else name)
    return tuple(found.items())


def _entries(page: SitePage) -> Iterator[tuple[tuple[str, ...], Entry]]:
    for anchor in islice(page.root.iter("a"), MAX_LINKS):
        title = title_of(anchor)
        if len(title) < SHORTEST_TITLE:
            continue
        address, listed = page.leads_to(anchor), day_near(anchor)
        is_article = page.is_of_site(address) and ARTICLE.search(urlsplit(address).path) is not None
        if address and (listed or is_article):
            yield place_of(anchor), Entry(address, title, listed)


def _once(entries: list[Entry]) -> tuple[Entry, ...]:
    """Return entries each once; of two to one page the one that names a day, and neither day where they differ."""
    found: dict[str, Entry] = {}
    for entry in entries:
        known = found.get(entry.address)
        if known is None or (entry.listed and not known.listed):
            found[entry.address] = entry
    return tuple(found.values())


def _title(page: SitePage) -> str:
    title = next((text_of(one) for one in page.root.iter("title")), "")
    return title.split("_")[0].split("-")[0].strip()[:40]


def _says_empty(root: etree._Element) -> bool:
    """Tell whether a short text that stands for itself says that there is nothing."""
    for element in root.iter("p", "div", "li", "td", "span", "h3", "h4", "dd", "em"):
        own = " ".join((element.text or "").split())
        if 2 <= len(own) <= _SENTENCE and any(word in own for word in words().empty):
            return True
    return False
