"""Laws of the folds (design section 6), each on generated histories."""

from typing import Any

import pytest
from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st

from events.codec import Event
from events.envelope import Record
from events.facts import Verdict, VerdictRow
from events.instants import DAY_US, HOUR_US, from_micros
from projections.accounts.reducer import reduce_facts
from projections.accounts.shard import Shard
from projections.accounts.state import facts_of
from projections.rules.period import quarter_of
from projections.rules.rulesets import Ruleset
from projections.rules.scorer import score
from tests.projections.histories import (
    ACCOUNTS,
    ALL_KINDS,
    COMMON,
    OBSERVED,
    REGISTRY,
    Observed,
    histories,
    known_of,
    records_of,
    with_ticks,
)
from tests.projections.rulebooks import DEQIN, KUNSHAN, YIXING

Derived = list[Event[Any]]


def run(
    records: list[Record], cuts: frozenset[int] = frozenset(), ruleset: Ruleset = KUNSHAN
) -> tuple[Derived, dict[str, bytes]]:
    """Apply records to a shard that is thrown away and built again from stored bytes at each cut."""
    shard, stored, derived = Shard(0, ruleset), {}, []
    for i, record in enumerate(records):
        if i in cuts:
            flush = shard.flush()
            stored.update(flush.states)
            derived.extend(flush.derived)
            shard = Shard(0, ruleset, dict(stored))
        shard.apply(record)
    flush = shard.flush()
    assert not flush.bad
    stored.update(flush.states)
    return derived + flush.derived, stored


def shard_after(records: list[Record]) -> Shard:
    shard = Shard(0, KUNSHAN)
    for record in records:
        shard.apply(record)
    return shard


