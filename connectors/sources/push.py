"""What others push to us, WebSub and plain webhooks: a hint that pulls the next look forward, and never proof.

Whoever receives HTTP hands the parts of a request in here. Only what is signed with the secret of its subscription
counts, and of its body no more than the address that it speaks of: posts are seen by looks.
"""

import hashlib
import hmac
import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

import msgspec
from lxml import etree

from connectors.feeds.bounds import check_xml
from connectors.feeds.decode import clean
from connectors.feeds.feed import FeedUnreadable

MAX_BODY = 1024 * 1024  # bytes of a notice; a longer one is refused
_MAX_ADDRESS = 2048  # characters
_MAX_CHALLENGE = 1024
_HASHES = frozenset({"sha1", "sha256", "sha384", "sha512"})  # of WebSub, section 8.1
_SIGNATURES = ("x-hub-signature-256", "x-hub-signature")
_SELF_LINK = re.compile(r'<([^<>]{1,2048})>\s*;[^,]*\brel="?self"?', re.IGNORECASE)
_ATOM_LINK = "{http://www.w3.org/2005/Atom}link"


class Hint(msgspec.Struct, frozen=True):
    """Somebody says that something is new at an address."""

    address: str  # of the feed, list or account, as the sender names it


class _Notice(msgspec.Struct):
    """A plain webhook in JSON; the first field that says something is the address."""

    address: str = ""
    topic: str = ""
    url: str = ""
    feed_url: str = ""
    link: str = ""


def challenge_of(query: Mapping[str, str], wanted: Collection[str]) -> str | None:
    """Return what a hub wants to read that verifies a subscription (WebSub, section 5.3); None, status 404, otherwise.

    `wanted` are keys of addresses. A subscription to one of them begins and does not end; one to any other address ends
    and does not begin, whoever asked the hub for it.
    """
    challenge = query.get("hub.challenge", "")
    if not (0 < len(challenge) <= _MAX_CHALLENGE and challenge.isprintable()):
        return None
    mode = "subscribe" if address_key(query.get("hub.topic", "")) in wanted else "unsubscribe"
    return challenge if query.get("hub.mode") == mode else None


def hint_of(headers: Mapping[str, str], body: bytes, secret: bytes) -> Hint | None:
    """Return what a signed notice speaks of; None for one that is not signed with the secret, or names no address."""
    if not secret or len(body) > MAX_BODY:
        return None
    lower = {name.lower(): value for name, value in headers.items()}
    if not _is_signed(lower, body, secret):
        return None
    address = _self_link(lower.get("link", "")) or _address_in(body)
    return Hint(address) if 0 < len(address) <= _MAX_ADDRESS and address.isprintable() else None


def address_key(address: str) -> str:
    """Return what addresses of feeds are compared by; http or https, and a slash at the end, make no difference."""
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
        port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    except ValueError:
        return address
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}" if host else address


def _is_signed(headers: Mapping[str, str], body: bytes, secret: bytes) -> bool:
    given = next(filter(None, (headers.get(name) for name in _SIGNATURES)), "")
    method, _, signature = given.partition("=")
    if method not in _HASHES or not signature.isascii():
        return False
    ours = hmac.new(secret, body, getattr(hashlib, method)).hexdigest()
    return hmac.compare_digest(ours, signature.strip().lower())


def _self_link(header: str) -> str:
    found = _SELF_LINK.search(header[:8192])
    return found[1] if found else ""


def _address_in(body: bytes) -> str:
    """Return the address that a body names: of a JSON notice, or of a feed that is its own topic."""
    text = body.lstrip()
    if text.startswith(b"{"):
        try:
            notice = msgspec.json.decode(text, type=_Notice)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return ""
        fields = (notice.address, notice.topic, notice.url, notice.feed_url, notice.link)
        return next(filter(None, fields), "")
    try:
        text = clean(body)
        check_xml(text)
        parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(text, parser)
    except (FeedUnreadable, etree.XMLSyntaxError):
        return ""
    links = root.iter(_ATOM_LINK) if root is not None else ()
    return next((link.get("href", "") for link in links if link.get("rel") == "self"), "")
