import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from connectors.history.known_facts import KnownFacts
from connectors.history.sink import Sink
from connectors.log.port import FACTS
from events.account import AccountOpened
from events.codec import CODEC, Event
from events.facts import Freshness
from events.ids import database_order, fact_id
from events.instants import MICROSECOND, from_micros
from events.known import Known
from events.originals import OriginalsCounted
from events.patrol import AccountPatrolled
from events.post import PostPublished
from events.ruling import AccountClassed, AccountRuledBy
from pipeline.home.rulesets import NamedRuleset, find_ruleset
from pipeline.scores.scoring import Question, population_facts
from projections.accounts.reducer import reduce_facts
from projections.rules.freshness import judge_freshness
from projections.rules.period import quarter_of
from projections.rules.rulebook import Rulebook
from tests.connectors.history.random_history import DAY, RandomHistory

CHECK_POINT = datetime(2021, 6, 30, 4, tzinfo=UTC)
SEEDS = range(6)
MORE = 2
"""Seeds from here on are judged by `make test-long` alone: each asks some hundred questions."""
APPENDS = 25
MOMENTS, QUICK_MOMENTS = 6, 1
"""How often each half of a history is judged."""
RULESETS = ("jiangsu-kunshan-2019-162", "suzhou-practice-2023")


def decoded(log):
    """Read the whole log as the folds do."""
    return [
        Known(r.partition, r.offset, r.recorded_at, CODEC.decode(r.value))
        for p in range(log.partitions)
        for r in log.read(FACTS, p, 0, 1_000_000)
    ]


class ManyFacts(KnownFacts):
    """Facts that are read as those of a nation are, however few there are."""

    def _all(self):
        return None


def both_ways(client, records, check_point, known_at, ruleset):
    """Reduce to facts by SQL, as rounds do, and by the plain reducer; some accounts by themselves, too."""
    named = find_ruleset(ruleset)
    question = Question(quarter_of(check_point), known_at, named)
    by_sql = population_facts(KnownFacts(client), question)
    assert by_sql == population_facts(ManyFacts(client), question)
    for one in by_sql[::7]:
        assert [one] == population_facts(KnownFacts(client), question, frozenset((one.account_id,)))
    return by_sql, reduce_facts(records, named.ruleset, question.period, known_at)


def append_hourly(log, batches, first=0):
    """Append batches an hour apart by the log's clock."""
    for n, batch in enumerate(batches, first):
        log._clock = lambda n=n: datetime(2021, 5, 1, tzinfo=UTC) + n * timedelta(hours=1)
        log.append(batch)


