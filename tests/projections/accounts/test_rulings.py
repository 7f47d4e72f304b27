"""Accounts that a fact names other rules for: their alerts, provisional scores and facts follow these rules."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.codec import Event
from events.facts import Verdict
from events.instants import HOUR_US, SHANGHAI, from_micros
from events.originals import OriginalsCounted
from events.patrol import AccountPatrolled
from events.post import PostPublished
from events.ruling import AccountClassed, AccountRuledBy
from events.withdrawal import FactWithdrawn
from projections.accounts.reducer import reduce_facts
from projections.accounts.shard import META_KEY, Shard, folded_under
from projections.accounts.state import facts_of
from projections.rules.period import quarter_of
from projections.rules.rulebook import Rulebook
from projections.rules.scorer import score
from tests.projections.accounts.test_laws import EXACT
from tests.projections.facts import ACCOUNT, CHECK_POINT, DAY, HOUR, PERIOD, event, facts, known, opening
from tests.projections.histories import ACCOUNTS, Observed, histories, known_of, records_of, with_ticks
from tests.projections.partition import Partition
from tests.projections.rulebooks import KUNSHAN, MINHOU, NATIONAL, PUBLISHING, YANGLING

BOOK = Rulebook(KUNSHAN, {r.label: r for r in (KUNSHAN, NATIONAL, MINHOU, PUBLISHING, YANGLING)})
POSTED = datetime(2021, 6, 1, 15, 0, tzinfo=SHANGHAI)
OPENED = POSTED - 100 * DAY


def ruled(
    ruleset: str, told_at: datetime, since: datetime | None = None, account: str = ACCOUNT
) -> Event[Any]:
    """Return the fact that a ruleset rules an account."""
    data = AccountRuledBy(ruleset=ruleset, basis="某政办〔2021〕9号", told_at=told_at)
    return event(data, since or told_at, f"ruled {account} {ruleset} {told_at}", "office", account)


def look(at: datetime) -> Event[Any]:
    return event(AccountPatrolled(), at)


def told(derived: list[Event[Any]]) -> list[tuple[str, str, datetime]]:
    return [(e.type.removeprefix("alert."), e.data.level, e.time) for e in derived]


def morning(day: int) -> datetime:
    """Nine o'clock on the n-th day after the day of the post."""
    return datetime(2021, 6, 1, 9, 0, tzinfo=SHANGHAI) + day * DAY


def climbed(partition: Partition, hours: range) -> list[tuple[str, str, datetime]]:
    """Let hours pass with a look every sixth, and return what was told."""
    derived: list[Event[Any]] = []
    for hour in hours:
        at = POSTED + hour * HOUR
        derived += partition.take(look(at)) if hour % 6 == 0 else partition.tick(at)
    return told(derived)


@pytest.fixture
def partition() -> Partition:
    """An account that posted once, seen at once, in a home of Kunshan's rules."""
    partition = Partition(BOOK)
    partition.take(opening(OPENED), event(PostPublished(observed_at=POSTED), POSTED), look(POSTED + HOUR))
    return partition


def test_alerts_follow_the_limit_of_the_rules_of_the_account(partition: Partition) -> None:
    """闽侯县 2025-05-16: an update every ten days; the limit is passed by more than ten days, once a look shows it."""
    partition.take(ruled(MINHOU.label, POSTED + 2 * HOUR))
    assert climbed(partition, range(3, 15 * 24)) == [
        ("raised", "day-7", morning(7)),
        ("raised", "day-9", morning(9)),
        ("raised", "day-10", morning(10)),
        ("raised", "limit", POSTED + 10 * DAY + 6 * HOUR),
    ]


def test_other_rules_in_a_silence_end_what_was_told_and_tell_it_anew(partition: Partition) -> None:
    """What is due by the new steps is told as of when the office said so; of several steps the highest goes out."""
    assert climbed(partition, range(1, 11 * 24)) == [("raised", "day-10", morning(10))]
    at = POSTED + 11 * DAY + HOUR
    partition.take(look(at - HOUR))
    derived = partition.take(ruled(MINHOU.label, at, since=POSTED - 30 * DAY)) + partition.tick(at)
    assert told(derived) == [
        ("cleared", "day-10", at),
        ("skipped", "day-7", at),
        ("skipped", "day-9", at),
        ("skipped", "day-10", at),
        ("raised", "limit", at),
    ]
    assert MINHOU.label == derived[-1].data.ruleset


def test_rules_with_the_same_steps_leave_alerts_as_they_are(partition: Partition) -> None:
    """The nation's ladder is Kunshan's: nobody is told twice."""
    climbed(partition, range(1, 11 * 24))
    assert [] == partition.take(ruled(NATIONAL.label, POSTED + 11 * DAY))
    assert told(partition.tick(morning(12) - HOUR)) == []
    assert [("raised", "day-12", morning(12))] == climbed(partition, range(11 * 24, 12 * 24))


