"""Steps that people hold back (design section 3, Answers)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import event as note
from hypothesis import given, settings

from events.account import AccountOpened
from events.answer import AlertMuted, AlertSnoozed, PostClaimed
from events.base import Payload
from events.codec import Event, encode_event
from events.envelope import Record
from events.ids import fact_id
from events.instants import DAY_US, to_micros
from events.patrol import AccountPatrolled
from events.post import PostPublished
from events.withdrawal import FactWithdrawn
from projections.accounts.shard import Shard
from tests.projections.accounts.test_laws import alerts_of
from tests.projections.histories import COMMON, Observed, histories, records_of, tick, with_ticks
from tests.projections.rulebooks import KUNSHAN

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ACCOUNT = "wechat:a"
POSTED = datetime.fromisoformat("2021-06-01T12:00:00+08:00")
DAY_10 = datetime.fromisoformat("2021-06-11T09:00:00+08:00")
DAY_12 = DAY_10 + 2 * DAY
LIMIT = POSTED + 14 * DAY
HOLDS = ("snooze", "mute", "claim_post", "withdraw_answer")


class Log:
    """Facts of one account with a look an hour, and what the fold makes of them."""

    def __init__(self) -> None:
        self.shard = Shard(0, KUNSHAN)
        self.now = POSTED
        self._offset = 0
        self.say(AccountOpened(given_id="a", name="甲", platform="微信订阅号"))
        self.say(PostPublished(observed_at=POSTED))

    def say(self, data: Payload, at: datetime | None = None, source: str = "sheets") -> Event[Any]:
        at = at or self.now
        event = Event(fact_id(source, ACCOUNT, f"{data.type}:{at}"), source, ACCOUNT, at, data)
        self.put(event)
        return event

    def put(self, event: Event[Any]) -> None:
        self.shard.apply(Record(0, self._offset, to_micros(self.now), encode_event(event)))
        self._offset += 1

    def look(self, *, lag: timedelta = timedelta()) -> None:
        self.say(AccountPatrolled(lag_s=int(lag.total_seconds()), shows_from=POSTED), source="polls")

    def until(self, end: datetime, *, looks: bool = True) -> None:
        while self.now < end:
            self.now = min(self.now + HOUR, end)
            if looks:
                self.look()
            self.put(tick(to_micros(self.now)).event)

    def take_back(self, fact: Event[Any]) -> None:
        self.say(FactWithdrawn(corrects=fact.id, of_type=fact.type, its_time=fact.time, reason="x"))

    def derived(self) -> list[tuple[str, str, datetime]]:
        events = [e for e in self.shard.flush().derived if e.type.startswith("alert.")]
        return [(e.type.removeprefix("alert."), e.data.level, e.time) for e in events]  # type: ignore[attr-defined]


def test_a_snooze_holds_warnings_back_and_the_highest_goes_out_at_its_end():
    """What was passed meanwhile is recorded as held; the end of the snooze is the time of the alert."""
    log = Log()
    log.until(DAY_10 - HOUR)
    end = DAY_12 + 5 * HOUR
    log.say(AlertSnoozed(until=end))
    log.until(end + HOUR)
    assert [
        ("held", "day-10", DAY_10),
        ("held", "day-12", DAY_12),
        ("skipped", "day-10", end),
        ("raised", "day-12", end),
    ] == log.derived()


def test_a_snooze_never_holds_the_limit():
    """A person may put warnings off, not the moment from which the account fails."""
    log = Log()
    log.until(LIMIT - 2 * HOUR)
    log.derived()
    log.say(AlertSnoozed(until=LIMIT + 3 * DAY))
    log.until(LIMIT + 4 * DAY)
    assert [("raised", "limit")] == [row[:2] for row in log.derived()]


def test_a_mute_holds_the_limit_until_its_day():
    """The office has a reason; once the day is over and the silence goes on, the limit goes out once."""
    log = Log()
    log.until(DAY_10 - HOUR)
    end = LIMIT + 5 * DAY
    log.say(AlertMuted(reason="migration", until=end))
    log.until(end + 2 * HOUR)
    found = log.derived()
    assert {"day-10", "day-12", "day-14", "limit"} == {level for kind, level, _ in found if kind == "held"}
    assert [("limit", end)] == [row[1:] for row in found if row[0] == "raised"]


def test_a_mute_ends_with_the_next_post():
    """The silence that comes after it is another one, and nobody muted it."""
    log = Log()
    log.until(DAY_10 - HOUR)
    mute = log.say(AlertMuted(reason="migration", until=DAY_10 + 90 * DAY))
    log.until(DAY_10)
    log.say(PostPublished(observed_at=DAY_10))
    log.put(mute)  # a repetition of it neither
    log.until(DAY_10 + 10 * DAY + HOUR)
    assert ["held", "raised"] == [kind for kind, *_ in log.derived()]


def test_an_unmuted_account_hears_at_once():
    """What was held is let go as of the moment of the withdrawal."""
    log = Log()
    log.until(DAY_10 - HOUR)
    mute = log.say(AlertMuted(reason="migration", until=LIMIT))
    log.until(DAY_10 + 3 * HOUR)
    log.take_back(mute)
    log.until(DAY_10 + 4 * HOUR)
    assert [("held", "day-10", DAY_10), ("raised", "day-10", DAY_10 + 3 * HOUR)] == log.derived()


def test_a_claim_stops_the_limit_until_a_look_reaches_it():
    """The claim proves nothing: where the next look shows no post, the limit goes out as of that look."""
    log = Log()
    log.until(LIMIT - HOUR)
    log.derived()
    log.say(PostClaimed(link="x"))
    log.until(LIMIT + 5 * HOUR, looks=False)
    state = log.shard.state(ACCOUNT)
    assert state is not None
    assert state.holds[0].waits
    log.look(lag=DAY)  # it does not reach so far
    log.until(LIMIT + 6 * HOUR, looks=False)
    assert [] == log.derived()
    log.look()
    assert [("raised", "limit", LIMIT + 6 * HOUR)] == log.derived()


def test_a_claim_that_a_look_confirms_leaves_nothing_to_say():
    """The post ends the silence, and with it the claim."""
    log = Log()
    log.until(LIMIT - HOUR)
    log.derived()
    log.say(PostClaimed(link="x"))
    log.until(LIMIT + HOUR, looks=False)
    log.say(PostPublished(observed_at=log.now), at=LIMIT - 2 * HOUR)
    log.look()
    log.until(LIMIT + DAY)
    assert ["cleared"] == [kind for kind, *_ in log.derived()]


@pytest.mark.parametrize(
    ("data", "days"),
    [
        (AlertSnoozed(until=DAY_10 + 400 * DAY), 7),
        (AlertMuted(reason="migration", until=DAY_10 + 400 * DAY), 92),
        (PostClaimed(link="x"), 3),
    ],
)
def test_nothing_holds_for_longer_than_its_bound(data, days):
    """Whatever a fact says: an account is not silenced by one forgotten word."""
    log = Log()
    log.until(DAY_10 - HOUR)
    log.say(data)
    state = log.shard.state(ACCOUNT)
    assert state is not None
    assert to_micros(DAY_10 - HOUR) + days * DAY_US == state.holds[0].until


def test_a_withdrawal_may_come_before_what_it_takes_back():
    """Logs that were put together may hold them so."""
    log = Log()
    log.until(DAY_10 - HOUR)
    mute = Event(
        fact_id("office", ACCOUNT, "m"), "office", ACCOUNT, log.now, AlertMuted(reason="x", until=LIMIT)
    )
    log.take_back(mute)
    log.put(mute)
    log.until(DAY_10 + HOUR)
    assert [("raised", "day-10", DAY_10)] == log.derived()


def test_many_answers_keep_a_state_small():
    """The oldest are forgotten, and a repetition of one of them holds nothing."""
    log = Log()
    log.until(POSTED + DAY)
    for _ in range(40):
        log.now += timedelta(seconds=1)
        log.say(AlertSnoozed(until=log.now + HOUR))
    state = log.shard.state(ACCOUNT)
    assert state is not None
    assert len(state.holds) <= 8


@pytest.mark.slow
@settings(max_examples=settings().max_examples // 2)
@given(histories((*(k for k in COMMON if k != "tick"), *HOLDS, *HOLDS), max_size=30))
def test_the_grid_of_ticks_changes_nothing_that_is_held(observed: list[Observed]) -> None:
    """Steps are held and let go at the same times, however seldom the clock ticks."""
    until = observed[-1].now + 20 * DAY_US
    hourly = alerts_of(records_of(with_ticks(observed, 1, until)))
    for kind in {kind for _, kind, _ in hourly}:
        note(kind)
    for step_hours in (7, 24, None):
        assert hourly == alerts_of(records_of(with_ticks(observed, step_hours, until))), step_hours


@settings(max_examples=settings().max_examples // 2)
@given(histories((*(k for k in COMMON if k != "tick"), *HOLDS), max_size=30))
def test_answers_take_no_alert_of_the_limit_away(observed: list[Observed]) -> None:
    """A silence that lasts long enough is told of, whatever was asked: every hold ends, and looks go on."""
    asked = {o.event.subject for o in observed if o.event.type.startswith("alert.")}
    end = observed[-1].now + 120 * DAY_US
    shard = Shard(0, KUNSHAN)
    records = records_of([*observed, tick(end - DAY_US)])
    for record in records:
        shard.apply(record)
    for n, account in enumerate(sorted(asked)):
        state = shard.state(account)
        if state is None or state.episode is None:
            continue
        look = Event(
            fact_id("sheets", account, "last"),
            "sheets",
            account,
            tick(end).event.time,
            AccountPatrolled(by_hand=True),
        )
        shard.apply(Record(0, len(records) + n, end, encode_event(look)))
        after = shard.state(account)
        assert after is not None
        assert after.episode is not None
        note("limit open" if after.episode.limit_alert else "none")
        if state.opened_id is not None:
            assert after.episode.limit_alert
