"""The table of outcomes: each code and trap of the vendors, and what it comes to."""

import pytest

from connectors.notify.channel import DeliveryError
from tests.connectors.notify.conftest import a_message
from tests.connectors.notify.senders import ONCE, TWICE, destination, sender
from tests.connectors.notify.vendors import CHAT_ID, KEY, MEMBER, MOBILE, SECRET, TOKEN, Fault, Vendors

SECRETS = (KEY, SECRET, MEMBER, CHAT_ID, MOBILE, TOKEN, "127.0.0.1", "p1", "张伟")
SLOW, CLOSED = Fault(slow=True), Fault(closed=True)
HTML = Fault(b"<html>log in</html>")


def wecom(code, words="", **more):
    return Fault({"errcode": code, "errmsg": words, **more})


def dingtalk(code, words=""):
    return Fault({"errcode": code, "errmsg": words})


def feishu(code, status=200, headers=None):
    return Fault({"code": code, "msg": "no"}, status, headers or {})


def held(name, code=None):
    """Return the result of a work notice that stands in a list."""
    result = {f"{name}_user_id_list": [MEMBER]}
    if code:
        result["forbidden_list"] = [{"code": code, "userid": MEMBER}]
    return {"errcode": 0, "send_result": result}


TASK = Fault({"errcode": 0, "task_id": 9})

