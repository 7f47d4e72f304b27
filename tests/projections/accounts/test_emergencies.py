"""Emergencies in the fold of an account: what people are informed of, once each."""

from datetime import datetime, timedelta

import pytest

from events.account import AccountOpened
from events.codec import CODEC, Event, UnreadableEventError, encode_event
from events.emergency import (
    EmergencyClosed,
    EmergencyConfirmed,
    EmergencyDismissed,
    EmergencySuspected,
    EmergencyTakenDown,
    EmergencyVerified,
)
from events.envelope import Record
from events.ids import fact_id
from events.instants import to_micros
from events.patrol import AccountPatrolled
from projections.accounts.shard import Shard
from projections.patrol.account_line import line_of
from projections.registry.cards import AccountCard
from tests.projections.rulebooks import KUNSHAN

ACCOUNT = "wechat:a"
AT = datetime.fromisoformat("2021-06-01T12:00:00+08:00")
MINUTE = timedelta(minutes=1)


def fact(data, minute, key=""):
    at = AT + minute * MINUTE
    source = "polls" if isinstance(data, AccountPatrolled) else "office"
    return Event(fact_id(source, ACCOUNT, f"{data.type}:{minute}:{key}"), source, ACCOUNT, at, data)


SUSPECTED = fact(EmergencySuspected(rule="hijacked", problem="账号疑似被盗用", by="office"), 0)
OF_IT = SUSPECTED.id
CONFIRMED = fact(EmergencyConfirmed(emergency_id=OF_IT, by="b"), 1)


def announced(*facts):
    """Return the steps that are announced of facts, and the state of the account after them."""
    shard = Shard(0, KUNSHAN)
    opened = Event(
        fact_id("sheets", ACCOUNT, "open"),
        "sheets",
        ACCOUNT,
        AT - timedelta(days=9),
        AccountOpened(given_id="a", name="甲", platform="微信订阅号", owner="某局"),
    )
    for offset, event in enumerate((opened, *facts)):
        shard.apply(Record(0, offset, to_micros(event.time), encode_event(event)))
    derived = [e for e in shard.flush().derived if e.type == "emergency.announced"]
    return [(e.data.step, e.data.problem, e.data.owner, e.time) for e in derived], shard.state(ACCOUNT)


def test_nobody_hears_of_a_suspicion_that_nobody_confirmed():
    """Neither of the suspicion, nor that it was dismissed."""
    dismissed = fact(EmergencyDismissed(emergency_id=OF_IT, reason="x"), 1)
    assert [] == announced(SUSPECTED, dismissed)[0]


def test_each_step_is_announced_once():
    """A duplicate of a fact, and a second confirmation, announce nothing; a failed verification announces again."""
    twice = fact(EmergencyConfirmed(emergency_id=OF_IT, by="c"), 2)
    still = fact(EmergencyVerified(emergency_id=OF_IT, gone=False), 4)
    gone = fact(EmergencyVerified(emergency_id=OF_IT, gone=True), 6)
    closed = fact(EmergencyClosed(emergency_id=OF_IT, review="x"), 7)
    found, _ = announced(
        SUSPECTED, SUSPECTED, CONFIRMED, CONFIRMED, twice, still, still, gone, closed, CONFIRMED
    )
    assert [
        ("confirmed", "账号疑似被盗用", "某局", CONFIRMED.time),
        ("still_there", "账号疑似被盗用", "某局", still.time),
        ("verified", "账号疑似被盗用", "某局", gone.time),
    ] == found


def test_what_was_taken_down_wants_a_look():
    """The line says since when, until a look reaches that moment."""
    down = fact(EmergencyTakenDown(emergency_id=OF_IT), 5)
    card = AccountCard(account_id=ACCOUNT, owner="某局", opened_at=AT, opened_id=OF_IT)
    _, state = announced(SUSPECTED, CONFIRMED, down)
    assert to_micros(down.time) == line_of(state, card).claimed_at
    late = fact(AccountPatrolled(lag_s=3600), 30)
    _, state = announced(SUSPECTED, CONFIRMED, down, late)
    assert to_micros(down.time) == line_of(state, card).claimed_at
    _, state = announced(SUSPECTED, CONFIRMED, down, fact(AccountPatrolled(), 30))
    assert line_of(state, card).claimed_at is None


def test_many_emergencies_keep_a_state_small():
    """Those that ended are forgotten but for the last few."""
    facts = []
    for n in range(30):
        begun = fact(EmergencySuspected(rule="hijacked", problem="x", by="office"), n, str(n))
        facts += [begun, fact(EmergencyDismissed(emergency_id=begun.id, reason="x"), n, f"end{n}")]
    assert len(announced(*facts)[1].emergencies) <= 8


@pytest.mark.parametrize("rule", ["red-2-secrets", "separate-case"])
def test_a_fact_about_state_secrets_is_unreadable(rule):
    """Definitions 4: whoever wrote it, no fold, list or message takes it."""
    with pytest.raises(ValueError, match="state secrets"):
        EmergencySuspected(rule=rule, problem="x", by="office")
    value = encode_event(SUSPECTED).replace(b'"hijacked"', f'"{rule}"'.encode())
    with pytest.raises(UnreadableEventError):
        CODEC.decode(value)
