"""Channels of `[[channel]]`: read, refused where something is wrong, built, and tried."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from connectors.people.person import PersonGiven, Placed
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.people import called, open_people
from pipeline.home.settings import load_settings, secret_value
from pipeline.upkeep.doctor import in_home
from pipeline.voice.channels import build_channels
from pipeline.voice.trial import TryChannel, try_channel
from tests.connectors.notify.vendors import KEY, MOBILE, SECRET, Fault, Vendors
from tests.pipeline.program import xuncha

KINDS = {
    "wecom-robot": 'key = "env:XUNCHA_TEST_KEY"',
    "wecom-app": 'corporation = "ww1"\nagent = 7\nsecret = "env:XUNCHA_TEST_SECRET"',
    "dingtalk-robot": 'key = "env:XUNCHA_TEST_KEY"\nsecret = "env:XUNCHA_TEST_SECRET"',
    "dingtalk-notice": 'application = "dd1"\nagent = 7\nsecret = "env:XUNCHA_TEST_SECRET"',
    "feishu-robot": 'key = "env:XUNCHA_TEST_KEY"\nsecret = "env:XUNCHA_TEST_SECRET"',
    "feishu-app": 'application = "cli1"\nsecret = "env:XUNCHA_TEST_SECRET"',
    "mail": 'host = "127.0.0.1"\nsender = "a@b.example"',
    "sms": 'secret = "env:XUNCHA_TEST_SECRET"\ncode = "code"\nform = {m = "{mobile}", t = "{text}", k = "{secret}"}',
    "webhook": 'secret = "env:XUNCHA_TEST_SECRET"',
}


def section(kind, url="", *, name="", more="", hosts='hosts = ["127.0.0.1"]'):
    return (
        f'[[channel]]\nkind = "{kind}"\nname = "{name or kind}"\nurl = "{url}"\n'
        f"allow_private = true\n{hosts}\n{KINDS[kind]}\n{more}\n"
    )


@pytest.fixture(scope="module")
def vendors():
    server = Vendors()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    monkeypatch.setenv("XUNCHA_TEST_KEY", KEY)
    monkeypatch.setenv("XUNCHA_TEST_SECRET", SECRET)


def opened(home, text):
    (home / "xuncha.toml").write_text(text, "utf-8")
    return Home(home)


def tried(home, channel, person=""):
    return try_channel(home, TryChannel(channel, person), lambda: datetime.now(UTC))


def test_each_kind_is_built_and_robots_are_tried(new_home, vendors):
    """What the settings say reaches the vendor: key, secret, base URL; a robot needs no person."""
    vendors.reset()
    home = opened(new_home, "".join(section(kind, vendors.url) for kind in KINDS))
    built = build_channels(home)
    assert ["console", "file", *KINDS] == [channel.name for channel in built]
    for robot in ("wecom-robot", "dingtalk-robot", "feishu-robot", "webhook"):
        found = tried(home, robot)
        assert "delivered" == found.outcome, found
    assert 4 == len(vendors.taken)
    assert "ok" == in_home.channels(home).state


def test_a_person_is_tried_by_id_and_the_reading_is_logged(new_home, vendors):
    """The number comes from the people store at the moment of sending, one line of its access log a message."""
    vendors.reset()
    home = opened(new_home, section("sms", vendors.url))
    with closing(open_people(home)) as store:
        (person,) = store.put(
            [Placed("某局", "发布", PersonGiven("张伟", phone=MOBILE))], called("test", "test")
        )
    assert "delivered" == tried(home, "sms", person).outcome
    assert MOBILE in vendors.taken[0]["form"]
    assert "refused" == tried(home, "sms", "nobody").outcome
    with closing(open_people(home)) as store:
        assert ["alert delivery 发送提醒"] == [a.reason for a in store.accesses(person) if a.by == "notifier"]
    with pytest.raises(UsageError, match="say to whom"):
        tried(home, "sms")


def test_the_command_says_what_the_vendor_answered(new_home, vendors):
    """In words, with status 1 unless it was delivered; JSON for programs; no secret in either."""
    vendors.reset()
    opened(new_home, section("wecom-robot", vendors.url))
    assert "已送达" in xuncha(new_home, "alerts", "test", "--to", "wecom-robot").out
    vendors.faults = [Fault({"errcode": 93000, "errmsg": f"invalid webhook url {KEY}"})]
    answer = xuncha(new_home, "alerts", "test", "--to", "wecom-robot")
    assert 1 == answer.status
    assert "被拒收" in answer.out
    assert "code 93000" in answer.out
    assert KEY not in answer.out + answer.err
    vendors.faults = [Fault({"errcode": 45009, "errmsg": "api freq out of limit"})]
    found = xuncha(new_home, "alerts", "test", "--to", "wecom-robot", "--json").json
    assert ("again", 60.0) == (found["outcome"], found["wait_s"])


WRONG = {
    "fax": ('[[channel]]\nkind = "fax"\nname = "a"\n', "fax"),
    "a secret in the file": (section("wecom-robot").replace("env:XUNCHA_TEST_KEY", KEY), "key"),
    "a name for two": (
        section("wecom-robot") + section("webhook", "https://a.b", name="wecom-robot"),
        "two channels",
    ),
    "the name of the console": (section("wecom-robot", name="console"), "two channels are called console"),
    "an unknown field": (section("wecom-robot", more='keys = "x"'), "keys"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_settings_are_refused_with_their_place(new_home, what):
    """When they are read, and before anything else is done."""
    text, names = WRONG[what]
    (new_home / "xuncha.toml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=names):
        load_settings(new_home)


FOREIGN = ("https://open.larksuite.com", "https://qyapi.weixin.qq.com.evil.example", "http://10.0.0.9")


@pytest.mark.parametrize("url", FOREIGN)
@pytest.mark.parametrize("kind", ["wecom-robot", "dingtalk-robot", "feishu-app", "webhook", "sms"])
def test_a_host_that_nobody_named_is_never_called(new_home, kind, url):
    """A vendor's own hosts are allowed, and no other by itself: neither foreign ones nor those of a deployment."""
    home = opened(new_home, section(kind, url, hosts=""))
    with pytest.raises(UsageError, match="none of those that are allowed"):
        build_channels(home, [kind])
    finding = in_home.channels(home)
    assert ("wrong", True) == (finding.state, kind in finding.found)