def test_a_ruling_that_is_withdrawn_was_never_there(partition: Partition) -> None:
    """The steps of the home come back, and what was told by the others ends."""
    wrong = ruled(MINHOU.label, POSTED + 2 * HOUR)
    partition.take(wrong)
    assert [("raised", "day-7", morning(7))] == climbed(partition, range(3, 8 * 24))
    at = POSTED + 8 * DAY
    data = FactWithdrawn(corrects=wrong.id, of_type=wrong.type, its_time=wrong.time, reason="x")
    assert [("cleared", "day-7", at)] == told(partition.take(event(data, at, "back", "office")))
    assert [("raised", "day-10", morning(10))] == climbed(partition, range(8 * 24 + 1, 11 * 24))


def test_states_that_lacked_the_rules_of_an_account_are_folded_anew_once_they_are_there() -> None:
    """A ruleset that a file brings later changes what states mean; nobody has to know which accounts it is about."""
    partition = Partition(KUNSHAN)
    partition.take(opening(OPENED), ruled(MINHOU.label, POSTED))
    partition.take(look(POSTED))
    shard = Shard(0, KUNSHAN)
    for record in partition.records:
        shard.apply(record)
    stored = {key: value for key, value in shard.flush().states if key == META_KEY}
    assert KUNSHAN.folding == folded_under(stored) == folded_under(stored, KUNSHAN)
    assert folded_under(stored, BOOK) != KUNSHAN.folding


def test_a_verdict_at_a_check_point_has_the_rules_that_held_then_as_known_then() -> None:
    """Of the facts whose time has come the last one recorded counts; what is recorded later changes no earlier K."""
    since = CHECK_POINT - 5 * DAY
    records = known(
        opening(),
        ruled(MINHOU.label, since, since),
        ruled("", since, CHECK_POINT + DAY),
        ruled(YANGLING.label, CHECK_POINT),
    )

    def at(t: datetime, k: int) -> str:
        (found,) = reduce_facts(records, BOOK, quarter_of(t), from_micros(records[k].recorded_at))
        return found.ruleset

    assert ["", MINHOU.label, MINHOU.label] == [at(CHECK_POINT - DAY, k) for k in (0, 1, 3)]
    assert ["", YANGLING.label, YANGLING.label] == [
        at(t, 3) for t in (since - HOUR, CHECK_POINT, CHECK_POINT + 2 * DAY)
    ]


def test_an_account_that_the_line_does_not_bind_is_warned_of_nothing() -> None:
    """National notice of early 2023: the two weeks are for 发布类; once it is classed so, its steps come again."""
    partition = Partition(Rulebook(PUBLISHING, BOOK.others))
    partition.take(opening(OPENED), event(PostPublished(observed_at=POSTED), POSTED), look(POSTED + HOUR))
    told_at = POSTED + 2 * HOUR
    service = AccountClassed(account_class="service", basis="x", told_at=told_at)
    partition.take(event(service, told_at, "service", "office"))
    assert [] == climbed(partition, range(3, 20 * 24))
    at = POSTED + 20 * DAY + HOUR
    publishing = AccountClassed(account_class="publishing", basis="x", told_at=at)
    derived = partition.take(look(at - HOUR), event(publishing, at, "publishing", "office")) + partition.tick(
        at
    )
    assert ("raised", "limit", at) == told(derived)[-1]


RULINGS = st.lists(
    st.tuples(
        st.integers(0, 60),
        st.sampled_from(ACCOUNTS),
        st.sampled_from(
            ["", MINHOU.label, NATIONAL.label, PUBLISHING.label, "service", "publishing", "original", "back"]
        ),
    ),
    max_size=6,
)


def with_rulings(observed: list[Observed], drawn: list[tuple[int, str, str]]) -> list[Observed]:
    """Put facts about rules and classes into a history, each where it falls, and withdrawals of earlier ones."""
    mixed, told_before = list(observed), []
    for number, (wanted, account, what) in enumerate(sorted(drawn)):
        place = min(wanted, len(mixed))
        now = mixed[place - 1].now if place else mixed[0].now
        at = from_micros(now)
        if what == "back":
            wrong = next((e for e in told_before if e.subject == account), None)
            if wrong is None:
                continue
            data: Any = FactWithdrawn(corrects=wrong.id, of_type=wrong.type, its_time=wrong.time, reason="x")
        elif what == "original":
            data = OriginalsCounted(month=f"{at:%Y-%m}", count=number % 2)
        elif what in ("service", "publishing"):
            data = AccountClassed(account_class=what, basis="x", told_at=at)
        else:
            data = AccountRuledBy(ruleset=what, basis="x", told_at=at)
        made = event(data, at, f"{number} {what}", "office", account)
        told_before.append(made)
        mixed.insert(place, Observed(now, made))
    return mixed


