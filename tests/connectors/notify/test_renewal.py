"""Cards that are renewed in place, as long as the vendor lets them be."""

import json
from datetime import timedelta

import pytest

from connectors.notify.channel import DeliveryError
from tests.connectors.notify.conftest import a_message
from tests.connectors.notify.senders import sender
from tests.connectors.notify.vendors import MEMBER, Vendors


@pytest.fixture
def vendors():
    server = Vendors()
    yield server
    server.stop()


def test_a_card_of_feishu_is_renewed_under_one_reference(vendors):
    """The vendor's id of the message stays; after 14 days the vendor refuses, and the card stands as it was."""
    channel = sender("feishu-app", vendors.url)
    assert timedelta(days=14) == channel.renewable_for
    receipt = channel.send(a_message(), "p1")
    assert receipt == channel.renew(a_message(1, text="【更新提醒】第二张\n内容"), "p1", receipt.reference)
    assert "第二张" in json.dumps(vendors.cards[receipt.reference], ensure_ascii=False)
    vendors.cards.clear()
    with pytest.raises(DeliveryError, match="no longer") as caught:
        channel.renew(a_message(2), "p1", receipt.reference)
    assert ("refused", True) == (caught.value.outcome, caught.value.alone)


def test_feishu_takes_a_message_once(vendors):
    """A repetition after a crash bears the same id, and the vendor delivers no second card."""
    channel = sender("feishu-app", vendors.url)
    assert channel.send(a_message(), "p1") == channel.send(a_message(), "p1")
    assert 1 == len(vendors.taken)


def test_a_card_of_wecom_is_renewed_once(vendors):
    """The receipt of the renewal has no reference: the next message is a new one."""
    channel = sender("wecom-app", vendors.url, cards=True)
    assert timedelta(hours=72) == channel.renewable_for
    receipt = channel.send(a_message(), "p1")
    assert receipt.reference
    assert "" == channel.renew(a_message(1), "p1", receipt.reference).reference
    with pytest.raises(DeliveryError):
        channel.renew(a_message(2), "p1", receipt.reference)
    assert [[MEMBER]] == [each["userids"] for each in vendors.taken if "userids" in each]


def test_what_does_not_fit_a_card_of_wecom_goes_as_a_text(vendors):
    """Nothing is cut off for the sake of a card; a text cannot be renewed, and no card by one."""
    channel = sender("wecom-app", vendors.url, cards=True)
    long = a_message(text="【提醒汇总】\n" + "发" * 161)
    assert "" == channel.send(long, "p1").reference
    assert "text" == vendors.taken[0]["msgtype"]
    with pytest.raises(DeliveryError, match="too long"):
        channel.renew(long, "p1", "code")


@pytest.mark.parametrize("kind", ["wecom-app", "dingtalk-notice", "wecom-robot", "webhook"])
def test_other_messages_stay_as_they_are(vendors, kind):
    """Renewal is refused for good, without a request."""
    channel = sender(kind, vendors.url)
    if kind != "wecom-app":
        with pytest.raises(DeliveryError, match="cannot renew") as caught:
            channel.renew(a_message(), "p1", "reference")
        assert "refused" == caught.value.outcome
    assert channel.renewable_for is None
    assert [] == vendors.asked


def test_the_same_text_on_one_day_was_delivered_by_dingtalk_before(vendors):
    """The vendor holds a repetition back and says so: the person has the text."""
    channel = sender("dingtalk-notice", vendors.url)
    for _ in range(2):
        channel.send(a_message(), "p1")
    assert 1 == len(vendors.taken)
