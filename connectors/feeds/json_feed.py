"""JSON Feed: the entries of a document."""

import json
from functools import partial
from typing import Any

from connectors.feeds.bounds import check_json
from connectors.feeds.feed import FeedUnreadable
from connectors.feeds.gather import Document, Entry
from events.messages import message


def read_json(text: bytes) -> Document:
    """Read clean bytes as a JSON Feed, version 1 or 1.1; what is cut short is no JSON and unreadable.

    Numbers stay texts, so that ids keep their digits and no number is too long.
    """
    check_json(text)
    try:
        document = json.loads(text.decode(), strict=False, parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError:
        raise FeedUnreadable("too_deep", message("the JSON is nested too deeply; refused")) from None
    except ValueError as error:
        where = message(", character {pos}", pos=error.pos) if isinstance(error, json.JSONDecodeError) else ""
        raise FeedUnreadable(
            "not_json", message("broken or cut JSON{where}; check the address of the feed", where=where)
        ) from None
    version = _text(document.get("version")) if isinstance(document, dict) else ""
    items = document.get("items") if isinstance(document, dict) else None
    if "jsonfeed.org" not in version or not isinstance(items, list):
        raise FeedUnreadable(
            "not_a_feed", message("this JSON is no JSON Feed; check the address of the feed")
        )
    if not items and b'"date_' in text:
        raise FeedUnreadable(
            "hidden", message("the list is empty, and the document holds items elsewhere; refused")
        )
    title = _field(document, "title")
    about = f"{title}\n{_field(document, 'description')}"
    return Document(map(_entry, items), about, title=title)


def _entry(item: Any) -> Entry:
    field = partial(_field, item)
    return Entry(
        keys=(field("id"), field("url"), field("external_url")),
        dates=(field("date_published"),),
        edits=(field("date_modified"),),
        title=field("title"),
        link=field("url") or field("external_url"),
        text=lambda: field("content_text") or field("content_html"),
        source=partial(_source, item),
    )


def _field(item: Any, name: str) -> str:
    return _text(item.get(name)) if isinstance(item, dict) else ""


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _source(item: Any) -> bytes:
    try:
        return json.dumps(item, ensure_ascii=False).encode(errors="backslashreplace")
    except RecursionError:
        return b""
