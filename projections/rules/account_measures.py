"""What a rule about accounts may be judged by; one that people judge is a row of a ruleset and needs no code here."""

from uuid import UUID

import msgspec

from events.facts import AccountFacts, Freshness
from projections.rules.freshness import judge_freshness
from projections.rules.ladder_steps import Positive
from projections.rules.measures import Case, Charge, Measure, NotJudged
from projections.rules.period import months_within
from projections.rules.rulesets import Rule, Ruleset
from projections.rules.weeks import is_slow_service, missed_weeks

FINDING, POSTS = "finding", "posts"

AccountCase = Case[AccountFacts, Rule, Ruleset]
Outcome = Charge | NotJudged | None


def _found(case: AccountCase) -> Outcome:
    """Charge what people found."""
    if not case.found:
        return None
    return Charge(sum(f.count for f in case.found), tuple(f.id for f in case.found))


def _by_posts(case: AccountCase) -> Outcome:
    """Judge a red rule by silence, a yellow one by weeks."""
    return _silence(case) if case.rule.line == "red" else _slow_updates(case)


def _silence(case: AccountCase) -> Outcome:
    """Judge 监测时间点前2周内无更新 (国办秘函〔2019〕19号, red line 5)."""
    facts = case.facts
    limits = case.ruleset.freshness
    if not limits.binds(facts.account_class):
        return None
    freshness, why = judge_freshness(facts, limits, case.period.check_point)
    if freshness is Freshness.UNKNOWN:
        return NotJudged(str(why))
    return Charge(1, _ids(facts.look_id), 0) if freshness is Freshness.STALE else None


def _slow_updates(case: AccountCase) -> Outcome:
    """Judge 内容更新不及时: by weeks, and for service accounts by the average over a month.

    A finding of a person may be about the same silence, so the greater of the two counts and not their sum.
    """
    facts, weeks = case.facts, case.ruleset.weeks
    if weeks is None:
        return None
    count, points = 0, 0
    if case.ruleset.by_updates(facts.platform, facts.account_class):
        if is_slow_service(facts, weeks, case.period.check_point):
            count, points = 1, weeks.service_account_points
    else:
        count = missed_weeks(facts, case.period)
        points = count * weeks.per_week_points
    noticed = sum(f.count for f in case.found)
    count, points = max(count, noticed), max(points, noticed * case.rule.points_each)
    if count == 0:
        return None
    evidence = _ids(facts.newest_post_id, facts.look_id, *(f.id for f in case.found))
    return Charge(count, evidence, min(points, weeks.max_points))


class OriginalsParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many original pieces a month needs."""

    at_least: Positive = 1


def _few_originals(case: AccountCase) -> Outcome:
    """Charge each month of the period that lies wholly in it and in the life of the account, with too few originals.

    A month that nobody counted counts neither way; where none was counted, the rule is not judged.
    """
    counted, opened_at = dict(case.facts.originals), case.facts.opened_at
    months = [
        month
        for month, begin in months_within(case.period.start, case.period.check_point)
        if opened_at is None or opened_at <= begin
    ]
    known = [month for month in months if month in counted]
    if not known:
        return NotJudged("originals_not_counted")
    missed = sum(counted[month] < case.told.at_least for month in known)
    return Charge(missed) if missed else None


def _ids(*ids: UUID | None) -> tuple[UUID, ...]:
    return tuple(i for i in ids if i is not None)


MEASURES: dict[str, Measure[AccountFacts, Rule, Ruleset]] = {
    FINDING: Measure(_found, title="人工登记的问题", from_facts=False),
    POSTS: Measure(_by_posts, title="发布记录和巡查记录"),
    "original_posts": Measure(_few_originals, title="按月清点的原创数", told=OriginalsParameters),
}
"""By the name that a rule says under `by`."""
