"""RSS 2.0, RSS 1.0 and Atom: the entries of a document, and where it is broken."""

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from html import escape

from lxml import etree

from connectors.feeds.bounds import check_xml
from connectors.feeds.decode import repair_references
from connectors.feeds.feed import FeedUnreadable
from connectors.feeds.gather import MAX_RAW, Document, Entry
from connectors.feeds.notices import is_notice
from events.messages import message

_ITEM_OF = {"rss": "item", "rdf": "item", "feed": "entry"}
_ABOUT_THE_FEED = frozenset(["title", "description", "subtitle"])
_FOREIGN = {  # other namespaces than the item's own whose fields we know
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
}
_PREFIXES = frozenset(_FOREIGN.values())  # taken at their word where the document declares no namespace
_PUBLISHED = ("pubdate", "published", "issued", "date")
_UPDATED = ("updated", "modified")
_TEXTS = ("description", "summary", "encoded", "content")
_FIELDS = frozenset(["guid", "id", "link", "title", *_PUBLISHED, *_UPDATED, *_TEXTS])
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_BAD_REFERENCE = {
    "ERR_NAME_REQUIRED",
    "ERR_ENTITYREF_SEMICOL_MISSING",
    "ERR_UNDECLARED_ENTITY",
    "ERR_INVALID_CHAR",
    "ERR_INVALID_CHARREF",
}

# The start of an item that stands in the text of a document, as it is, escaped, or in an encoding of 7 bits.
_ITEM_IN_TEXT = re.compile(
    rb"(?:<|&(?:amp;)?lt;|&#0*60;|&#x0*3c;|\+ADw-?|%3c|\\u003c)(?:[a-z][\w.-]*:)?(?:item|entry)\b",
    re.IGNORECASE,
)
_TEXT_OF_PAGE = re.compile(rb"<title[^>]*>([^<]{0,300})|<h1[^>]*>([^<]{0,300})", re.IGNORECASE)


def read_xml(text: bytes) -> Document:
    """Read clean bytes as a feed: its entries in document order, and what is damaged in a few words.

    The parser recovers what it can, so a document that was cut short looks whole but for its error log.
    """
    check_xml(text)
    root, faults = _parse(text)
    if any(fault.type_name in _BAD_REFERENCE for fault in faults):
        root, faults = _parse(repair_references(text))
    if root is None:
        raise FeedUnreadable(
            "not_xml", message("this is neither XML nor JSON; check the address of the feed")
        )
    name = _local_name(root).lower()
    if name == "html":
        raise _page(text)
    if name not in _ITEM_OF:
        raise FeedUnreadable(
            "not_a_feed", message("this XML is neither RSS nor Atom; check the address of the feed")
        )
    damaged = f"broken XML at line {faults[0].line} ({faults[0].type_name})" if faults else None
    items = list(root.iter("{*}" + _ITEM_OF[name])) or _odd_items(root)
    if not items and _ITEM_IN_TEXT.search(text):
        raise FeedUnreadable(
            "hidden",
            message(
                "no item can be read, but some stand in the text: their encoding hides them; ask"
                " for plain UTF-8"
            ),
        )
    about = list(_about(root))
    title = next((text for name, text in about if name == "title" and text), "")
    return Document(map(_entry, items), "\n".join(text for _, text in about), damaged, title)


def _page(text: bytes) -> FeedUnreadable:
    words = b"\n".join(a or b for a, b in _TEXT_OF_PAGE.findall(text)[:20]).decode(errors="replace")
    if is_notice(words):
        return FeedUnreadable(
            "notice",
            message("this is a page that asks to log in or to verify; log in anew where the feed is made"),
        )
    return FeedUnreadable("html", message("this is a web page and not a feed; check the address of the feed"))


def _odd_items(root: etree._Element) -> list[etree._Element]:
    """Return items in capitals, with a prefix that was not declared, or named as the other format does."""
    names = frozenset(_ITEM_OF.values())
    return [child for child in root.iter(etree.Element) if _local_name(child).lower() in names]


def _about(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield title and description of the whole: those of the root, or of the channel in it."""
    channel = next((child for child in root if isinstance(child.tag, str) and _is_channel(child)), root)
    for child in channel:
        if name := _about_the_feed(child.tag):
            yield name, _text(child)


@lru_cache(maxsize=128)
def _about_the_feed(tag: object) -> str:
    """Name what a child of the whole says of it, empty where it says something else."""
    name = tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""
    return name if name in _ABOUT_THE_FEED else ""


def _is_channel(element: etree._Element) -> bool:
    return _local_name(element).lower() == "channel"


def _parse(text: bytes) -> tuple[etree._Element | None, list[etree._LogEntry]]:
    """Parse as far as it goes; undeclared prefixes lose nothing and are no fault."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError:
        root = None
    log = [entry for entry in parser.error_log if entry.level_name != "WARNING"]
    return root, [entry for entry in log if entry.domain_name != "NAMESPACE"]


def _entry(item: etree._Element) -> Entry:
    home = _namespace(item.tag)
    found: dict[str, str] = {}  # by field, of the first child that stands for it
    link = other_link = ""
    for child in item:
        field = _field(child.tag, home)
        if field == "link":
            href = child.get("href", "").strip()
            if href and child.get("rel", "alternate") != "alternate":
                other_link = other_link or href
            else:
                link = link or href or _text(child)
        elif field and field not in found:
            found[field] = _text(child)
    text_in = found.get
    return Entry(
        keys=(text_in("guid", ""), text_in("id", ""), item.get(_ABOUT, "").strip(), link, other_link),
        dates=tuple([text_in(field, "") for field in _PUBLISHED]),
        edits=tuple([text_in(field, "") for field in _UPDATED]),
        title=text_in("title", ""),
        link=link or other_link,
        text=lambda: next((text for field in _TEXTS if (text := text_in(field, ""))), ""),
        source=partial(_source, item),
    )


@lru_cache(maxsize=1024)
def _field(tag: object, home: str) -> str:
    """Name the field that a tag stands for; "" if none, or if its namespace means something else by it."""
    if not isinstance(tag, str):
        return ""
    namespace, _, name = tag.rpartition("}")
    prefix, _, name = name.rpartition(":")
    ours = namespace[1:] in {"", home, *_FOREIGN} and (not prefix or prefix in _PREFIXES)
    return name.lower() if ours and name.lower() in _FIELDS else ""


def _text(element: etree._Element) -> str:
    """Take the text before any child: fields are plain, and a hostile document nests fields in fields."""
    return (element.text or "").strip()


def _namespace(tag: str) -> str:
    return tag.rpartition("}")[0][1:]


def _local_name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].rpartition(":")[2]


def _source(item: etree._Element) -> bytes:
    """Write the start of an item again, its own fields without those nested in them.

    By hand, since the library repeats all namespaces and all that a broken document nests for every item.
    """
    parts = ["<item>"]
    for child in item:
        if not isinstance(child.tag, str):
            continue
        name = _local_name(child)
        attributes = [
            f' {str(key).rpartition("}")[2]}="{escape(str(value))}"' for key, value in child.items()
        ]
        parts.append(
            f"<{name}{''.join(attributes)}>{escape((child.text or '')[:MAX_RAW], quote=False)}</{name}>"
        )
        if sum(map(len, parts)) > MAX_RAW:
            break
    return "".join([*parts, "</item>"]).encode()
