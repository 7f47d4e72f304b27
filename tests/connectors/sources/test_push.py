"""Push: signed notices are hints, everything else is nothing."""

import hmac
import json

import pytest

from connectors.sources.push import MAX_BODY, Hint, address_key, challenge_of, hint_of

SECRET = b"of the subscription"
TOPIC = "https://www.jiangfu.gov.cn/rss.xml"
ATOM = f'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="{TOPIC}"/></feed>'.encode()
RSS = (
    f'<rss xmlns:a="http://www.w3.org/2005/Atom"><channel><a:link rel="self" href="{TOPIC}"/></channel></rss>'
).encode()


def signed(body: bytes, method: str = "sha256", header: str = "X-Hub-Signature") -> dict[str, str]:
    return {header: f"{method}={hmac.new(SECRET, body, method).hexdigest()}"}


@pytest.mark.parametrize(
    "body", [ATOM, RSS, json.dumps({"feed_url": TOPIC}).encode()], ids=["atom", "rss", "json"]
)
def test_a_signed_notice_is_a_hint_of_its_topic(body):
    """The address comes from the feed itself, or from a field of a plain webhook."""
    assert hint_of(signed(body), body, SECRET) == Hint(TOPIC)


def test_the_link_header_of_a_hub_comes_first():
    """WebSub, section 7: the hub names the topic as rel=self, whatever the body is."""
    headers = signed(b"fat ping", "sha1") | {
        "Link": f'<https://hub.example/>; rel="hub", <{TOPIC}>; rel="self"'
    }
    assert hint_of(headers, b"fat ping", SECRET) == Hint(TOPIC)
    assert hint_of(signed(ATOM, "sha256", "x-hub-signature-256"), ATOM, SECRET) == Hint(TOPIC)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature": "sha256=00"},
        {"X-Hub-Signature": "md5=" + hmac.new(SECRET, ATOM, "md5").hexdigest()},
        {"X-Hub-Signature": "sha256=é"},
        {"X-Hub-Signature": "sha256=" + hmac.new(b"of another", ATOM, "sha256").hexdigest()},
    ],
)
def test_what_is_not_signed_with_the_secret_is_nothing(headers):
    """No signature, a wrong one, a weak method, another secret."""
    assert hint_of(headers, ATOM, SECRET) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"url": 3}',
        b"[" * 5_000,
        b"<feed",
        b'<!DOCTYPE x [<!ENTITY a "b">]><feed/>',
        b'{"url": "http://x/\\u0000"}',
        json.dumps({"url": "http://x/" + "y" * 3_000}).encode(),
        b"x" * (MAX_BODY + 1),
    ],
    ids=["empty", "cut", "number", "deep", "cut_xml", "entities", "control", "long", "large"],
)
def test_a_signed_body_that_names_no_address_is_nothing(body):
    """Whoever holds the secret may be broken, too."""
    assert hint_of(signed(body), body, SECRET) is None
    assert hint_of(signed(ATOM), ATOM, b"") is None


QUERY = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "c1", "hub.lease_seconds": "864000"}
ELSEWHERE = {"hub.topic": "https://elsewhere.example/"}


@pytest.mark.parametrize(
    "changed", [{}, {"hub.topic": TOPIC.replace("https", "http")}, {"hub.mode": "unsubscribe", **ELSEWHERE}]
)
def test_a_hub_that_verifies_what_we_want_gets_its_challenge(changed):
    """WebSub, section 5.3: the beginning of a subscription to a feed of ours, the end of one to any other."""
    assert challenge_of(QUERY | changed, {address_key(TOPIC)}) == "c1"


@pytest.mark.parametrize(
    "changed",
    [
        ELSEWHERE,
        {"hub.mode": "unsubscribe"},
        {"hub.mode": "denied"},
        {"hub.challenge": ""},
        {"hub.challenge": "c" * 2_000},
        {"hub.challenge": "<script>\n"},
    ],
)
def test_any_other_verification_is_refused(changed):
    """Nobody subscribes us to what we do not want, or ends what we do."""
    assert challenge_of(QUERY | changed, {address_key(TOPIC)}) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://WWW.a.gov.cn/f/", "http://www.a.gov.cn:80/f"),
        ("http://a.gov.cn", "https://a.gov.cn/#top"),
        (" https://a.gov.cn/f?id=3", "https://a.gov.cn/f?id=3"),
    ],
)
def test_addresses_of_one_feed_have_one_key(one, other):
    """Hubs name a feed as it names itself, which is seldom as somebody typed it."""
    assert address_key(one) == address_key(other)


def test_addresses_of_two_feeds_have_two():
    """Port, path and query tell feeds apart; what is no address stands for itself."""
    texts = (
        "https://a.gov.cn/f?id=3",
        "https://a.gov.cn/f?id=4",
        "https://a.gov.cn:8443/f?id=3",
        "a.gov.cn/f",
    )
    odd = ("", "http://[", "https://a.gov.cn:x/")
    assert len({*map(address_key, texts), *map(address_key, odd)}) == len(texts) + len(odd)
