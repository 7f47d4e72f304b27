"""The one scorer: an account's facts and a ruleset give verdict, points and evidence (design promise 8)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from events.facts import AccountFacts, Deduction, FindingFact, Freshness, Verdict, VerdictRow
from events.instants import to_micros
from events.looks import holds
from events.platforms import SERVICE_ACCOUNT
from projections.rules.freshness import judge_freshness, whole_days_silent
from projections.rules.period import WEEK, Period
from projections.rules.rulesets import Rule, Ruleset, Weeks

SCORER_VERSION = 3
"""Goes into every manifest; rises with any change that could alter a row for the same facts."""

_Found = dict[str, list[FindingFact]]


class Judgement(NamedTuple):
    """The outcome for one account, without the evidence behind it."""

    freshness: Freshness
    verdict: Verdict
    reason: str
    points: int | None = None
    deductions: tuple[Deduction, ...] = ()


def score(facts: AccountFacts, ruleset: Ruleset, period: Period) -> VerdictRow:
    """Judge one account at a check point, and tell what the verdict rests on."""
    return _row(facts, ruleset, period, judge(facts, ruleset, period))


def judge(facts: AccountFacts, ruleset: Ruleset, period: Period) -> Judgement:
    """Judge one account at a check point.

    A proven red line fails; else unknown freshness is unknown; else points, below the pass mark fails
    (design section 3, Order; 昆政办发〔2019〕162号 annex 2: nothing else is scored after a red line).
    """
    freshness, why = judge_freshness(facts, ruleset.freshness, period.check_point)
    found = _by_rule(facts.findings)
    red = _red_lines(facts, ruleset, freshness, found)
    if red:
        return Judgement(freshness, Verdict.FAIL, red[0].rule, deductions=red)
    if freshness is Freshness.UNKNOWN:
        return Judgement(freshness, Verdict.UNKNOWN, str(why))
    if ruleset.pass_mark is None:
        return Judgement(freshness, Verdict.PASS, "")
    deductions = _yellow_lines(facts, ruleset, period, found)
    points = ruleset.full_points - sum(d.points for d in deductions)
    failed = points < ruleset.pass_mark
    verdict, reason = (Verdict.FAIL, "below_pass_mark") if failed else (Verdict.PASS, "")
    return Judgement(freshness, verdict, reason, points, deductions)


class JudgedWeeks(NamedTuple):
    """The weeks (T - 7k d, T - 7(k-1) d] of a period, k from 1: what is said of each."""

    updated: tuple[int, ...]
    missed: tuple[int, ...]
    not_judged: tuple[int, ...]  # neither a post nor coverage settles them


def judge_weeks(facts: AccountFacts, period: Period) -> JudgedWeeks:
    """Judge the weeks that lie wholly inside the period and the life of the account (design section 3, Weeks).

    A week with a post had its update. Without one it was missed only where stretches that join hold all of it.
    """
    weeks = range(1, period.weeks + 1)
    t, opened_at = period.check_point, facts.opened_at
    counted = [k for k in weeks if opened_at is None or t - k * WEEK >= opened_at]
    updated = [k for k in counted if facts.weeks_with_posts >> (k - 1) & 1]
    open_weeks = [k for k in counted if not facts.weeks_with_posts >> (k - 1) & 1]
    missed = [k for k in open_weeks if _known_over(facts, t - k * WEEK, t - (k - 1) * WEEK)]
    not_judged = [k for k in open_weeks if k not in missed]
    return JudgedWeeks(tuple(updated), tuple(missed), tuple(not_judged))


def missed_weeks(facts: AccountFacts, period: Period) -> int:
    """Count the weeks of the period that were missed."""
    if not facts.covered or facts.weeks_with_posts == (1 << period.weeks) - 1:
        return 0
    return len(judge_weeks(facts, period).missed)


def is_slow_service(facts: AccountFacts, weeks: Weeks, check_point: datetime) -> bool | None:
    """Tell whether a service account has too few updates in its days; None where that is not judged.

    Too few is told only where nothing is unknown: over all of the days, or since a person counted them.
    """
    start = check_point - timedelta(days=weeks.service_account_days)
    counted_at, counted = facts.counted or (None, 0)
    if max(facts.updates, counted) >= weeks.service_account_updates:
        return False
    if facts.opened_at is not None and facts.opened_at > start:
        return None
    since = start if counted_at is None else counted_at
    known = since == check_point or _known_over(facts, since, check_point)
    return True if known or _known_over(facts, start, check_point) else None


def _known_over(facts: AccountFacts, after: datetime, until: datetime) -> bool:
    return holds(facts.covered, to_micros(after), to_micros(until))


def _red_lines(
    facts: AccountFacts, ruleset: Ruleset, freshness: Freshness, found: _Found
) -> tuple[Deduction, ...]:
    if not found and freshness is not Freshness.STALE:
        return ()
    broken = []
    for rule in ruleset.rules:
        if rule.line != "red" or rule.effect != "fail":
            continue
        if rule.by == "posts":
            if freshness is Freshness.STALE:
                broken.append(Deduction(rule.code, rule.clause, 1, 0, _ids(facts.look_id)))
        elif rule.code in found:
            broken.append(_deduction(rule, found[rule.code]))
    return tuple(broken)


def _yellow_lines(
    facts: AccountFacts, ruleset: Ruleset, period: Period, found: _Found
) -> tuple[Deduction, ...]:
    taken = []
    for rule in ruleset.rules:
        if rule.line != "yellow" or rule.effect != "deduct":
            continue
        if rule.by == "posts":
            taken.extend(_slow_updates(facts, ruleset, rule, period, found.get(rule.code, ())))
        elif rule.code in found:
            taken.append(_deduction(rule, found[rule.code]))
    return tuple(taken)


def _slow_updates(
    facts: AccountFacts, ruleset: Ruleset, rule: Rule, period: Period, found: Sequence[FindingFact]
) -> list[Deduction]:
    """Judge 内容更新不及时: by weeks, and for service accounts by the average over a month.

    A finding of a person may be about the same silence, so the greater of the two counts and not their sum.
    """
    weeks = ruleset.weeks
    if weeks is None:
        return []
    count, points = 0, 0
    if facts.platform == SERVICE_ACCOUNT:
        if is_slow_service(facts, weeks, period.check_point):
            count, points = 1, weeks.service_account_points
    else:
        count = missed_weeks(facts, period)
        points = count * weeks.per_week_points
    noticed = sum(f.count for f in found)
    count, points = max(count, noticed), max(points, noticed * rule.points_each)
    if count == 0:
        return []
    evidence = _ids(facts.newest_post_id, facts.look_id, *(f.id for f in found))
    return [Deduction(rule.code, rule.clause, count, min(points, weeks.max_points), evidence)]


def _by_rule(findings: Sequence[FindingFact]) -> _Found:
    found: _Found = {}
    for finding in findings:
        found.setdefault(finding.rule, []).append(finding)
    return found


def _deduction(rule: Rule, found: Sequence[FindingFact]) -> Deduction:
    """Return what findings of a rule take; a red line takes no points, it fails."""
    count = sum(f.count for f in found)
    points = min(count * rule.points_each, rule.max_points)
    return Deduction(rule.code, rule.clause, count, points, tuple(sorted(f.id for f in found)))


def _ids(*ids: UUID | None) -> tuple[UUID, ...]:
    return tuple(sorted(i for i in ids if i is not None))


def _row(facts: AccountFacts, ruleset: Ruleset, period: Period, judged: Judgement) -> VerdictRow:
    newest = facts.newest_post_at
    opening = facts.opened_id if newest is None else None
    look = None if judged.freshness is Freshness.FRESH else facts.look_id
    rests_on = {facts.newest_post_id, opening, look, *(f.id for f in facts.findings)}
    rests_on.update(i for d in judged.deductions for i in d.evidence)
    return VerdictRow(
        account_id=facts.account_id,
        given_id=facts.given_id,
        name=facts.name,
        verdict=judged.verdict,
        reason=judged.reason,
        freshness=judged.freshness,
        newest_post_at=newest,
        whole_days_silent=whole_days_silent(facts, period.check_point),
        points=judged.points,
        deductions=judged.deductions,
        evidence=_ids(*rests_on),
        proven_until=facts.proven_until,
        last_trusted_look_at=facts.last_trusted_look_at,
        owner=facts.owner,
        tier=facts.tier,
        area=facts.area,
        platform=facts.platform,
        weeks_not_judged=None if judged.points is None else _weeks_not_judged(facts, ruleset, period),
    )


def _weeks_not_judged(facts: AccountFacts, ruleset: Ruleset, period: Period) -> int | None:
    if ruleset.weeks is None or facts.platform == SERVICE_ACCOUNT:
        return None
    if facts.weeks_with_posts == (1 << period.weeks) - 1:
        return 0
    return len(judge_weeks(facts, period).not_judged)