def standing_of(shard: Shard, now: int) -> dict[str, Any]:
    """Return the facts and scores of each account at the whole hour that `now` lies in."""
    period = quarter_of(from_micros(now // HOUR_US * HOUR_US))
    standing = {}
    for account in ACCOUNTS:
        state = shard.state(account)
        if state is not None:
            facts = facts_of(state, shard.sources, KUNSHAN, period)
            standing[account] = facts, score(facts, KUNSHAN, period), state.episode, state.open_alerts
    return standing


@given(histories())
def test_a_replay_gives_the_same(observed: list[Observed]) -> None:
    """The same records give the same derived events and the same state, byte by byte."""
    records = records_of(observed)
    assert run(records) == run(records)


@given(histories(), st.sets(st.integers(0, 60), max_size=5))
def test_a_restart_at_any_offset_gives_the_same(observed: list[Observed], cuts: set[int]) -> None:
    """A fold built again from its stored bytes goes on as if it had never stopped, whatever the batches were."""
    records = records_of(observed)
    assert run(records) == run(records, frozenset(cuts))


@given(histories(), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=12))
def test_duplicates_change_nothing(observed: list[Observed], again: list[tuple[int, int]]) -> None:
    """Any record may be appended again later in its partition (design promise 2: the first record of an id counts)."""
    doubled = list(observed)
    for first, distance in again:
        at = first % len(doubled)
        doubled.insert(min(at + 1 + distance, len(doubled)), doubled[at])
    plain, double = shard_after(records_of(observed)), shard_after(records_of(doubled))
    now = observed[-1].now
    assert standing_of(plain, now) == standing_of(double, now)
    assert plain.flush().derived == double.flush().derived


@given(histories(), st.sampled_from(ACCOUNTS))
def test_accounts_do_not_affect_one_another(observed: list[Observed], left_out: str) -> None:
    """Without the facts of one account every other has the same facts, scores and alerts."""
    fewer = [o for o in observed if o.event.subject != left_out]
    all_of_them, without = shard_after(records_of(observed)), shard_after(records_of(fewer))
    now = observed[-1].now
    expected = standing_of(all_of_them, now)
    expected.pop(left_out, None)
    assert expected == standing_of(without, now)
    alerts = [e for e in all_of_them.flush().derived if e.subject != left_out]
    assert alerts == without.flush().derived


def alerts_of(records: list[Record], ruleset: Ruleset = KUNSHAN) -> set[tuple[Any, str, Any]]:
    derived = [e for e in run(records, ruleset=ruleset)[0] if e.type.startswith("alert.")]
    alerts = {(e.id, e.type, e.time) for e in derived}
    assert len(alerts) == len({e.id for e in derived}) == len(derived), "an alert was derived twice"
    return alerts


@pytest.mark.slow
@settings(max_examples=settings().max_examples * 6 // 10)
@given(histories(tuple(k for k in COMMON + OBSERVED if k != "tick"), max_size=30))
def test_the_grid_of_ticks_changes_no_alert(observed: list[Observed]) -> None:
    """Hourly ticks, coarse ticks and one tick at the end raise and clear the same alerts at the same times.

    Facts that do not say when they became known (the registry, rows handed in late or without a span) are left out:
    where one of them ends or proves a silence whose deadline had passed, only a tick can tell what came first.
    """
    until = observed[-1].now + 20 * DAY_US
    hourly = alerts_of(records_of(with_ticks(observed, 1, until)))
    for kind in {kind for _, kind, _ in hourly}:
        note(kind)
    for step_hours in (7, 24, None):
        assert hourly == alerts_of(records_of(with_ticks(observed, step_hours, until))), step_hours


@pytest.mark.slow
@settings(max_examples=settings().max_examples * 3 // 10)
@given(
    histories(tuple(k for k in COMMON + OBSERVED if k != "tick"), max_size=30),
    st.sampled_from([YIXING, DEQIN]),
)
def test_the_grid_of_ticks_changes_no_alert_of_a_ladder_by_the_calendar(
    observed: list[Observed], ruleset: Ruleset
) -> None:
    """The law holds where steps count patrols and working days, and some do not apply to a silence."""
    until = observed[-1].now + 20 * DAY_US
    hourly = alerts_of(records_of(with_ticks(observed, 1, until)), ruleset)
    for step_hours in (7, 24, None):
        assert hourly == alerts_of(records_of(with_ticks(observed, step_hours, until)), ruleset), step_hours


@pytest.mark.slow
@given(histories())
def test_each_alert_is_derived_once(observed: list[Observed]) -> None:
    """No history gives one alert id twice, so that no message is a duplicate of an earlier one."""
    alerts_of(records_of(with_ticks(observed, 24, observed[-1].now + 20 * DAY_US)))


EXACT = tuple(kind for kind in ALL_KINDS if kind != "withdraw_look")
"""What a state knows as exactly as the log: a look that has joined others is not told apart from them any more."""


def assert_rolling_is_recomputed(observed: list[Observed], check_point: int) -> None:
    records = records_of(observed)
    period = quarter_of(from_micros(check_point))
    known_at = from_micros(observed[-1].now)
    recomputed = [
        score(facts, KUNSHAN, period) for facts in reduce_facts(known_of(records), KUNSHAN, period, known_at)
    ]
    shard = shard_after(records)
    states = [state for account in ACCOUNTS if (state := shard.state(account)) is not None]
    rolling = [
        score(facts_of(state, shard.sources, KUNSHAN, period), KUNSHAN, period)
        for state in states
        if state.in_population(check_point)
    ]
    for row in recomputed:
        note(
            f"{row.verdict} {row.reason}"
            if row.points is None
            else f"{row.verdict} {row.points // 10}0 points"
        )
    assert [told(row) for row in recomputed] == [told(row) for row in rolling]


def told(row: VerdictRow) -> tuple[str, Verdict, str, int | None]:
    return row.account_id, row.verdict, row.reason, row.points


@pytest.mark.slow
@settings(max_examples=settings().max_examples * 3 // 2)
@given(histories(EXACT))
def test_the_rolling_score_at_the_next_whole_hour_is_the_recomputed_one(observed: list[Observed]) -> None:
    """Design promise 8: the fold's state and the reference give the same verdict, reason and points."""
    assert_rolling_is_recomputed(observed, (observed[-1].now // HOUR_US + 1) * HOUR_US)


@settings(max_examples=settings().max_examples * 3 // 2)
@given(histories(tuple(kind for kind in EXACT if kind not in REGISTRY)))
def test_the_rolling_score_at_the_last_whole_hour_is_the_recomputed_one(observed: list[Observed]) -> None:
    """A tick projects the midnight that it passed: posts, looks and findings after it may be known by then."""
    assert_rolling_is_recomputed(observed, observed[-1].now // HOUR_US * HOUR_US)
