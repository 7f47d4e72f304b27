"""A page of a government site: its mandatory tags, and the entries of its list with their days.

国办发〔2017〕47号 asks of every page SiteName, SiteDomain, SiteIDCode; of the page of a column ColumnName, ColumnType;
of an article ArticleTitle, PubDate, ContentSource.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

import msgspec
from lxml import etree

from connectors.feeds.bounds import check_xml
from connectors.feeds.decode import clean
from connectors.feeds.feed import FeedUnreadable
from connectors.feeds.notices import is_notice
from events.messages import message

OF_SITE = ("SiteName", "SiteDomain", "SiteIDCode")
OF_COLUMN = ("ColumnName", "ColumnType")
OF_ARTICLE = ("ArticleTitle", "PubDate", "ContentSource")
MAX_PAGE_BYTES = 5 * 1024 * 1024
MAX_LINKS = 5_000  # of a page
MAX_TEXT = 500  # characters of a block around a link; a longer one is no entry of a list
SHORTEST_TITLE = 4  # characters

_DAY = re.compile(r"\d{4} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2} ?日?(?: {0,3}\d{1,2}:\d\d(?::\d\d)?)?")
ARTICLE = re.compile(  # how content systems of government sites name the page of an article
    r"/t?\d{8}_\d+\.s?html?$|/art/\d{4}/(?:\d{1,2}/\d{1,2}/)?art_|/content/post_\d+|/content_\d+\.s?html?$"
    r"|/\d{6}/(?:t\d{8}_\d+|[0-9a-f]{32})\.s?html?$|/(?:20\d\d)[-/]?\d\d/\d\d/\w+\.s?html?$",
    re.IGNORECASE,
)
_STORED = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_NUMBER = re.compile(r"\d+$")
_COUNTING = frozenset({"odd", "even", "first", "last", "on", "cur", "current", "active", "alt"})
BLOCKS = frozenset({"li", "tr", "dd", "dt", "p", "div"})


class Link(msgspec.Struct, frozen=True):
    """An entry of a list: where it leads, what it is called, the day beside it as it is written."""

    address: str  # empty: a script opens it
    title: str
    day: str = ""


class Rules(msgspec.Struct, frozen=True):
    """XPath for a list whose entries nothing tells apart; empty ones are not used."""

    entries: str = ""  # the blocks of the list, each with one link
    day: str = ""  # within a block


class SitePage:
    """A page as a tree, under bounds; raises `FeedUnreadable` for bytes that are no page."""

    def __init__(self, body: bytes, address: str) -> None:
        """Read the bytes of a page."""
        if len(body) > MAX_PAGE_BYTES:
            raise FeedUnreadable(
                "too_large", message("{n} bytes are more than a web page has; not read", n=len(body))
            )
        text = clean(body)
        check_xml(text)
        root = _tree(text)
        if root is None or b"<" not in text[:2048]:
            raise FeedUnreadable("not_a_feed", message("this is no web page; check its address"))
        for store in _stored_lists(root):
            root.append(store)
        self._root = root
        self._address = address
        self._tags = {
            name: content
            for meta in reversed(root.findall(".//meta"))
            if (name := meta.get("name", "").strip().lower()) and (content := meta.get("content", "").strip())
        }

    def tag(self, name: str) -> str:
        """Return the content of a tag, whatever the case of its name; of several the first that says something."""
        return self._tags.get(name.lower(), "")[:1000]

    def missing(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of some tags that the page does not have, or has empty."""
        return tuple(name for name in names if not self.tag(name))

    def asks_to_log_in(self) -> bool:
        """Tell whether title and headings ask to log in or to prove to be human."""
        return is_notice(" ".join(text_of(head) for head in self._root.iter("title", "h1", "h2")))

    @property
    def root(self) -> etree._Element:
        """Return the tree of the page, lists that it holds as data among it."""
        return self._root

    @property
    def address(self) -> str:
        """Return the address that the page came from."""
        return self._address

    def links(self, rules: Rules) -> list[Link]:
        """Return the entries of the list in the order of the page, each once.

        An entry is a link with a day beside it, or one that is named as the page of an article is. Of several lists
        the longest is meant: entries of another one, which tell old news, would make the list seem to go further back
        than it does. The rules say which blocks are meant where that does not do.
        """
        if rules.entries:
            return _once(self._by_rules(rules))
        lists: dict[tuple[str, ...], list[Link]] = {}
        for place, link in self._by_days():
            lists.setdefault(place, []).append(link)
        return max(map(_once, lists.values()), key=len, default=[])

    def _by_rules(self, rules: Rules) -> Iterator[Link]:
        for block in _elements(self._root.xpath(rules.entries)):
            anchor = block if block.tag == "a" else next(block.iter("a"), None)
            address = self.leads_to(anchor)
            day = _day(_joined(block.xpath(rules.day) if rules.day else text_of(block)))
            if address or day:
                yield Link(address, title_of(block if anchor is None else anchor), day)

    def _by_days(self) -> Iterator[tuple[tuple[str, ...], Link]]:
        """Yield what may be an entry, with the list that it stands in."""
        for number, anchor in enumerate(self._root.iter("a")):
            if number >= MAX_LINKS:
                return
            title = title_of(anchor)
            if len(title) < SHORTEST_TITLE:
                continue
            address, day = self.leads_to(anchor), _day_beside(anchor) or _day_within(anchor)
            if day or (self.is_of_site(address) and ARTICLE.search(urlsplit(address).path)):
                yield place_of(anchor), Link(address, title, day)

    def leads_to(self, anchor: etree._Element | None) -> str:
        """Return the page that a link leads to; empty for a script, a front page and the page itself."""
        href = anchor.get("href", "").strip() if anchor is not None else ""
        try:
            address = urldefrag(urljoin(self._address, href)).url
            there = urlsplit(address)
        except ValueError:
            return ""
        is_front = there.path in ("", "/") and not there.query
        is_page = there.scheme in ("http", "https") and not is_front and address != self._address
        return address if href and is_page else ""

    def is_of_site(self, address: str) -> bool:
        """Tell whether an address lies on the host of the page, with or without www."""
        here, there = (urlsplit(a).hostname or "" for a in (self._address, address))
        return here.removeprefix("www.") == there.removeprefix("www.")