@pytest.mark.parametrize("kind", ["wecom-app", "webhook"])
def test_secrets_need_tls(new_home, kind):
    """Plain HTTP is for private addresses alone."""
    text = section(kind, "http://wx.gov.example", hosts='hosts = ["wx.gov.example"]')
    home = opened(new_home, text.replace("allow_private = true", ""))
    with pytest.raises(UsageError, match="https"):
        build_channels(home, [kind])


def test_a_deployment_of_its_own_is_allowed_once_it_is_named(new_home):
    """政务微信 and 专有钉钉 stand under a base URL of the province."""
    hosts = 'hosts = ["wx.gov.example"]'
    home = opened(new_home, section("wecom-app", "https://wx.gov.example", hosts=hosts))
    assert ["wecom-app"] == [channel.name for channel in build_channels(home, ["wecom-app"])]


def test_a_secret_is_a_variable_or_a_file(new_home, tmp_path, monkeypatch):
    """A file's line break is no part of it; what is not there is named by the channel, and by doctor."""
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    assert KEY == secret_value("env:XUNCHA_TEST_KEY") == secret_value(f"file:{path}")
    assert None is secret_value(f"file:{tmp_path / 'none'}") is secret_value("env:XUNCHA_TEST_NONE")
    monkeypatch.delenv("XUNCHA_TEST_KEY")
    home = opened(new_home, section("wecom-robot"))
    with pytest.raises(UsageError, match="behind which there is nothing"):
        build_channels(home)
    assert "env:XUNCHA_TEST_KEY ([[channel]] wecom-robot key)" in in_home.secrets(home.settings).found