TABLE = [
    # kind, faults, outcome, seconds to wait, alone
    ("wecom-robot", [], "delivered", None, False),
    ("wecom-robot", [wecom(0, "Warning: wrong json format. ")], "delivered", None, False),
    ("wecom-robot", [wecom(93000, f"invalid webhook url, hint: [{KEY}]")], "refused", None, False),
    ("wecom-robot", [wecom(45009, "api freq out of limit")], "again", 60, False),
    ("wecom-robot", [wecom(40008, "invalid message type")], "refused", None, False),
    ("wecom-robot", [wecom(40058, "exceed max length 4096")], "refused", None, False),
    ("wecom-robot", [wecom(-1, "system busy")], "again", 2, False),
    ("wecom-robot", [wecom(45033, "concurrency")], "again", 2, False),
    ("wecom-robot", [wecom(77001, f"something new about {KEY}")], "again", 60, True),
    ("wecom-robot", [Fault({"errmsg": "ok"})], "unknown", None, False),
    ("wecom-app", [], "delivered", None, False),
    ("wecom-app", [wecom(77001, f"something new about {MEMBER} 张伟")], "again", 60, True),
    ("wecom-app", [wecom(0, "ok", invaliduser=MEMBER)], "refused", None, True),
    ("wecom-app", [wecom(0, "ok", unlicenseduser=MEMBER)], "refused", None, True),
    ("wecom-app", [wecom(81013, f"all invalid: {MEMBER}")], "refused", None, True),
    ("wecom-app", [wecom(42001, "access_token expired")], "delivered", None, False),
    ("wecom-app", [wecom(40014, "invalid access_token")], "delivered", None, False),
    ("wecom-app", [wecom(42001), wecom(42001)], "refused", None, False),
    ("wecom-app", [wecom(-1)], "again", 2, False),
    ("wecom-app", [wecom(45009)], "again", 60, False),
    ("wecom-app", [wecom(60020, "not allow to access from your ip")], "refused", None, False),
    ("wecom-app", [wecom(60111, "userid not found")], "refused", None, True),
    ("dingtalk-robot", [], "delivered", None, False),
    ("dingtalk-robot", [dingtalk(310000, "description:keywords not in content;")], "refused", None, False),
    ("dingtalk-robot", [dingtalk(310000, "description:sign not match;")], "refused", None, False),
    (
        "dingtalk-robot",
        [dingtalk(310000, "description:ip 10.1.2.3 not in whitelist")],
        "refused",
        None,
        False,
    ),
    (
        "dingtalk-robot",
        [dingtalk(310000, "description:关键词不匹配;solution:请查看关键词")],
        "refused",
        None,
        False,
    ),
    ("dingtalk-robot", [dingtalk(130101, "send too fast")], "again", 600, False),
    ("dingtalk-robot", [dingtalk(410100, "发送速度太快而限流")], "again", 600, False),
    ("dingtalk-robot", [dingtalk(90030)], "again", 600, False),
    ("dingtalk-robot", [Fault({"status": 1111, "punish": "deny", "wait": 5})], "again", 5, False),
    ("dingtalk-robot", [Fault({"status": 1111, "punish": "deny"})], "again", 60, False),
    ("dingtalk-robot", [dingtalk(300001, "token is not exist")], "refused", None, False),
    ("dingtalk-robot", [dingtalk(300005, "token is not exist")], "refused", None, False),
    ("dingtalk-robot", [dingtalk(400101)], "refused", None, False),
    ("dingtalk-robot", [dingtalk(400013)], "refused", None, False),
    ("dingtalk-robot", [dingtalk(400102)], "refused", None, False),
    ("dingtalk-robot", [dingtalk(400106)], "refused", None, False),
    ("dingtalk-robot", [dingtalk(40035, "缺少参数 json")], "refused", None, False),
    ("dingtalk-robot", [dingtalk(43002)], "refused", None, False),
    ("dingtalk-robot", [dingtalk(43004)], "refused", None, False),
    ("dingtalk-robot", [dingtalk(400105)], "refused", None, False),
    ("dingtalk-robot", [dingtalk(-1, "系统繁忙")], "again", 2, False),
    ("dingtalk-notice", [], "delivered", None, False),
    ("dingtalk-notice", [dingtalk(143103)], "again", 60, False),
    ("dingtalk-notice", [dingtalk(143104)], "again", 60, False),
    ("dingtalk-notice", [dingtalk(143105)], "refused", None, True),
    ("dingtalk-notice", [dingtalk(143106)], "delivered", None, False),
    ("dingtalk-notice", [Fault({"errcode": 88, "sub_code": "90018"})], "again", 60, False),
    ("dingtalk-notice", [Fault({"errcode": 88, "sub_code": "40014"})], "delivered", None, False),
    ("dingtalk-notice", [TASK, Fault(held("invalid"))], "refused", None, True),
    ("dingtalk-notice", [TASK, Fault(held("failed"))], "again", 60, True),
    ("dingtalk-notice", [TASK, Fault(held("forbidden", "143105"))], "refused", None, True),
    ("dingtalk-notice", [TASK, Fault(held("forbidden", "143106"))], "delivered", None, False),
    ("dingtalk-notice", [TASK, Fault(held("unread"))], "delivered", None, False),
    ("dingtalk-notice", [TASK, *[Fault({"errcode": 0, "send_result": {}})] * 9], "unknown", None, False),
    ("feishu-robot", [], "delivered", None, False),
    ("feishu-robot", [Fault({"StatusCode": 0, "StatusMessage": "success"})], "delivered", None, False),
    ("feishu-robot", [feishu(19021)], "refused", None, False),
    ("feishu-robot", [feishu(19022)], "refused", None, False),
    ("feishu-robot", [feishu(19024)], "refused", None, False),
    ("feishu-robot", [feishu(9499, 400)], "refused", None, False),
    ("feishu-robot", [feishu(19001, 400)], "refused", None, False),
    ("feishu-robot", [feishu(11232)], "again", 60, False),
    ("feishu-robot", [feishu(99991400, 429, {"x-ogw-ratelimit-reset": "9"})], "again", 9, False),
    ("feishu-robot", [feishu(99991400, 400, {"x-ogw-ratelimit-reset": "41"})], "again", 41, False),
    ("feishu-app", [], "delivered", None, False),
    ("feishu-app", [feishu(99991663, 400)], "delivered", None, False),
    ("feishu-app", [feishu(99991663, 400), feishu(99991663, 400)], "refused", None, False),
    ("feishu-app", [feishu(230020, 400)], "again", 2, True),
    ("feishu-app", [feishu(230013, 400)], "refused", None, True),
    ("feishu-app", [feishu(230025, 400)], "refused", None, True),
    ("feishu-app", [feishu(230028, 400)], "refused", None, True),
    ("feishu-app", [feishu(230002, 400)], "refused", None, True),
    ("feishu-app", [feishu(99991400, 429, {"x-ogw-ratelimit-reset": "7"})], "again", 7, False),
    ("sms", [], "delivered", None, False),
    ("sms", [Fault({"code": "LIMIT"})], "again", 60, False),
    ("sms", [Fault({"code": "SIGN"})], "refused", None, True),
    ("sms", [Fault({"ok": True})], "unknown", None, False),
    ("webhook", [], "delivered", None, False),
    ("webhook", [Fault(b"", 410)], "refused", None, False),
]
"""Per vendor; a success without faults is judged by the server itself: signature, token, length, recipient."""

ALIKE = [
    ([Fault(b"busy", 429, {"Retry-After": "30"})], "again", 30, False),
    ([Fault(b"oops", 500)], "again", None, False),
    ([Fault(b"", 503, {"Retry-After": "8"})], "again", 8, False),
    ([Fault(b"", 502)], "unknown", None, False),
    ([Fault(b"", 404)], "refused", None, False),
    ([Fault(b"", 302, {"Location": "https://elsewhere.example/"})], "refused", None, False),
    ([SLOW], "unknown", None, False),
    ([CLOSED], "unknown", None, False),
]
"""What every vendor's door may do."""

KINDS = ["wecom-robot", "wecom-app", "dingtalk-robot", "dingtalk-notice", "feishu-robot", "feishu-app"]
ROWS = [
    *TABLE,
    *((kind, *row) for kind in (*KINDS, "sms", "webhook") for row in ALIKE),
    *((kind, [HTML], "unknown", None, False) for kind in (*KINDS, "sms")),
]


@pytest.fixture(scope="module")
def vendors():
    server = Vendors()
    yield server
    server.stop()


def outcome_of(channel, message):
    """Return what became of a message, the wait that was asked for, if it concerns the recipient alone, and why."""
    try:
        receipt = channel.send(message, destination(channel))
    except DeliveryError as e:
        return e.outcome, e.wait_s, e.alone, e.reason
    return "partly" if receipt.unreached else "delivered", None, False, ""


