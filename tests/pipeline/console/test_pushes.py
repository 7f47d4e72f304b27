"""Pushes of hubs: signed with the secret of their source they are hints, and everything else is nothing."""

import hmac
import json
from contextlib import closing

import pytest

from events.instants import to_micros
from pipeline.home.folder import Home
from pipeline.home.patrol_store import open_patrol_store
from tests.pipeline.console.browsing import NOW, console_of
from tests.pipeline.console.city import copy_of
from tests.pipeline.console.programs import FixedTokens

KEY = b"of the source in this test"
TOPIC = "https://www.jinhai.gov.cn/zwxmt/feed/"
SETTINGS = f"""
[[source]]
name = "feeds"
kind = "feed"
proves_silence = false
push = "file:push.txt"
[source.accounts]
jz01 = "{TOPIC}"
jz02 = "https://www.jinhai.gov.cn/zwxmt/feed"
jz03 = "https://www.jinhai.gov.cn/other.xml?id=3"

[[source]]
name = "unpushed"
kind = "feed"
proves_silence = false
[source.accounts]
jz04 = "https://www.jinhai.gov.cn/fourth.xml"

[[source]]
name = "sheet"
kind = "feed"
proves_silence = false
push = "file:push.txt"
addresses = "places.csv"
"""


@pytest.fixture(scope="module")
def written(city, tmp_path_factory):
    home = copy_of(city, tmp_path_factory.mktemp("pushes"))
    with (home / "xuncha.toml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    (home / "push.txt").write_text(KEY.decode() + "\n", "utf-8")
    return home


@pytest.fixture(scope="module")
def hub(written):
    with console_of(written, now=NOW, tokens=FixedTokens()) as browser:
        yield browser.client


def pushed(hub, body, source="feeds", key=KEY, **headers):
    """Push as a hub does, signed."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    signature = hmac.new(key, content, "sha256").hexdigest()
    headers = {"X-Hub-Signature": f"sha256={signature}", **headers}
    return hub.post(f"/api/v1/push/{source}", content=content, headers=headers)


def waiting(home):
    with closing(open_patrol_store(Home(home))) as store:
        return {account.rpartition(":")[2]: at for account, at in store.hints(to_micros(NOW)).items()}


def test_a_signed_push_hints_at_every_account_of_its_address(hub, written):
    """Two accounts share a feed; http or https and the slash at the end make no difference."""
    answer = pushed(hub, {"topic": "http://WWW.jinhai.gov.cn/zwxmt/feed"})
    assert (202, {"accounts": 2}) == (answer.status_code, answer.json())
    assert {"jz01": to_micros(NOW), "jz02": to_micros(NOW)} == waiting(written)


def test_the_hub_may_name_the_address_in_its_header(hub, written):
    """WebSub, section 7: the link rel=self; then the body may be anything."""
    link = '<https://www.jinhai.gov.cn/other.xml?id=3>; rel="self"'
    assert 202 == pushed(hub, b"\xff\x00 whatever", Link=link).status_code
    assert "jz03" in waiting(written)


def test_what_is_not_signed_with_the_secret_of_its_source_is_refused(hub, written):
    """Another secret, none, and a body that was changed on its way."""
    before = waiting(written)
    answers = [
        pushed(hub, {"topic": TOPIC}, key=b"another"),
        hub.post("/api/v1/push/feeds", json={"topic": TOPIC}),
        pushed(hub, {"topic": TOPIC}, **{"X-Hub-Signature": "sha256=" + "0" * 64}),
        pushed(hub, {"name": "no address"}),
    ]
    assert [(403, "not_signed")] * 4 == [(a.status_code, a.json()["problem"]) for a in answers]
    assert before == waiting(written)


def test_an_address_at_which_nobody_is_looked_ends_its_subscription(hub):
    """WebSub, section 7: 410 tells the hub that the subscription is over."""
    answer = pushed(hub, {"topic": "https://www.jinhai.gov.cn/other.xml?id=4"})
    assert (410, "not_watched") == (answer.status_code, answer.json()["problem"])


@pytest.mark.parametrize("source", ["unpushed", "nobody", "feeds%2F..", "x" * 300])
def test_a_source_without_a_secret_for_pushes_takes_none(hub, source):
    """Whoever tries learns no more than that there is nothing."""
    assert 404 == pushed(hub, {"topic": TOPIC}, source=source).status_code
    assert 404 == hub.get(f"/api/v1/push/{source}", params=subscribing(TOPIC)).status_code


def subscribing(topic, mode="subscribe"):
    return {"hub.mode": mode, "hub.topic": topic, "hub.challenge": "c7<b>", "hub.lease_seconds": "864000"}


def test_a_hub_learns_which_subscriptions_are_ours(hub):
    """WebSub, section 5.3: the challenge goes back as plain text; nobody else can end a subscription that is wanted."""
    ours, gone = (
        hub.get("/api/v1/push/feeds", params=subscribing(topic, mode))
        for topic, mode in ((TOPIC, "subscribe"), ("https://old.gov.cn/f", "unsubscribe"))
    )
    assert [(200, "c7<b>")] * 2 == [(a.status_code, a.text) for a in (ours, gone)]
    assert ours.headers["content-type"].startswith("text/plain")
    assert "nosniff" == ours.headers["x-content-type-options"]
    for topic, mode in ((TOPIC, "unsubscribe"), ("https://old.gov.cn/f", "subscribe"), (TOPIC, "denied")):
        assert 404 == hub.get("/api/v1/push/feeds", params=subscribing(topic, mode)).status_code


def test_a_body_above_a_megabyte_is_not_read(hub):
    """Bounded before anything reads it."""
    assert 413 == pushed(hub, b"x" * (1 << 20) + b"x").status_code


def test_a_secret_that_is_gone_is_said_and_named_nowhere(hub, written):
    """The place is no business of whoever pushes."""
    (written / "push.txt").rename(written / "elsewhere.txt")
    try:
        answer = pushed(hub, {"topic": TOPIC})
    finally:
        (written / "elsewhere.txt").rename(written / "push.txt")
    assert (503, "unavailable") == (answer.status_code, answer.json()["problem"])
    assert "push.txt" not in answer.text


def test_addresses_that_cannot_be_read_are_told_to_the_operator_alone(hub):
    """Whoever pushes, or asks, learns that it may come again, and nothing of our files."""
    answers = [
        pushed(hub, {"topic": TOPIC}, "sheet"),
        hub.get("/api/v1/push/sheet", params=subscribing(TOPIC)),
    ]
    assert [(503, "unavailable")] * 2 == [(a.status_code, a.json()["problem"]) for a in answers]
    assert not any("places" in answer.text for answer in answers)
