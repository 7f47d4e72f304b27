"""Statements of the registry that were wrong: withdrawn, or corrected in their place."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.account import AccountChanged, AccountClosed, AccountCorrected, AccountOpened
from events.alert import AlertCleared, AlertRaised
from events.codec import Event
from events.facts import AccountFacts
from events.ids import fact_id
from events.instants import DAY_US, HOUR_US, from_micros, to_micros
from events.patrol import AccountPatrolled
from events.post import PostPublished
from projections.accounts.reducer import reduce_facts
from projections.accounts.registry_facts import KEPT
from projections.accounts.state import facts_of
from projections.rules.period import quarter_of
from projections.rules.scorer import score
from tests.projections.facts import ACCOUNT, CHECK_POINT, DAY, HOUR, PERIOD, event, known
from tests.projections.histories import (
    ACCOUNTS,
    ALL_KINDS,
    SHEETS,
    START,
    Observed,
    histories,
    known_of,
    records_of,
    withdrawal_of,
)
from tests.projections.partition import Partition
from tests.projections.rulebooks import KUNSHAN

T = CHECK_POINT
LATER = T + 30 * DAY


def reduced(*events: Event[Any], at: Any = T) -> AccountFacts | None:
    """Reduce facts by the reference, and see that the fold says the same; None: not in the population."""
    period = quarter_of(at)
    found = reduce_facts(known(*events), KUNSHAN, period, LATER)
    partition = Partition()
    partition.take(*events)
    state = partition.shard.state(ACCOUNT)
    rolling = state is not None and state.in_population(to_micros(at))
    assert rolling == bool(found)
    if rolling and state is not None:
        assert found == [facts_of(state, partition.shard.sources, KUNSHAN, period)]
    return found[0] if found else None


def opening(key: str = "opened", opened_at: datetime = T - 400 * DAY, name: str = "某市发布") -> Event[Any]:
    data = AccountOpened(given_id="1", name=name, platform="微信订阅号", opened_at=opened_at, owner="某局")
    return event(data, opened_at, key)


def withdrawn(wrong: Event[Any], at: datetime = T) -> Event[Any]:
    return event(withdrawal_of(wrong), at, f"withdrawal of {wrong.id}")


def corrected(wrong: Event[Any], key: str = "corrected", **told: Any) -> Event[Any]:
    return event(AccountCorrected(corrects=wrong.id, reason="x", **told), wrong.time, key)


def change(at: datetime, key: str, **told: Any) -> Event[Any]:
    return event(AccountChanged(**told), at, key)


OPENED = opening()
FIRST = change(T - 9 * DAY, "first", owner="某厅")


def test_an_account_whose_opening_was_withdrawn_never_was():
    """Definitions 2, Undo: void from the start; a post that somebody saw changes nothing about it."""
    assert reduced(OPENED) is not None
    assert reduced(OPENED, event(PostPublished(), T - DAY), withdrawn(OPENED)) is None


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 0, 0), (0, 1, 0), (0, 1, 1)])
def test_a_withdrawal_holds_in_whatever_order_and_number_it_comes(order):
    """It may come before its fact or before a duplicate of it, and twice is nothing."""
    second = opening("second", name="别名")
    told = [second, withdrawn(second)]
    facts = reduced(OPENED, *(told[i] for i in order))
    assert facts == reduced(OPENED)


def test_a_withdrawal_under_another_type_or_subject_voids_nothing():
    """Whoever names the wrong kind of fact, or another account, has taken nothing back."""
    misnamed = msgspec.structs.replace(withdrawal_of(OPENED), of_type="account.closed")
    assert reduced(OPENED, event(misnamed, T)) == reduced(OPENED)
    stranger = msgspec.structs.replace(withdrawn(OPENED), subject="weibo:other")
    assert reduced(OPENED, stranger) == reduced(OPENED)


def test_who_does_not_know_of_the_withdrawal_yet_sees_the_account():
    """Old digests stay: as known at K before the withdrawal, nothing has changed."""
    records = known(OPENED, withdrawn(OPENED))
    before, after = (from_micros(k.recorded_at) for k in records)
    assert reduce_facts(records, KUNSHAN, PERIOD, before) == reduce_facts(records[:1], KUNSHAN, PERIOD, after)
    assert reduce_facts(records, KUNSHAN, PERIOD, after) == []


def test_a_withdrawn_change_leaves_what_was_said_before_and_after_it():
    """Of two changes the other one stands, whichever falls."""
    second = change(T - 3 * DAY, "second", owner="某委", name="新名")
    facts = reduced(OPENED, FIRST, second, withdrawn(second))
    assert facts is not None
    assert (facts.owner, facts.name) == ("某厅", "某市发布")
    facts = reduced(OPENED, FIRST, second, withdrawn(FIRST))
    assert facts is not None
    assert (facts.owner, facts.name) == ("某委", "新名")


def test_a_withdrawn_closing_leaves_the_account_open():
    """At every check point, those before the withdrawal too."""
    closed = event(AccountClosed(), T - 5 * DAY)
    assert reduced(OPENED, closed) is None
    assert reduced(OPENED, closed, withdrawn(closed)) == reduced(OPENED)


def test_a_correction_takes_the_place_of_what_it_corrects():
    """Definitions 2, Correction: a change that was filed after the statement stays as it is, though told before."""
    facts = reduced(OPENED, FIRST, corrected(OPENED, owner="某局正名", name="正名"))
    assert facts is not None
    assert (facts.owner, facts.name) == ("某厅", "正名")


def test_a_correction_counts_from_the_time_of_its_statement():
    """A check point between opening and change sees what the opening was corrected to."""
    told = OPENED, FIRST, corrected(OPENED, owner="某局正名")
    then = T - 20 * DAY
    facts = reduce_facts(known(*told), KUNSHAN, quarter_of(then), LATER)
    assert [f.owner for f in facts] == ["某局正名"]


def test_the_last_correction_in_the_log_wins_until_it_is_withdrawn():
    """Field by field, and a withdrawn correction falls."""
    one, two = corrected(OPENED, "one", owner="甲", name="名"), corrected(OPENED, "two", owner="乙")
    facts = reduced(OPENED, one, two)
    assert facts is not None
    assert (facts.owner, facts.name) == ("乙", "名")
    facts = reduced(OPENED, one, two, withdrawn(two))
    assert facts is not None
    assert facts.owner == "甲"
    assert reduced(OPENED, one, two, withdrawn(two), withdrawn(one)) == reduced(OPENED)


def test_a_correction_falls_with_its_statement():
    """What corrects a change that never was says nothing."""
    fixed = corrected(FIRST, name="正名")
    assert reduced(OPENED, FIRST, fixed, withdrawn(FIRST)) == reduced(OPENED)


@pytest.mark.parametrize(("moved_to", "there"), [(T - DAY, True), (T, True), (T + DAY, False)])
def test_a_corrected_opening_date_moves_the_opening(moved_to, there):
    """Population and silence count from the date that the opening was corrected to."""
    opened = opening(opened_at=T - 60 * DAY)
    facts = reduced(opened, corrected(opened, opened_at=moved_to))
    assert (facts is not None) == there
    assert facts is None or facts.opened_at == moved_to


def alerts(derived: list[Event[Any]]) -> list[Event[Any]]:
    return [e for e in derived if e.type.startswith("alert.")]


def over_the_limit() -> tuple[Partition, Event[Any]]:
    """Return an account that is told to be over the limit, and its opening."""
    opened = opening(opened_at=T - 15 * DAY)
    partition = Partition()
    partition.take(opened)
    told = partition.take(event(AccountPatrolled(), T))
    told += partition.tick(T)
    assert any(isinstance(e.data, AlertRaised) and e.data.level == "limit" for e in told)
    return partition, opened


def test_an_account_that_never_was_has_its_open_alert_ended():
    """Its people are told that the registration was withdrawn, under the name that they know, and nothing more."""
    partition, opened = over_the_limit()
    (cleared,) = alerts(partition.take(withdrawn(opened, T + HOUR)))
    assert isinstance(cleared.data, AlertCleared)
    assert (cleared.data.unregistered, cleared.data.name, cleared.time) == (True, "某市发布", T + HOUR)
    assert [] == partition.tick(T + 60 * DAY)


def test_an_opening_that_is_moved_to_a_later_day_ends_the_alert():
    """The silence began later than was thought; the next one is counted from there, and told anew."""
    partition, opened = over_the_limit()
    (cleared,) = alerts(partition.take(corrected(opened, opened_at=T - 5 * DAY)))
    assert isinstance(cleared.data, AlertCleared)
    assert not cleared.data.unregistered
    told = partition.take(event(AccountPatrolled(), T + 10 * DAY))
    assert {e.data.anchor_at for e in told if isinstance(e.data, AlertRaised)} == {T - 5 * DAY}


def test_a_withdrawn_closing_is_warned_about_again():
    """The account was open all along: its silence is told once more, not before the withdrawal."""
    partition, _ = over_the_limit()
    closed = event(AccountClosed(), T + HOUR)
    assert [e.type for e in alerts(partition.take(closed))] == ["alert.cleared"]
    back = withdrawn(closed, T + 2 * HOUR)
    told = alerts([*partition.take(back), *partition.tick(T + 3 * HOUR)])
    raised = [e for e in told if isinstance(e.data, AlertRaised) and e.data.level == "limit"]
    assert [e.time for e in raised] == [T + 2 * HOUR]


def test_facts_beyond_those_that_a_state_keeps_count_on():
    """Of some hundred facts the state keeps what the older ones came to; a duplicate of an old one changes nothing."""
    changes = [change(T - 50 * DAY, str(n), owner=f"第{n}局") for n in range(2 * KEPT + 7)]
    facts = reduced(OPENED, *changes, changes[0], OPENED)
    assert facts is not None
    assert facts.owner == f"第{2 * KEPT + 6}局"
    facts = reduced(OPENED, *changes, withdrawn(changes[-1]))
    assert facts is not None
    assert facts.owner == f"第{2 * KEPT + 5}局"


WRONG = st.tuples(
    st.sampled_from(ACCOUNTS), st.integers(0, 3), st.integers(0, 60), st.integers(0, 60), st.integers(0, 9)
)
"""Account, kind of the wrong statement, where it and its withdrawal stand, and how often they are told."""


def wrong_statement(account: str, kind: int, number: int, observed: list[Observed]) -> Event[Any]:
    at = START + timedelta(days=number)
    mine = [o.event for o in observed if o.event.subject == account and o.event.type == "account.opened"]
    if kind == 0:
        data: Any = AccountOpened(given_id="x", name="错", platform="微信服务号", opened_at=at)
    elif kind == 1:
        data = AccountChanged(platform="微信服务号", owner="错")
    elif kind == 2 and mine:
        data = AccountCorrected(corrects=mine[-1].id, reason="x", opened_at=at, name="错")
    else:
        data = AccountClosed()
    return Event(fact_id(SHEETS, account, f"wrong:{number}:{kind}"), SHEETS, account, at, data)


@pytest.mark.slow
@given(histories(tuple(k for k in ALL_KINDS if k != "tick")), st.lists(WRONG, min_size=1, max_size=6))
def test_facts_and_their_withdrawals_leave_every_verdict_as_it_was(
    observed: list[Observed], wrongs: list[tuple[str, int, int, int, int]]
) -> None:
    """Undo: facts and their withdrawals, wherever they stand in a log, leave its verdicts as they are without them."""
    longer = list(observed)
    for number, (account, kind, first, second, again) in enumerate(wrongs):
        wrong = wrong_statement(account, kind, number, observed)
        back = Event(
            fact_id(SHEETS, account, f"back:{number}"), SHEETS, account, wrong.time, withdrawal_of(wrong)
        )
        told = [wrong, back] + [wrong] * (again == 1) + [back] * (again == 2)
        for place, fact in zip((first, second, second, second), told, strict=False):
            longer.insert(place % (len(longer) + 1), Observed(observed[-1].now, fact))
    plain, undone = (
        records_of([Observed(observed[-1].now, o.event) for o in told]) for told in (observed, longer)
    )
    end = observed[-1].now
    for t in (end // HOUR_US * HOUR_US, (end // HOUR_US + 1) * HOUR_US, to_micros(START), end + 20 * DAY_US):
        period = quarter_of(from_micros(t))
        rows = [
            [score(f, KUNSHAN, period) for f in reduce_facts(known_of(r), KUNSHAN, period, from_micros(end))]
            for r in (plain, undone)
        ]
        assert rows[0] == rows[1]
    shards = [Partition(), Partition()]
    for partition, records in zip(shards, (plain, undone), strict=True):
        for record in records:
            partition.take_bytes(record.value)
    t = (end // HOUR_US + 1) * HOUR_US
    period = quarter_of(from_micros(t))
    for account in ACCOUNTS:
        found = []
        for partition in shards:
            state = partition.shard.state(account)
            there = state is not None and state.in_population(t)
            found.append(
                facts_of(state, partition.shard.sources, KUNSHAN, period) if there and state else None
            )
        assert found[0] == found[1]
