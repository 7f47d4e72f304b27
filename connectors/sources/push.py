"""What others push to us, WebSub and plain webhooks: a hint that pulls the next look forward, and never proof.

Whoever receives HTTP hands the parts of a request in here. Only what is signed with the secret of its subscription
counts, and of its body no more than the address that it speaks of: posts are seen by looks.
"""

import hashlib
import hmac
import re
from collections.abc import Collection, Mapping

import msgspec
from lxml import etree

from connectors.feeds.bounds import check_xml
from connectors.feeds.decode import clean
from connectors.feeds.feed import FeedUnreadable

MAX_BODY = 1024 * 1024  # bytes of a notice; a longer one is refused
_MAX_ADDRESS = 2048  # characters
_MAX_CHALLENGE = 1024
_MIN_LEASE_S, _MAX_LEASE_S = 3_600, 30 * 86_400
_HASHES = frozenset({"sha1", "sha256", "sha384", "sha512"})  # of WebSub, section 8.1
_SIGNATURES = ("x-hub-signature-256", "x-hub-signature")
_SELF_LINK = re.compile(r'<([^<>]{1,2048})>\s*;[^,]*\brel="?self"?', re.IGNORECASE)
_ATOM_LINK = "{http://www.w3.org/2005/Atom}link"


class Hint(msgspec.Struct, frozen=True):
    """Somebody says that something is new at an address."""

    address: str  # of the feed, list or account, as the sender names it


class Verified(msgspec.Struct, frozen=True):
    """The answer to a hub that asks whether a subscription is ours."""

    challenge: str  # to be sent back as the body, status 200
    lease_s: int  # after which the subscription ends; 0 for the end of one


class _Notice(msgspec.Struct):
    """A plain webhook in JSON; the first field that says something is the address."""

    address: str = ""
    topic: str = ""
    url: str = ""
    feed_url: str = ""
    link: str = ""


def verified(
    query: Mapping[str, str], topics: Collection[str], ended: Collection[str] = ()
) -> Verified | None:
    """Answer the verification of a subscription (WebSub, section 5.3); None, which is status 404, for any other.

    `topics` are addresses to which a subscription was asked for, `ended` those of which the end was.
    """
    mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
    challenge = query.get("hub.challenge", "")
    if not (0 < len(challenge) <= _MAX_CHALLENGE and challenge.isprintable()):
        return None
    if mode == "unsubscribe" and topic in ended:
        return Verified(challenge, 0)
    lease = query.get("hub.lease_seconds", "")
    if mode != "subscribe" or topic not in topics or not (lease.isascii() and lease.isdigit()):
        return None
    seconds = int(lease[:10])
    return Verified(challenge, min(max(seconds, _MIN_LEASE_S), _MAX_LEASE_S))


def hint_of(headers: Mapping[str, str], body: bytes, secret: bytes) -> Hint | None:
    """Return what a signed notice speaks of; None for one that is not signed with the secret, or names no address."""
    if not secret or len(body) > MAX_BODY:
        return None
    lower = {name.lower(): value for name, value in headers.items()}
    if not _is_signed(lower, body, secret):
        return None
    address = _self_link(lower.get("link", "")) or _address_in(body)
    return Hint(address) if 0 < len(address) <= _MAX_ADDRESS and address.isprintable() else None


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
