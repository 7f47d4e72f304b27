"""How many weeks a round could judge, what leaves the others open, and at which check point near by more are judged."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from connectors.history.known_facts import KnownFacts
from events.facts import AccountFacts, VerdictRow
from events.instants import SECOND_US, from_micros, to_micros
from pipeline.scores.scoring import Question, population_facts
from projections.rules.period import WEEK, quarter_of
from projections.rules.weeks import is_slow_service, judge_weeks

SETTLED_BY = ("posts", "longest_gap", "second_look")
"""What settles a week: rows of the posts of that time, the column 最长间隔, a look in between from now on."""

SERVICE_SETTLED_BY = ("posts", "updates_28d", "second_look")
"""The same of a service account, whose month is judged instead: the column 近28天更新次数."""


class WeeksJudged(msgspec.Struct, frozen=True):
    """Weeks over all accounts that are judged by weeks."""

    judged: int
    not_judged: int
    accounts: int  # that have one which is not judged
    settled_by: tuple[str, ...] = ()
    better_check_point: datetime | None = None  # near by, at which more weeks are judged
    judged_there: int | None = None
    not_judged_there: int | None = None


def weeks_judged(known: KnownFacts, question: Question, rows: Sequence[VerdictRow]) -> WeeksJudged | None:
    """Return how many weeks were judged; None by a ruleset that judges none.

    Where some are open, the moment in the last seven days at which most accounts were looked at last is tried as check
    point: weeks that end where looks do leave nothing between the last look and the check point.
    """
    counts = [row.weeks_not_judged for row in rows if row.weeks_not_judged is not None]
    if not counts:
        return None
    accounts = frozenset(row.account_id for row in rows if row.weeks_not_judged is not None)
    facts = population_facts(known, question, accounts)
    judged, not_judged = _count(facts, question)
    counted = WeeksJudged(judged, not_judged, sum(n > 0 for n in counts))
    if not_judged == 0:
        return counted
    counted = replace(counted, settled_by=SETTLED_BY)
    check_point = question.period.check_point
    looks = Counter(f.last_trusted_look_at for f in facts if f.last_trusted_look_at is not None)
    near = [at for at, _ in looks.most_common(1) if check_point - WEEK < at < check_point]
    if not near or near[0] <= question.period.start + WEEK:
        return counted
    there = replace(question, period=quarter_of(near[0], question.period.label))
    judged_there, open_there = _count(population_facts(known, there, accounts), there)
    if open_there * (judged + not_judged) >= not_judged * (judged_there + open_there):
        return counted
    return replace(
        counted, better_check_point=near[0], judged_there=judged_there, not_judged_there=open_there
    )


def open_stretches(facts: AccountFacts, after: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Return the stretches of (after, until] over which nobody knows what was posted."""
    begin, end = to_micros(after), to_micros(until)
    found = []
    for known_from, known_until in (*((a * SECOND_US, b * SECOND_US) for a, b in facts.covered), (end, end)):
        if begin < min(known_from, end):
            found.append((from_micros(begin), from_micros(min(known_from, end))))
        begin = max(begin, known_until)
    return found


def settled_by(facts: AccountFacts, question: Question) -> tuple[str, ...]:
    """Return what would settle the weeks of an account that are not judged; nothing where none are."""
    rules = question.rules_of(facts)
    weeks = rules.weeks
    if weeks is None:
        return ()
    if rules.by_updates(facts.platform, facts.account_class):
        start = question.period.check_point - timedelta(days=weeks.service_account_days)
        there = facts.opened_at is None or facts.opened_at <= start
        is_open = there and is_slow_service(facts, weeks, question.period.check_point) is None
        return SERVICE_SETTLED_BY if is_open else ()
    return SETTLED_BY if judge_weeks(facts, question.period).not_judged else ()


def _count(facts: Sequence[AccountFacts], question: Question) -> tuple[int, int]:
    judged = [judge_weeks(f, question.period) for f in facts]
    return sum(len(w.updated) + len(w.missed) for w in judged), sum(len(w.not_judged) for w in judged)
