"""The one scorer: an account's facts and a ruleset give verdict, points and evidence (design promise 8)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from msgspec import UNSET

from events.facts import AccountFacts, Deduction, FindingFact, Freshness, Verdict, VerdictRow
from projections.rules.account_measures import MEASURES, POSTS
from projections.rules.freshness import judge_freshness, whole_days_silent
from projections.rules.measures import Case, Charge, deduction, outcome_of
from projections.rules.period import Period
from projections.rules.rulesets import Rule, Ruleset
from projections.rules.weeks import judge_weeks

SCORER_VERSION = 3
"""Goes into every manifest; rises with any change that could alter a row for the same facts."""

_Found = dict[str, list[FindingFact]]


class Scorer:
    """One ruleset over one period, for many accounts: what is the same of all of them is reckoned once.

    Most accounts are plain: a post within the limit whose time is known, an update in every week, no finding. Nothing
    that `judge` asks can cost them anything, so their row follows at once; of all others `score` says what it is.
    """

    def __init__(self, ruleset: Ruleset, period: Period) -> None:
        self._ruleset, self._period = ruleset, period
        self._since = period.check_point - ruleset.freshness.limit
        self._every_week = None if ruleset.weeks is None else (1 << period.weeks) - 1
        self._points = None if ruleset.pass_mark is None else ruleset.full_points
        self._weeks_not_judged = None if self._points is None or ruleset.weeks is None else 0
        passes = ruleset.pass_mark is None or ruleset.full_points >= ruleset.pass_mark
        self._some_are_plain = passes and not any(map(_asks_more, ruleset.rules))

    def score(self, facts: AccountFacts) -> VerdictRow:
        """Judge one account at the check point, as `score` does."""
        return self._plain_row(facts) or score(facts, self._ruleset, self._period)

    def _plain_row(self, facts: AccountFacts) -> VerdictRow | None:
        newest, post = facts.newest_post_at, facts.newest_post_id
        if (
            newest is None
            or post is None
            or newest < self._since
            or facts.newest_by_day
            or facts.findings
            or (self._every_week is not None and facts.weeks_with_posts != self._every_week)
            or not self._some_are_plain
            or self._ruleset.by_updates(facts.platform, facts.account_class)
        ):
            return None
        return VerdictRow(
            account_id=facts.account_id,
            given_id=facts.given_id,
            name=facts.name,
            verdict=Verdict.PASS,
            reason="",
            freshness=Freshness.FRESH,
            newest_post_at=newest,
            whole_days_silent=max((self._period.check_point - newest).days, 0),
            points=self._points,
            deductions=(),
            evidence=(post,),
            proven_until=facts.proven_until,
            last_trusted_look_at=facts.last_trusted_look_at,
            owner=facts.owner,
            tier=facts.tier,
            area=facts.area,
            platform=facts.platform,
            ruleset=facts.ruleset or UNSET,
            weeks_not_judged=self._weeks_not_judged,
        )


def _asks_more(rule: Rule) -> bool:
    """Tell whether a rule may cost an account something that is fresh, updated every week and without findings."""
    counts = (rule.line, rule.effect) in {("red", "fail"), ("yellow", "deduct")}
    return counts and rule.by != POSTS and MEASURES[rule.by].from_facts


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
    red = _red_lines(facts, ruleset, period, freshness, found)
    if red:
        return Judgement(freshness, Verdict.FAIL, red[0].rule, deductions=red)
    if freshness is Freshness.UNKNOWN and ruleset.freshness.binds(facts.account_class):
        return Judgement(freshness, Verdict.UNKNOWN, str(why))
    if ruleset.pass_mark is None:
        return Judgement(freshness, Verdict.PASS, "")
    deductions = _yellow_lines(facts, ruleset, period, found)
    points = ruleset.full_points - sum(d.points for d in deductions)
    failed = points < ruleset.pass_mark
    verdict, reason = (Verdict.FAIL, "below_pass_mark") if failed else (Verdict.PASS, "")
    return Judgement(freshness, verdict, reason, points, deductions)


def _red_lines(
    facts: AccountFacts, ruleset: Ruleset, period: Period, freshness: Freshness, found: _Found
) -> tuple[Deduction, ...]:
    broken: list[Deduction] = []
    for rule in ruleset.rules:
        if rule.line != "red" or rule.effect != "fail":
            continue
        if rule.by == POSTS and freshness is not Freshness.STALE:
            continue  # most accounts: nothing else of it can fail them
        broken.extend(_charge(facts, ruleset, period, rule, found))
    return tuple(broken)


def _yellow_lines(
    facts: AccountFacts, ruleset: Ruleset, period: Period, found: _Found
) -> tuple[Deduction, ...]:
    taken: list[Deduction] = []
    for rule in ruleset.rules:
        if rule.line == "yellow" and rule.effect == "deduct":
            taken.extend(_charge(facts, ruleset, period, rule, found))
    return tuple(taken)


def _charge(
    facts: AccountFacts, ruleset: Ruleset, period: Period, rule: Rule, found: _Found
) -> Iterator[Deduction]:
    if rule.code not in found and not MEASURES[rule.by].from_facts:
        return
    case = Case(facts, rule, ruleset, period, tuple(found.get(rule.code, ())))
    outcome = outcome_of(case, MEASURES)
    if isinstance(outcome, Charge):
        yield deduction(rule, outcome)


def _by_rule(findings: Sequence[FindingFact]) -> _Found:
    found: _Found = {}
    for finding in findings:
        found.setdefault(finding.rule, []).append(finding)
    return found


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
        ruleset=facts.ruleset or UNSET,
        weeks_not_judged=None if judged.points is None else _weeks_not_judged(facts, ruleset, period),
    )


def _weeks_not_judged(facts: AccountFacts, ruleset: Ruleset, period: Period) -> int | None:
    if ruleset.weeks is None or ruleset.by_updates(facts.platform, facts.account_class):
        return None
    if facts.weeks_with_posts == (1 << period.weeks) - 1:
        return 0
    return len(judge_weeks(facts, period).not_judged)