def _tree(text: bytes) -> etree._Element | None:
    parser = etree.HTMLParser(recover=True, no_network=True, remove_comments=True, encoding="utf-8")
    try:
        return etree.fromstring(text, parser)
    except etree.XMLSyntaxError:
        return None


def _stored_lists(root: etree._Element) -> list[etree._Element]:
    """Return lists that a page holds as data, for a script to show: a usual content system keeps its entries so."""
    texts = (s.text or "" for s in root.iter("script") if s.get("type", "").strip().lower() == "text/xml")
    stores = ("".join(_STORED.findall(text)) for text in texts)
    trees = (
        _tree(f"<html><body><div class='store'>{store}</div></body></html>".encode())
        for store in stores
        if store
    )
    return [tree for tree in trees if tree is not None]


def _once(links: Iterable[Link]) -> list[Link]:
    """Return links each once, those of scripts by their titles; of two to one page the one that names a day."""
    found: dict[str, Link] = {}
    for link in links:
        place = link.address or link.title
        if place not in found or (link.day and not found[place].day):
            found[place] = link
    return list(found.values())


def place_of(anchor: etree._Element) -> tuple[str, ...]:
    """Return tags and classes above the block of a link: alike for all entries of one list, cut into parts or not.

    Classes that count entries (i1, odd, last) tell no lists apart.
    """
    above = list(anchor.iterancestors())
    start = next((n for n, element in enumerate(above) if element.tag in BLOCKS), 0)
    return tuple(f"{element.tag}.{_class(element)}" for element in above[start + 1 :])


def _class(element: etree._Element) -> str:
    words = (_NUMBER.sub("", word) for word in element.get("class", "").split())
    return " ".join(word for word in words if word.lower() not in _COUNTING)


def _day_beside(anchor: etree._Element) -> str:
    """Return the day in the nearest block around a link that holds no other article; empty where there is none."""
    block = anchor
    for _ in range(4):
        parent = block.getparent()
        if parent is None or sum(1 for _ in zip(parent.iter("a"), range(3), strict=False)) > 2:
            return ""
        block = parent
        text = text_of(block)
        if len(text) > MAX_TEXT:
            return ""
        if block.tag in BLOCKS and (day := _day(text.replace(text_of(anchor), " ", 1))):
            return day
    return ""


def _day_within(anchor: etree._Element) -> str:
    """Return the day that stands for itself in a link around a whole entry; one in a title is none."""
    parts = (text_of(part).strip("[]()（）【】 ") for part in anchor.iterdescendants())
    return next((part for part in parts if _DAY.fullmatch(part)), "")


def _day(text: str) -> str:
    """Return the only day that a text names."""
    days = {" ".join(day.split()) for day in _DAY.findall(text)}
    return days.pop() if len(days) == 1 else ""


def title_of(anchor: etree._Element) -> str:
    """Return what a link is called: its title, else its text."""
    return (anchor.get("title", "").strip() or text_of(anchor))[:MAX_TEXT]


def text_of(element: etree._Element) -> str:
    """Return the text of an element on one line."""
    return " ".join(" ".join(map(str, element.itertext())).split())


def _joined(found: object) -> str:
    """Return what an XPath found as one text."""
    if isinstance(found, list):
        return " ".join(one if isinstance(one, str) else text_of(one) for one in found)
    return str(found)


def _elements(found: object) -> list[etree._Element]:
    items = found if isinstance(found, list) else []
    return [one for one in items if isinstance(one, etree._Element)][:MAX_LINKS]  # noqa: SLF001
