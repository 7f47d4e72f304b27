"""The page of an article: its mandatory tags, and the day of publication that is printed on it."""

import re

import msgspec
from lxml import etree

from connectors.sites.near import only_day_in, published_in
from connectors.sites.words import words
from connectors.sources.page_tags import OF_ARTICLE, SitePage, text_of

_LINE = 160  # characters of a line that names source and day
_MAX_LINES = 3_000
_IN_DATA = re.compile(r'"datePublished"\s*:\s*"(20\d\d-\d\d-\d\d)')
_LINES = frozenset({"p", "div", "li", "td", "span", "h2", "h3", "h4", "h5", "em", "i", "b", "dd", "ul", "tr"})


class ArticlePage(msgspec.Struct, frozen=True):
    """What the page of an article says of itself."""

    title: str
    tag: str  # PubDate, or a tag of the same meaning
    printed: str  # the day on the page that words call that of publication, or that stands with the source
    missing: tuple[str, ...]  # mandatory tags


def read_article(page: SitePage) -> ArticlePage:
    """Read the page of an article."""
    return ArticlePage(
        title=page.tag("ArticleTitle"),
        tag=page.tag("PubDate") or _other_tag(page),
        printed=_printed(page.root),
        missing=page.missing(OF_ARTICLE),
    )


def _other_tag(page: SitePage) -> str:
    """Return what tags of other habits say, where they say one thing."""
    names = words().published_tags
    found = {
        content
        for meta in page.root.iter("meta")
        for key in ("name", "property", "itemprop")
        if meta.get(key, "").strip().lower() in names and (content := meta.get("content", "").strip())
    }
    return found.pop()[:100] if len(found) == 1 else ""


def _printed(root: etree._Element) -> str:
    """Return the day of publication on the page; empty for none and for two that differ."""
    published: dict[str, None] = {}
    bylines: dict[str, None] = {}
    for number, line in enumerate(root.iter(*_LINES)):
        if number >= _MAX_LINES:
            break
        text = text_of(line)
        if not 8 <= len(text) <= _LINE or any(len(text_of(a)) > 8 for a in line.iter("a")):
            continue
        published.update(dict.fromkeys(published_in(text)))
        if any(word in text for word in words().byline) and (day := only_day_in(text)):
            bylines[day] = None
    found = published or bylines or _marked(root)
    days = {text.split()[0] for text in found}
    return max(found, key=len) if len(days) == 1 else ""


def _marked(root: etree._Element) -> dict[str, None]:
    """Return the days that elements of time, or data for search engines, name."""
    found = {day[:10]: None for time in root.iter("time") if (day := time.get("datetime", ""))}
    for script in root.iter("script"):
        found.update(dict.fromkeys(_IN_DATA.findall((script.text or "")[:20_000])))
    return found
