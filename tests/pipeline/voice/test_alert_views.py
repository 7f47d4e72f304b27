"""Commands that show whom alerts go to: the preview of a day, and the burden of messages; and a home with a channel."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from connectors.people.person import Caller, PersonGiven, Placed
from connectors.people.roles import Role
from events.account import AccountOpened
from events.alert import AlertComposed, AlertRaised
from events.codec import Event
from events.ids import partition_of
from pipeline.home.folder import Home
from pipeline.home.people import open_people
from pipeline.runtime.embedded.notifier import open_notifiers
from pipeline.voice import channels
from pipeline.voice.address_book import StoreAddressBook
from pipeline.voice.channels import CHANNELS, ChannelKind
from tests.pipeline import small_city as c
from tests.pipeline.program import done, rows
from tests.pipeline.voice.test_personal import People

ME = Caller("clerk", "登记")
PREVIEW_AT = "2021-06-26T12:00:00+08:00"
"""Nine days after the last post of the daily account: its tenth day."""


@pytest.fixture
def people(home, monkeypatch):
    """Two people of the office, one of whom WeCom knows, on a channel that keeps what it is given."""
    channel = People()
    channel.handle = "wecom"
    monkeypatch.setattr(channels, "CHANNELS", (*CHANNELS, ChannelKind("wecom", lambda _: channel)))
    with closing(open_people(Home(home))) as store:
        given = [PersonGiven("章工作甲", wecom="zhang"), PersonGiven("李工作乙", phone="0512-66778899")]
        roles = (Role.STAFF_1, Role.STAFF_2)
        ids = store.put([Placed(c.OFFICE, role, g) for role, g in zip(roles, given, strict=True)], ME)
    return channel, ids


def test_a_preview_says_who_would_be_told_on_which_channel_and_why(home, people, tmp_path):
    """Nobody is read by it, and who cannot be reached stands there without a channel."""
    _, ids = people
    done(home, "accounts", "import", c.registry(tmp_path))
    done(home, "polls", "replay", c.recorded_polls(tmp_path))
    before = _accesses(home)
    found = [r for r in rows(home, "alerts", "preview", "--at", PREVIEW_AT) if r["name"] == "某市发布"]
    told = {(row["person_id"], row["channel"], row["reason"], row["level"]) for row in found}
    assert {(ids[0], "wecom", "staff", "day-10"), (ids[1], "", "staff", "day-10")} == told
    assert before == _accesses(home)
    assert found == [
        r for r in rows(home, "alerts", "preview", "--at", PREVIEW_AT[:10]) if r["name"] == "某市发布"
    ]
    table = done(home, "alerts", "preview", "--at", PREVIEW_AT).out
    assert "工作人员" in table
    assert "章工作甲" not in table


@pytest.mark.usefixtures("people")
def test_people_are_told_nothing_of_a_replay(home, tmp_path):
    """What polls of a month ago prove is no news to them; the lists name no channel of theirs."""
    done(home, "accounts", "import", c.registry(tmp_path))
    done(home, "polls", "replay", c.recorded_polls(tmp_path))
    done(home, "run", "--until-idle")
    assert all("wecom" not in row["delivered"] for row in rows(home, "alerts"))


def test_the_burden_counts_what_was_composed(home):
    """By day, unit and kind, out of the history; accounts and people are not in it."""
    with closing(Home(home).open_embedded_log()) as log, log.transaction():
        for n, to in enumerate(("p", "q")):
            data = AlertComposed(
                channel="wecom",
                destination=to,
                unit=c.OFFICE,
                reason="staff",
                tells=(UUID(int=n),),
                kinds=("alert", "cleared"),
                renewed=n == 1,
            )
            at = datetime(2021, 6, 16, 1, 5, tzinfo=UTC)
            log.write_derived(0, [Event(UUID(int=n), "xuncha", "wechat:x", at, data)])
    span = ("--from", "2021-06-01", "--until", "2021-06-16")
    (row,) = rows(home, "alerts", "burden", *span)
    assert {"day": "2021-06-16", "unit": c.OFFICE, "kind": "alert+cleared", "messages": 1, "renewed": 1} == {
        key: row[key] for key in ("day", "unit", "kind", "messages", "renewed")
    }
    assert "提醒、解除" in done(home, "alerts", "burden", *span).out
    sent = rows(home, "alerts", "sent", *span)
    assert [("p", 1, False), ("q", 1, True)] == [(r["destination"], r["tells"], r["renewed"]) for r in sent]
    assert "工作人员" in done(home, "alerts", "sent", *span).out
    assert [] == rows(home, "alerts", "burden", "--from", "2021-06-17", "--until", "2021-06-18")


def test_the_address_book_reads_one_handle_and_logs_it(home, people):
    """Each reading is a line of the access log; a number is the mobile one of the cell."""
    _, (first, second) = people
    book = StoreAddressBook(Home(home))
    assert ("zhang", None, None) == (
        book.address(first, "wecom"),
        book.address(second, "mobile"),
        book.address("nobody", "mail"),
    )
    with closing(open_people(Home(home))) as store:
        assert ["read"] == [a.action for a in store.accesses(second)][1:]
        (one,) = store.put(
            [Placed(c.OFFICE, "contact", PersonGiven("王联系", phone="65550123、138 0000 1234"))], ME
        )
    assert "13800001234" == book.address(one, "mobile")


def _accesses(home: Path) -> int:
    with closing(open_people(Home(home))) as store:
        return len(store.accesses())


@pytest.mark.usefixtures("people")
def test_an_open_alert_that_nobody_was_told_waits(home):
    """With when it may go out, and what holds it back; one of long ago waits for nothing."""
    silent = datetime.now(UTC) - timedelta(days=11)
    opening = AccountOpened(
        given_id="1", name="某市气象", platform="微信订阅号", opened_at=silent, owner=c.OFFICE
    )
    with closing(Home(home).open_embedded_log()) as log:
        log.append([Event(UUID(int=1), "sheets", "wechat:x", silent, opening)])
        data = AlertRaised(
            level="day-10", opener_id=UUID(int=1), anchor_at=silent, deadline=silent, owner=c.OFFICE
        )
        with log.transaction():
            at = datetime.now(UTC) - timedelta(minutes=1)
            log.write_derived(0, [Event(UUID(int=2), "xuncha", "wechat:x", at, data)])
    (row,) = rows(home, "alerts", "waiting")
    assert ("某市气象", "day-10", "time") == (row["name"], row["level"], row["why"])
    assert "第10天提醒" in done(home, "alerts", "waiting").out


def test_a_home_tells_its_people_by_itself(home, people):
    """Out of settings, people store and registry; a limit waits for no morning, and is told once."""
    channel, ids = people
    now = datetime.now(UTC)
    silent = now - timedelta(days=15)
    data = AlertRaised(
        level="limit", opener_id=UUID(int=1), anchor_at=silent, deadline=now, name="某市气象", owner=c.OFFICE
    )
    with closing(Home(home).open_embedded_log()) as log:
        opening = AccountOpened(given_id="1", name="某市气象", platform="微信订阅号", owner=c.OFFICE)
        log.append([Event(UUID(int=1), "sheets", "wechat:x", silent, opening)])
        for told in (0, 1, 0):
            with open_notifiers(log, Home(home)) as notifiers:
                notifiers.deliver_pending()
            assert told == len(channel.sent)
            channel.sent.clear()
            with log.transaction():
                at = now - timedelta(minutes=1, microseconds=1)
                partition = partition_of("wechat:x", log.partitions)
                log.write_derived(partition, [Event(UUID(int=2), "xuncha", "wechat:x", at, data)])
    (message,) = channel.messages
    assert message.text.startswith(
        f"【超期提醒】{c.OFFICE}：您单位主办的账号“某市气象”（微信订阅号）已14天未更新"
    )
    assert ids