@pytest.mark.parametrize(
    ("seed", "moments"),
    [
        (0, QUICK_MOMENTS),
        *(
            pytest.param(seed, MOMENTS, marks=pytest.mark.long if seed >= MORE else pytest.mark.slow)
            for seed in SEEDS
        ),
    ],
)
def test_sql_and_the_reducer_agree_on_every_fact(embedded_history, log, seed, moments):
    """Design promise 8, on random histories with duplicates, conflicts, voids, late facts, stalls and ties."""
    dice = random.Random(seed)
    batches = list(RandomHistory(seed, CHECK_POINT).batches(APPENDS))
    for begin, end in (
        (0, APPENDS // 2),
        (APPENDS // 2, APPENDS + 1),
    ):  # the history grows between two scorings
        append_hourly(log, batches[begin:end], begin)
        Sink(embedded_history, log).catch_up()
        records = decoded(log)
        for _ in range(moments):
            known_at = from_micros(dice.choice(records).recorded_at - dice.choice([0, 0, 1]))
            shift = dice.choice([0 * DAY, MICROSECOND, -MICROSECOND, -3 * DAY, -10 * DAY])
            by_sql, plain = both_ways(
                embedded_history, records, CHECK_POINT + shift, known_at, dice.choice(RULESETS)
            )
            for of_sql, of_python in zip(by_sql, plain, strict=True):
                assert of_sql == of_python


@pytest.mark.slow
def test_random_histories_reach_the_cases_that_they_are_for(make_log):
    """The generator has teeth: every field of the facts takes several values, stalls and damage among them."""
    facts = []
    ruleset = find_ruleset(RULESETS[0]).ruleset
    for seed in SEEDS:
        log = make_log(f"log-{seed}")
        append_hourly(log, RandomHistory(seed, CHECK_POINT).batches(APPENDS))
        records = decoded(log)
        last = max(r.recorded_at for r in records)
        facts += reduce_facts(records, ruleset, quarter_of(CHECK_POINT), from_micros(last))
    for field in (
        "in_stall",
        "damaged",
        "covered",
        "counted",
        "contradicted_until",
        "emptied",
        "newest_by_day",
        "updates",
        "findings",
        "proven_until",
        "newest_post_at",
    ):
        assert len({getattr(f, field) for f in facts}) > 1, field
    judged = {judge_freshness(f, ruleset.freshness, CHECK_POINT)[0] for f in facts}
    assert judged == set(Freshness)


@pytest.mark.slow
def test_equal_times_are_broken_alike(embedded_history, log):
    """Many posts and looks at one moment: both sides name the same one, whichever half of its id decides."""
    ids = [
        UUID(int=high << 64 | low) for high in (0, 1, 1 << 63) for low in (5 << 8, 6 << 8, 1 << 63 | 1 << 8)
    ]
    at, account = CHECK_POINT - DAY, "wechat:ties"
    opened = AccountOpened(given_id="ties", name="号", platform="微信订阅号")
    events = [Event(fact_id("t", account, "opened"), "t", account, at, opened)]
    for n in range(len(ids)):
        events = [*events, Event(ids[n], "t", account, at, PostPublished())]
        events = [*events, Event(UUID(int=ids[n].int + 1), "t", account, at, AccountPatrolled())]
        log.append(events[-2:] if n else events)
        Sink(embedded_history, log).catch_up()
        (by_sql,), (plain,) = both_ways(
            embedded_history, decoded(log), CHECK_POINT, CHECK_POINT + 10_000 * DAY, RULESETS[0]
        )
        assert by_sql == plain
        assert by_sql.newest_post_id == max(ids[: n + 1], key=database_order)


@pytest.mark.slow
def test_sql_and_the_reducer_agree_where_accounts_have_rules_of_their_own(embedded_history, log):
    """Each account is reduced by the limit and the days of its rules, as known at K, and by its class."""
    dice = random.Random(7)
    named = {
        label: find_ruleset(label)
        for label in (*RULESETS, "minhou-practice-2025", "national-publishing-2023")
    }
    kunshan = named[RULESETS[0]]
    limits = replace(kunshan.ruleset.freshness, classes=("publishing",))
    classes = NamedRuleset(replace(kunshan.ruleset, version=9, freshness=limits), "")  # classes beside weeks
    others = {one.ruleset.label: one for one in (*named.values(), classes)}
    book = Rulebook(named[RULESETS[0]].ruleset, {label: one.ruleset for label, one in others.items()})
    batches = list(RandomHistory(3, CHECK_POINT).batches(APPENDS))
    accounts = sorted({e.subject for batch in batches for e in batch if e.type == "account.opened"})
    for n, batch in enumerate(batches):
        account, at = accounts[n % len(accounts)], CHECK_POINT - dice.choice([0, 5, 40]) * DAY
        ruled = AccountRuledBy(ruleset=dice.choice(["", *others]), basis="x", told_at=at)
        classed = AccountClassed(
            account_class=dice.choice(["service", "publishing", ""]), basis="x", told_at=at
        )
        counted = OriginalsCounted(month="2021-05", count=n % 2)
        for data in (ruled, classed, counted):
            batch.append(Event(fact_id("office", account, f"{data.type} {n}"), "office", account, at, data))
    append_hourly(log, batches)
    Sink(embedded_history, log).catch_up()
    records, seen = decoded(log), set()
    for _ in range(2 * MOMENTS):
        known_at = from_micros(dice.choice(records).recorded_at)
        period = quarter_of(CHECK_POINT - dice.choice([0, 3, 10]) * DAY)
        question = Question(period, known_at, named[RULESETS[0]], others)
        by_sql = population_facts(KnownFacts(embedded_history), question)
        assert by_sql == reduce_facts(records, book, period, known_at)
        assert by_sql == population_facts(ManyFacts(embedded_history), question)
        seen |= {f.ruleset for f in by_sql}
    assert len(seen) > 2
