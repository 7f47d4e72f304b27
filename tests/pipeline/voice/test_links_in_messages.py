"""Links in messages: the people of the owner unit get one to what waits; others' accounts lead nowhere."""

from pipeline.runtime.embedded.notifier import Notifiers
from pipeline.voice.desk import Desk, Manner
from pipeline.voice.outlet import Outlet
from projections.rules.ladder import Ladder
from projections.voice.hours import Hours
from tests.pipeline.voice.test_personal import (
    LINES,
    MORNING,
    People,
    alert,
    append,
    begin,
    end,
    log,
    staff,
)
from tests.projections.rulebooks import KUNSHAN

__all__ = ["log"]


def told(log, channel, *events):
    begin(log, channel)
    append(log, *events)
    outlet = Outlet(channel, retry_s=0.0)
    desk = Desk(
        outlet,
        Manner(LINES, Hours(), 2, False),
        Ladder(KUNSHAN),
        lambda _: staff(),
        lambda account, opener, _: (
            f"https://x.example/s/{account}" if account and opener else "https://x.example/my"
        ),
    )
    with Notifiers(
        [outlet], log, limit_days=14, clock=lambda: MORNING, desks={outlet.name: desk}
    ) as notifiers:
        notifiers.deliver_pending()
    return [message.text for message in channel.messages]


def test_one_account_is_a_link_to_it(log):
    texts = told(log, People(), alert("A"))
    assert texts
    assert all("查看并知悉（3天内有效，请勿转发）：https://x.example/s/" in text for text in texts)


def test_several_accounts_are_a_link_to_the_sign_in(log):
    texts = told(log, People(), alert("A"), alert("B"))
    assert all("登录查看：https://x.example/my" in text for text in texts)
    assert not any("/s/" in text for text in texts)


def test_what_ended_has_no_link(log):
    channel = People()
    told(log, channel, alert("A"))
    channel.messages.clear()
    append(log, end("A"))
    assert not any("https://" in text for text in told(log, channel))
