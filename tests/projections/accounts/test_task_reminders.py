"""Reminders of rectification in the fold of an account: one message a reminder."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from connectors.notify.message import message_of
from events import rectification_ids
from events.account import AccountOpened
from events.codec import Event, encode_event
from events.envelope import Record
from events.ids import fact_id
from events.instants import to_micros
from events.rectification import RectificationReminded
from projections.accounts.shard import Shard
from tests.projections.rulebooks import KUNSHAN

ACCOUNT, UNIT = "wechat:a", "某局"
AT = datetime.fromisoformat("2021-07-15T09:00:00+08:00")
DUE = date(2021, 7, 15)


def reminded(step="due", accounts=1):
    event_id = rectification_ids.rectification_reminded(ACCOUNT, UNIT, DUE, step)
    data = RectificationReminded(unit=UNIT, step=step, due=DUE, tasks=(UUID(int=1),), accounts=accounts)
    return Event(event_id, "xuncha", ACCOUNT, AT, data)


def announced(*facts):
    """Return what people are to be told of facts."""
    shard = Shard(0, KUNSHAN)
    opening = AccountOpened(given_id="a", name="甲", platform="微信订阅号", owner=UNIT)
    opened = Event(fact_id("sheets", ACCOUNT, "open"), "sheets", ACCOUNT, AT - timedelta(days=9), opening)
    for offset, event in enumerate((opened, *facts)):
        shard.apply(Record(0, offset, to_micros(event.time), encode_event(event)))
    return [e for e in shard.flush().derived if e.type == "rectification.announced"]


def test_a_reminder_is_announced_once():
    """A duplicate of its fact announces nothing; another step is another message."""
    found = announced(reminded(), reminded(), reminded("late"))
    assert [("due", "甲"), ("late", "甲")] == [(e.data.step, e.data.name) for e in found]
    assert found[0].id == rectification_ids.rectification_announced(reminded().id)


@pytest.mark.parametrize(
    ("step", "accounts", "says", "audience"),
    [
        ("before", 1, "账号“甲”有1项问题需要整改，须在2021年7月15日前（含当日）答复", "operator"),
        ("due", 2, "“甲”等2个账号有1项问题需要整改，今天（2021年7月15日）是答复的最后一天", "operator"),
        ("late", 1, "答复期限2021年7月15日已过，仍未答复", "leader"),
    ],
)
def test_the_message_says_how_many_until_when_and_what_to_do(step, accounts, says, audience):
    """Behind the last day a leader is told, too; nothing is said of what was found."""
    (event,) = announced(reminded(step, accounts))
    told = message_of(event, limit_days=14)
    assert (told.kind, told.owner, told.audience) == ("task", UNIT, audience)
    assert says in told.text
    assert "请登录答复整改情况" in told.text