@settings(max_examples=60)
@given(histories(EXACT), RULINGS)
def test_state_and_history_agree_under_any_rules(
    observed: list[Observed], drawn: list[tuple[int, str, str]]
) -> None:
    """Design promise 8: at the next whole hour both give the facts that the rules of each account ask for."""
    if not observed:
        return
    observed = with_rulings(observed, drawn)
    until = (observed[-1].now // HOUR_US + 1) * HOUR_US
    records = records_of(with_ticks(observed, None, until))
    shard = Shard(0, BOOK)
    for record in records:
        shard.apply(record)
    period = quarter_of(from_micros(until))
    recomputed = reduce_facts(known_of(records), BOOK, period, from_micros(records[-1].recorded_at))
    for found in recomputed:
        rules, state = BOOK.of(found.ruleset), shard.state(found.account_id)
        assert state is not None
        mine = facts_of(state, shard.sources, rules, period)
        assert (found.ruleset, found.account_class, found.originals) == (
            mine.ruleset,
            mine.account_class,
            mine.originals,
        )
        expected, row = score(found, rules, period), score(mine, rules, period)
        assert (expected.verdict, expected.reason, expected.points) == (row.verdict, row.reason, row.points)


def silent(days: int, **fields: Any) -> Any:
    """Return facts of an account that was silent for so many days and looked at since."""
    newest = CHECK_POINT - timedelta(days=days) - timedelta(microseconds=1)
    return facts(newest_post_at=newest, weeks_with_posts=0, **fields)


@pytest.mark.parametrize(
    ("account_class", "verdict"),
    [
        ("publishing", Verdict.FAIL),
        ("", Verdict.FAIL),
        ("service", Verdict.PASS),
        ("transaction", Verdict.PASS),
    ],
)
def test_the_line_of_two_weeks_is_for_accounts_that_publish(account_class: str, verdict: Verdict) -> None:
    """National notice of early 2023: 发布类 accounts without update in two weeks; who was not classed is judged so."""
    row = score(silent(14, account_class=account_class), PUBLISHING, PERIOD)
    assert verdict == row.verdict
    assert Verdict.FAIL == score(silent(14, account_class=account_class), NATIONAL, PERIOD).verdict


def test_silence_that_nobody_can_prove_leaves_a_service_account_no_unknown() -> None:
    """A line that does not bind an account does not keep its verdict open either."""
    unseen = facts(newest_post_at=None, proven_until=None, look_id=None, account_class="service")
    assert Verdict.PASS == score(unseen, PUBLISHING, PERIOD).verdict
    assert Verdict.UNKNOWN == score(unseen, NATIONAL, PERIOD).verdict


@pytest.mark.parametrize(("days", "verdict"), [(10, Verdict.FAIL), (9, Verdict.PASS)])
def test_minhou_asks_for_an_update_every_ten_days(days: int, verdict: Verdict) -> None:
    """闽侯县 2025-05-16: by more than ten days it fails, under a code of its own."""
    row = score(silent(days), MINHOU, PERIOD)
    assert verdict == row.verdict
    assert ("red-9-silent-10-days" if verdict is Verdict.FAIL else "") == row.reason
    exactly = facts(newest_post_at=CHECK_POINT - timedelta(days=10))
    assert Verdict.PASS == score(exactly, MINHOU, PERIOD).verdict


@pytest.mark.parametrize(
    ("counted", "verdict", "count"),
    [
        ((("2021-04", 1), ("2021-05", 1), ("2021-06", 1)), Verdict.PASS, 0),
        ((("2021-04", 1), ("2021-05", 0), ("2021-06", 2)), Verdict.FAIL, 1),
        ((("2021-03", 0), ("2021-05", 1)), Verdict.PASS, 0),
        ((), Verdict.PASS, 0),
    ],
)
def test_yangling_asks_for_one_original_piece_a_month(counted: Any, verdict: Verdict, count: int) -> None:
    """杨凌示范区 2025-04-11: at least one original piece a month; what nobody counted counts neither way."""
    row = score(facts(originals=counted), YANGLING, PERIOD)
    assert (verdict, count) == (row.verdict, sum(d.count for d in row.deductions))


def test_a_count_of_none_settles_a_month_only_once_it_is_over() -> None:
    """Nobody can say on the tenth that a month had no original piece."""

    def counted(day: datetime, count: int) -> tuple[tuple[str, int], ...]:
        at = event(OriginalsCounted(month="2021-05", count=count), day, f"{day}{count}", "office")
        (found,) = reduce_facts(known(opening(), at), KUNSHAN, PERIOD, CHECK_POINT)
        return found.originals

    midnight = datetime(2021, 6, 1, tzinfo=SHANGHAI)
    assert (("2021-05", 0),) == counted(midnight, 0)
    assert () == counted(midnight - timedelta(microseconds=1), 0)
    assert (("2021-05", 1),) == counted(midnight - 20 * DAY, 1)
