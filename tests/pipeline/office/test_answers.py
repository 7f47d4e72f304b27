"""Answers to alerts as services and commands: what they ask for, what they refuse, and what lists show of them."""

from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, time, timedelta

import pytest

from events.account import AccountOpened
from events.clock import ClockTicked
from events.codec import CODEC, Event
from events.days import chinese_day
from events.ids import fact_id
from events.instants import SHANGHAI
from events.patrol import AccountPatrolled
from events.post import PostPublished
from pipeline.home.actor import OFFICE, Actor
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.folder import Home
from pipeline.home.read_model import open_read_model
from pipeline.home.workspace import open_workspace
from pipeline.office.answers import acts
from pipeline.office.answers.listing import list_held
from pipeline.office.answers.reasons import mute_reasons
from pipeline.runtime.embedded.owner import run_until_idle
from tests.pipeline.office.rounds.test_kill import facts, killed_at
from tests.pipeline.program import asked, done, rows, xuncha

NAME, ACCOUNT = "某市发布", "wechat:a"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_AFTERNOON = datetime.combine(chinese_day(datetime.now(UTC)), time(15), SHANGHAI)
NOW = min(datetime.now(UTC), _AFTERNOON)
"""Before 16:00, up to which `today` names the limits of the third working day."""
CLERK = Actor("staff_1")


def say(home, data, at, source="sheets", subject=ACCOUNT):
    """Write a fact of an account, or a tick."""
    broadcast = isinstance(data, ClockTicked)
    subject, source = ("clock", "clock") if broadcast else (subject, source)
    event = Event(fact_id(source, subject, f"{data.type}:{at}"), source, subject, at, data)
    with closing(home.open_log()) as log:
        log.append([event])
    return event


@pytest.fixture
def silent(home):
    """A home whose one account was silent for eleven days and has an open alert."""
    found = Home(home)
    say(found, AccountOpened(given_id="a", name=NAME, platform="微信订阅号", owner="某局"), NOW - 400 * DAY)
    say(found, PostPublished(observed_at=NOW - 11 * DAY), NOW - 11 * DAY)
    look(found, NOW - HOUR)
    run_until_idle(found)
    return found


def look(home, at):
    say(home, AccountPatrolled(shows_from=NOW - 11 * DAY), at, source="polls")
    say(home, ClockTicked(), at + timedelta(seconds=1))


def alerts(home):
    with closing(home.open_log()) as log:
        values = [r.value for p in range(log.partitions) for r in log.read("derived", p, 0, 1 << 30)]
    return Counter(e.type for e in map(CODEC.decode, values) if e.type.startswith("alert."))


@pytest.mark.slow
def test_an_alert_may_be_acknowledged_and_no_list_shows_it(silent):
    """By the account or by the first letters of the alert's id, once, and it can be taken back."""
    with open_read_model(silent) as model:
        (alert,) = model.open_alerts()
    before = rows(silent.path, "alerts")
    with open_workspace(silent) as workspace:
        first = acts.acknowledge(workspace, acts.Acknowledge(NAME), CLERK)
        again = acts.acknowledge(workspace, acts.Acknowledge(alert.id.hex()[:8]), OFFICE)
        assert first.event_ids == again.event_ids
        acts.acknowledge(workspace, acts.Acknowledge(NAME, undo=True), OFFICE)
        with pytest.raises(ConflictError, match="nothing was said"):
            acts.acknowledge(workspace, acts.Acknowledge(NAME, undo=True), OFFICE)
        assert [] == list_held(workspace, datetime.now(UTC))
    assert before == rows(silent.path, "alerts")
    assert "staff_1" not in done(silent.path, "alerts", "answers", "--json").out


@pytest.mark.slow
def test_a_snooze_is_bounded(silent):
    """Not into the past, not for more than a week, and not into the day before the limit."""
    with open_workspace(silent) as workspace:
        for until, said in (
            (NOW - HOUR, "has passed"),
            (NOW + 8 * DAY, "at the latest"),
            (NOW + 2 * DAY + HOUR, "a day before the limit"),
        ):
            with pytest.raises(UsageError, match=said):
                acts.snooze(workspace, acts.Snooze(NAME, until), CLERK)
        acts.snooze(workspace, acts.Snooze(NAME, NOW + DAY, "稿件审核中"), CLERK)
        (held,) = list_held(workspace, datetime.now(UTC))
    assert ("snooze", "稿件审核中", "staff_1") == (held.cause, held.reason, held.by)


@pytest.mark.slow
def test_a_mute_has_a_reason_of_the_list(silent):
    """By code or title, no longer than the reason allows; without a day as long as that."""
    with open_workspace(silent) as workspace:
        with pytest.raises(NotFoundError, match="正在办理关停或整合"):
            acts.mute(workspace, acts.Mute(NAME, "太忙"), CLERK)
        with pytest.raises(UsageError, match="14 days"):
            acts.mute(workspace, acts.Mute(NAME, "登录凭据失效，找回中", (NOW + 20 * DAY).date()), CLERK)
        done_ = acts.mute(workspace, acts.Mute(NAME, "closing", note="已报市办"), CLERK)
        assert done_.until is not None
        assert NOW + 91 * DAY < done_.until <= NOW + 92 * DAY + HOUR
        (held,) = list_held(workspace, datetime.now(UTC))
    assert "正在办理关停或整合：已报市办" == held.reason
    assert all(reason.title and 0 < reason.days <= 92 for reason in mute_reasons().values())