@pytest.mark.parametrize(
    ("kind", "faults", "outcome", "wait_s", "alone"),
    ROWS,
    ids=[f"{n}-{row[0]}-{row[2]}" for n, row in enumerate(ROWS)],
)
def test_every_answer_has_its_outcome(vendors, kind, faults, outcome, wait_s, alone):
    """Delivered, refused, again after so long, or unknown; and no reason names key, secret, token, host or person."""
    vendors.reset()
    vendors.faults = list(faults)
    found = outcome_of(sender(kind, vendors.url, limits=ONCE), a_message())
    assert (outcome, wait_s, alone) == found[:3], found
    assert bool(found[3]) == (outcome != "delivered")
    assert not [secret for secret in SECRETS if secret in found[3]]
    if outcome == "delivered" and not faults:
        assert len(vendors.taken) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", [Fault(b"", 500), CLOSED, HTML], ids=["500", "closed", "html"])
def test_what_fails_for_a_moment_is_sent_again_at_once(vendors, kind, fault):
    """The second attempt is taken, whoever the vendor is."""
    vendors.reset()
    vendors.faults = [fault]
    assert "delivered" == outcome_of(sender(kind, vendors.url, limits=TWICE), a_message())[0]


@pytest.mark.parametrize("kind", ["wecom-app", "dingtalk-notice", "feishu-app"])
def test_a_token_is_kept_and_an_answer_that_refuses_one_is_believed(vendors, kind):
    """Two messages ask for one token; what the vendor no longer takes is fetched anew, once."""
    vendors.reset()
    channel = sender(kind, vendors.url)
    for n in range(2):
        assert "delivered" == outcome_of(channel, a_message(n, text=f"第{n}条"))[0]
    assert 1 == vendors.tokens
    gone = {"wecom-app": wecom(42001), "feishu-app": feishu(99991663)}.get(kind, dingtalk(42001))
    vendors.faults = [gone]
    assert "delivered" == outcome_of(channel, a_message(3, text="第三条"))[0]
    assert 2 == vendors.tokens


@pytest.mark.parametrize(
    ("kind", "fault", "outcome"),
    [
        ("wecom-app", wecom(40001, f"invalid credential {SECRET}"), "refused"),
        ("wecom-app", wecom(-1), "again"),
        ("wecom-app", Fault({"errcode": 0}), "again"),
        ("dingtalk-notice", dingtalk(40089), "refused"),
        ("feishu-app", feishu(10014), "refused"),
        ("feishu-app", Fault(b"", 500), "again"),
    ],
)
def test_a_token_that_is_not_given_stops_the_message(vendors, kind, fault, outcome):
    """What the vendor says about id and secret is what became of the message, and shows neither."""
    vendors.reset()
    vendors.token_faults = [fault]
    found = outcome_of(sender(kind, vendors.url), a_message())
    assert outcome == found[0]
    assert SECRET not in found[3]
    assert [] == vendors.taken


@pytest.mark.parametrize(
    ("kind", "wrong", "outcome"),
    [
        ("wecom-robot", {"key": "another"}, "refused"),
        ("dingtalk-robot", {"secret": "another"}, "refused"),
        ("dingtalk-robot", {"key": "another"}, "refused"),
        ("feishu-robot", {"secret": "another"}, "refused"),
        ("feishu-robot", {"key": "another"}, "refused"),
    ],
)
def test_a_wrong_key_or_secret_is_refused(vendors, kind, wrong, outcome):
    """The server reckons the signature anew, as the vendor does."""
    vendors.reset()
    assert outcome == outcome_of(sender(kind, vendors.url, **wrong), a_message())[0]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("description:keywords not in content;", "keyword"),
        ("description:关键词不匹配;solution:请联系群管理员查看此机器人的关键词", "keyword"),
        ("description:sign not match;more:[https://ding-doc.example]", "signature"),
        (
            "description:机器人发送签名过期;solution:签名生成时间和发送时间请保持在 timestampms 以内",
            "signature",
        ),
        ("description:ip 1.2.3.4 not in whitelist", "address of this machine"),
        ("description:来源IP地址不在白名单中", "address of this machine"),
    ],
)
def test_three_meanings_of_one_code_are_told_apart(vendors, said, told):
    """310000 of DingTalk: the words alone say which guard refused."""
    vendors.reset()
    vendors.faults = [dingtalk(310000, said)]
    assert told in outcome_of(sender("dingtalk-robot", vendors.url), a_message())[3]


def test_somebody_without_a_handle_is_refused_without_a_request(vendors):
    """The store is asked once, and nothing goes out."""
    vendors.reset()
    channel = sender("wecom-app", vendors.url)
    with pytest.raises(DeliveryError, match="no address") as caught:
        channel.send(a_message(), "p2")
    assert ("refused", True, 0) == (caught.value.outcome, caught.value.alone, caught.value.attempts)
    assert [] == vendors.asked
