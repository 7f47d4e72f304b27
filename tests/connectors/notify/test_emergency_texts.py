"""Messages about emergencies, and what is held back."""

from datetime import datetime
from uuid import UUID

import pytest

from connectors.notify.emergency_texts import with_phone_list
from connectors.notify.message import message_of
from events.alert import AlertHeld
from events.codec import Event
from events.emergency import EmergencyAnnounced


def announced(step, **fields):
    data = EmergencyAnnounced(
        emergency_id=UUID(int=7),
        step=step,
        rule=fields.pop("rule", "red-4-public-opinion"),
        problem=fields.pop("problem", "发布内容不当引发严重负面舆情"),
        suspected_at=datetime.fromisoformat("2021-06-30T10:05:00+08:00"),
        name="某区发布",
        owner="某区人民政府办公室",
        **fields,
    )
    at = datetime.fromisoformat("2021-06-30T10:12:00+08:00")
    return Event(UUID(int=8), "xuncha", "wechat:1", at, data)


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (announced("confirmed"), "请立即撤下相关内容并保留证据"),
        (announced("confirmed", rule="hijacked", problem="账号疑似被盗用"), "请立即取回账号"),
        (announced("still_there"), "10:12复核时问题仍在"),
        (announced("verified"), "已处置到位"),
        (announced("dismissed"), "现予解除"),
        (announced("confirmed", replay=True), "【历史回放】【应急处置】"),
    ],
)
def test_an_emergency_says_what_to_do_at_once(event, says):
    """What was found and when, what is asked of the unit, and what those who route need: account, unit, kind, step."""
    message = message_of(event, limit_days=14)
    assert message is not None
    assert says in message.text
    assert "某区人民政府办公室：您单位主办的账号“某区发布”于2021年6月30日10:05发现" in message.text
    assert ("emergency", event.data.step, "wechat:1", "某区人民政府办公室") == (
        message.kind,
        message.details["step"],
        message.account_id,
        message.owner,
    )


def test_a_phone_list_is_put_behind_an_emergency():
    """Leaders stand as they are given; where nobody is known the message says so."""
    assert "分管领导 张某 13800000001" in with_phone_list("甲", [("分管领导", "张某", "13800000001")])
    assert "其他途径" in with_phone_list("甲", [])


def test_a_held_step_is_told_to_nobody():
    """People asked for silence."""
    at = datetime.fromisoformat("2021-06-30T10:12:00+08:00")
    held = AlertHeld(
        level="day-10",
        opener_id=UUID(int=1),
        anchor_at=at,
        deadline=at,
        by=UUID(int=3),
        cause="mute",
        until=at,
    )
    assert message_of(Event(UUID(int=8), "xuncha", "wechat:1", at, held), limit_days=14) is None