@pytest.mark.slow
def test_a_muted_account_hears_nothing_until_it_is_unmuted(silent):
    """What is passed meanwhile is recorded as held; reconcile agrees, and unmuting lets it go."""
    with open_workspace(silent) as workspace:
        acts.mute(workspace, acts.Mute(NAME, "migration"), OFFICE)
    raised = alerts(silent)
    look(silent, NOW + 3 * DAY + HOUR)
    run_until_idle(silent)
    # after ten in the morning the look of an hour ago also proves day 12, at nine of tomorrow
    held = (alerts(silent) - raised)["alert.held"]
    assert held in (1, 2)
    assert raised["alert.raised"] == alerts(silent)["alert.raised"]
    assert "暂缓未发" in done(silent.path, "alerts").out
    assert 0 == xuncha(silent.path, "reconcile").status
    assert "已静音至" in done(silent.path, "today").out
    with open_workspace(silent) as workspace:
        acts.take_back_answers(workspace, acts.TakeBackAnswers(NAME, "已完成迁移"), OFFICE)
        with pytest.raises(ConflictError):
            acts.take_back_answers(workspace, acts.TakeBackAnswers(NAME), OFFICE)
    look(silent, NOW + 3 * DAY + 2 * HOUR)
    run_until_idle(silent)
    assert raised["alert.raised"] + held == alerts(silent)["alert.raised"]
    assert 0 == xuncha(silent.path, "reconcile").status


@pytest.mark.slow
def test_a_claim_waits_for_a_look_and_its_link_is_in_no_event(silent):
    """The line says since when a look is wanted; the look that reaches the claim ends it."""
    with open_workspace(silent) as workspace:
        with pytest.raises(UsageError, match="address of the post"):
            acts.posted(workspace, acts.Posted(NAME, " "), OFFICE)
        acts.posted(workspace, acts.Posted(NAME, "https://example.cn/甲"), OFFICE)
        (held,) = list_held(workspace, datetime.now(UTC))
        assert ("claim", "https://example.cn/甲") == (held.cause, held.link)
    with open_read_model(silent) as model:
        (line,) = model.lines()
        assert line.claimed_at is not None
    with closing(silent.open_log()) as log:
        assert not any(
            b"example.cn" in r.value for p in range(log.partitions) for r in log.read("facts", p, 0, 999)
        )
    look(silent, datetime.now(UTC))
    with open_read_model(silent) as model:
        (line,) = model.lines()
        assert line.claimed_at is None
        assert () == line.held_at(int(NOW.timestamp() * 1_000_000) + 10**9)
    with open_workspace(silent) as workspace, pytest.raises(ConflictError, match="the last look decides"):
        acts.posted(workspace, acts.Posted(NAME, "https://example.cn/甲"), OFFICE)


@pytest.mark.slow
def test_an_answer_that_is_killed_is_given_once(silent):
    """Behind its text, and before its fact: given again it is one fact, and no text is left over."""
    words = ("alerts", "posted", NAME, "--link", "https://example.cn/1")
    killed_at(silent.path, ("texts.kept", "answer.before_fact"), *words)
    first = asked(silent.path, *words)["event_ids"]
    assert first == asked(silent.path, *words)["event_ids"]
    assert first == facts(silent.path, "alert.post_claimed")
    assert ["ok"] == [row["state"] for row in rows(silent.path, "doctor") if row["name"] == "texts"]


@pytest.mark.slow
def test_answers_as_commands(silent, tmp_path):
    """Words for people and JSON; names that nobody has are answered with the nearest."""
    home = silent.path
    assert "已知悉" in done(home, "alerts", "acknowledge", NAME).out
    until = (NOW + DAY).isoformat()
    assert "已暂缓提醒" in done(home, "alerts", "snooze", NAME, "--until", until).out
    assert "已静音" in done(home, "alerts", "mute", NAME, "--reason", "closing").out
    assert "待下次检查核实" in done(home, "alerts", "posted", NAME, "--link", "https://example.cn/1").out
    found = rows(home, "alerts", "answers")
    assert {"snooze", "mute", "claim"} == {row["cause"] for row in found}
    done(home, "alerts", "answers", "--xlsx", tmp_path / "a.xlsx")
    assert "静音" in done(home, "alerts", "answers").out
    assert "closing" in done(home, "alerts", "reasons").out
    assert 3 == len(asked(home, "alerts", "unmute", NAME)["event_ids"])
    assert NAME in xuncha(home, "alerts", "mute", "某市发市", "--reason", "closing").err
